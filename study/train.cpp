#include <algorithm>

#include "study/commands.h"
#include "study/files.h"
#include "study/inspect.h"
#include "study/model_card.h"

namespace cathgate::study {
namespace {

constexpr std::string_view kModelId = "fusion";
constexpr std::string_view kModelVersion = "1.0.0";

class Training {
 public:
  Training(const TrainOptions& options, const std::string& root, const Say& say) : options_(options), root_(root), say_(say) {}

  std::vector<Error> run() {
    if (!load()) return errors_;
    inspect();
    fusion_.seed = static_cast<std::uint32_t>(options_.seed);
    fusion_.leave_out = options_.leave_out;
    say_("fitting the score on " + std::to_string(hospitals_.size()) + " hospitals");
    auto data = fit_fusion(mains(), graphs_->main, fusion_);
    if (!data) return {data.error()};
    name_model(*data);
    say_("fixing the shipped threshold inside the training hospitals");
    const auto threshold = hospitals_.size() > 1 ? fix_threshold(pointers(), *graphs_, fusion_, options_.limits) : Result<double>(0.0);
    if (!threshold) return {threshold.error()};
    data->threshold = *threshold;
    return save(std::move(data).value());
  }

 private:
  template <class T>
  bool take(Loaded<T>& loaded) {
    errors_.insert(errors_.end(), loaded.errors.begin(), loaded.errors.end());
    return loaded.ok();
  }

  bool load() {
    auto knowledge = Knowledge::load(root_);
    if (!take(knowledge)) return false;
    knowledge_ = *knowledge.value;
    auto main = load_inputs(root_ + "/models/fusion/inputs.json", *knowledge_), recipe = load_inputs(root_ + "/study/recipe-f.json", *knowledge_);
    auto cohorts = load_cohorts(options_.cohorts, *knowledge_, root_, options_.cohort);
    if (!take(main) || !take(recipe) || !take(cohorts)) return false;
    for (const auto& name : options_.leave_out)
      if (!main.value->find(name)) errors_.push_back({ErrorCode::not_found, "--leave-out " + name, "no input of this name in models/fusion/inputs.json"});
    if (!errors_.empty()) return false;
    graphs_.emplace(Graphs{std::move(*main.value), std::move(*recipe.value)});
    cohorts_ = std::move(*cohorts.value);
    for (const auto& cohort : cohorts_) hospitals_.push_back({&cohort, make_design(cohort, *knowledge_, graphs_->main), make_design(cohort, *knowledge_, graphs_->recipe)});
    return true;
  }

  void inspect() {
    for (const auto& cohort : cohorts_) {
      say_(cohort.name + ": " + std::to_string(cohort.patients.size()) + " patients, " + std::to_string(cohort.obstructed()) + " obstructed");
      for (auto& line : lines_of(cohort)) summary_.seen.push_back(std::move(line));
    }
    for (const auto& finding : inspect_training(mains(), graphs_->main)) {
      const bool left_out = std::find(options_.leave_out.begin(), options_.leave_out.end(), finding.input) != options_.leave_out.end();
      summary_.seen.push_back(describe(finding) + (left_out ? " (left out)" : ""));
    }
    for (const auto& line : summary_.seen) say_("note: " + line);
  }

  std::vector<const Design*> mains() const {
    std::vector<const Design*> out;
    for (const auto& h : hospitals_) out.push_back(&h.main);
    return out;
  }
  std::vector<const Hospital*> pointers() const {
    std::vector<const Hospital*> out;
    for (const auto& h : hospitals_) out.push_back(&h);
    return out;
  }

  void name_model(models::LearnedScore::Data& data) const {
    data.id = kModelId;
    data.version = kModelVersion;
    data.label = "Learned score (symptoms, risk factors, ECG, exercise test)";
    data.status = EvidenceStatus::derived;
    data.citation = {"Fitted on " + std::to_string(cohorts_.size()) + " cohorts with known angiograms; the shipped model: Janosi A, Steinbrunn W, Pfisterer M, Detrano R. Heart Disease. UCI Machine Learning Repository", "", "https://archive.ics.uci.edu/dataset/45/heart+disease", "docs/model-cards/fusion/card.md"};
    data.limits = "Adults who were referred for angiography because of chest pain, without known coronary disease. Decides only at a site that has recalibrated it on its own patients.";
  }

  // Synthetic patients whose results are kept beside the model: with a full record, with an exercise test alone, without one.
  std::vector<std::vector<std::pair<FactId, double>>> golden_patients() const {
    std::vector<std::vector<std::pair<FactId, double>>> rows;
    const auto file = load_json_file(root_ + "/study/golden-patients.json");
    if (!file) return rows;
    std::vector<Error> ignored;
    const models::Node root(file->root(), "golden-patients.json#", knowledge_->facts, ignored);
    for (const auto& node : root.at("patients").elements()) {
      auto& row = rows.emplace_back();
      for (const auto member : node.json().members())
        if (const auto id = knowledge_->facts.find(member.key)) row.emplace_back(*id, node.at(member.key).value_of(*id));
    }
    return rows;
  }

  std::string inputs_text() const {
    const auto file = load_json_file(root_ + "/models/fusion/inputs.json");
    JsonWriter json;
    json.value(file->root()["inputs"]);
    return json.take();
  }

  std::vector<Error> save(models::LearnedScore::Data data) {
    if (auto problem = make_folder(options_.out)) return {*problem};
    const models::LearnedScore score(std::move(data));
    if (!models::save_learned_score(models::write_learned_score(score, inputs_text(), golden_patients(), knowledge_->facts), options_.out)) return {{ErrorCode::unavailable, options_.out, "the model cannot be written"}};
    const auto loaded = load_model(options_.out, *knowledge_);
    if (!loaded.ok()) return loaded.errors;
    ProtocolOptions protocol;
    protocol.draws = options_.draws;
    protocol.seed = options_.seed;
    protocol.limits = options_.limits;
    protocol.progress = say_;
    ProtocolResult result;
    result.options = protocol;
    if (options_.draws > 0 && hospitals_.size() >= 3) {
      auto ran = run_protocol(hospitals_, *graphs_, fusion_, protocol);
      if (!ran) return {ran.error()};
      result = std::move(ran).value();
    }
    summary_.model = std::string(kModelId);
    summary_.version = std::string(kModelVersion);
    summary_.model_digest = loaded.value->digest;
    summary_.xgboost = models::Trees::library_version();
    summary_.threshold = score.data().threshold;
    summary_.score = &score.data();
    for (const auto& cohort : cohorts_) summary_.cohorts.push_back(&cohort);
    std::vector<ReportFile> files = {{"training.json", write_protocol_json(result, summary_) + "\n"}, {"training.md", write_protocol_report(result, summary_)}};
    add_card(files);
    if (const auto problem = write_files(options_.out, files)) return {*problem};
    say_("written to " + options_.out + ": model " + loaded.value->digest.substr(0, 12) + ", " + std::to_string(loaded.value->golden_rows) + " golden rows reproduced");
    return {};
  }

  // The card speaks of the shipped cohorts; for others there is the report alone.
  void add_card(std::vector<ReportFile>& files) const {
    const auto texts = load_json_file(root_ + "/study/model-card.json"), training = JsonDocument::parse(files.front().text);
    if (!texts || !training) return;
    const auto card = write_model_card(texts->root(), training->root());
    if (!card.ok()) return say_("note: no model card: " + card.errors.front().message);
    files[1].text += card.value->tripod;
    files.push_back({"card.md", card.value->markdown});
    files.push_back({"card.json", card.value->json + "\n"});
  }

  const TrainOptions& options_;
  const std::string& root_;
  const Say& say_;
  std::vector<Error> errors_;
  std::shared_ptr<const Knowledge> knowledge_;
  std::optional<Graphs> graphs_;
  std::vector<Cohort> cohorts_;
  std::vector<Hospital> hospitals_;
  FusionOptions fusion_;
  TrainingSummary summary_;
};

}  // namespace

std::vector<Error> train(const TrainOptions& options, const std::string& root, const Say& say) { return Training(options, root, say).run(); }

}  // namespace cathgate::study
