#include "models/learned_score_json.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/digest.h"

namespace cathgate::models {
namespace {

constexpr double kGoldenTolerance = 1e-5;  // the trees work in single precision

std::string tree_file(std::size_t i) { return "trees-" + std::to_string(i + 1) + ".json"; }

void write_matrix(JsonWriter& json, std::string_view key, const Matrix& m) {
  json.key(key).start_array();
  for (std::size_t r = 0; r < m.rows; ++r) {
    json.start_array();
    for (const double v : m.row(r)) json.number(v);
    json.end_array();
  }
  json.end_array();
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

FactView view_of(const std::vector<std::pair<FactId, double>>& row, const FactCatalogue& facts) {
  FactView view(facts, 0);
  for (const auto& [fact, value] : row) {
    FactValue known = FactValue::exactly(value);
    known.at = TimeRange{0, 0};
    view.set(fact, known);
  }
  return view;
}

class Loader {
 public:
  Loader(const std::string& folder, const FactCatalogue& facts, const std::function<const Score*(std::string_view)>& find) : folder_(folder), facts_(facts), find_(find) {}

  Loaded<LoadedScore> load() {
    std::string model = read_bytes(folder_ + "/model.json"), all = model;
    const auto document = load_json_file(folder_ + "/model.json");
    if (!document) return {std::nullopt, {document.error()}};
    const Node root(document->root(), folder_ + "/model.json#", facts_, errors_);
    read(root);
    const auto boosters = static_cast<std::size_t>(std::max(0.0, root.number("boosters")));
    std::size_t inputs = 0;
    for (const auto& term : data_.terms) inputs += data_.graph.size() > term.input && data_.graph[term.input].trees ? 1 : 0;
    for (std::size_t b = 0; b < boosters && errors_.empty(); ++b) {
      const auto text = read_bytes(folder_ + "/" + tree_file(b));
      all += text;
      auto trees = Trees::load(text, inputs);
      if (trees) data_.trees.push_back(std::move(trees).value());
      else errors_.push_back({trees.error().code, folder_ + "/" + tree_file(b), trees.error().message});
    }
    if (!errors_.empty()) return {std::nullopt, std::move(errors_)};
    LoadedScore loaded{std::make_shared<const LearnedScore>(std::move(data_)), to_hex(sha256(all)), 0};
    loaded.golden_rows = try_golden(*loaded.score);
    if (!errors_.empty()) return {std::nullopt, std::move(errors_)};
    return {std::move(loaded), {}};
  }

 private:
  void read(const Node& root) {
    root.allow({"id", "version", "label", "evidence_status", "citation", "limits", "approved_by", "xgboost", "inputs", "intercept", "threshold", "terms", "input_correlation", "parameter_covariance", "boosters", "tree_spread", "hospital_variance"});
    data_.id = root.text("id");
    data_.version = root.text("version");
    data_.label = root.text("label");
    data_.limits = root.text("limits");
    data_.status = root.status("evidence_status");
    data_.citation = root.citation();
    data_.graph = InputGraph::read(root.at("inputs"), find_);
    data_.intercept = root.number("intercept");
    data_.threshold = root.number("threshold");
    data_.tree_spread = root.number("tree_spread");
    data_.hospital_variance = root.number("hospital_variance");
    for (const auto& node : root.at("terms").elements()) {
      node.allow({"input", "coefficient", "fill", "deviation", "range", "tree_variance"});
      const auto input = data_.graph.find(node.json()["input"].text());
      if (!input) node.at("input").problem("no input of this name");
      const auto range = node.json()["range"];
      data_.terms.push_back({input.value_or(0), node.number("coefficient"), node.number("fill"), node.number("deviation"), range[std::size_t{0}].number().value_or(0), range[std::size_t{1}].number().value_or(0), node.number("tree_variance")});
      if (!(data_.terms.back().deviation > 0)) node.at("deviation").problem("must be above 0");
    }
    data_.input_covariance = matrix(root.at("input_correlation"));
    data_.parameter_covariance = matrix(root.at("parameter_covariance"));
  }

  Matrix matrix(const Node& rows) {
    Matrix m(data_.terms.size(), data_.terms.size());
    bool whole = rows.json().size() == m.rows;
    for (std::size_t r = 0; whole && r < m.rows; ++r) {
      whole = rows.json()[r].size() == m.columns;
      for (std::size_t c = 0; whole && c < m.columns; ++c) {
        const auto value = rows.json()[r][c].number();
        whole = value.has_value();
        m(r, c) = value.value_or(0);
      }
    }
    if (!whole) rows.problem("a row and a column of numbers for each term is needed");
    return m;
  }

  std::size_t try_golden(const LearnedScore& score) {
    const auto document = load_json_file(folder_ + "/golden.json");
    if (!document) return errors_.push_back(document.error()), 0;
    const Node root(document->root(), folder_ + "/golden.json#", facts_, errors_);
    const auto rows = root.at("rows").elements();
    if (rows.empty()) root.at("rows").problem("a learned score needs golden rows");
    for (const auto& row : rows) {
      std::vector<std::pair<FactId, double>> given;
      const auto list = row.at("facts");
      for (const auto member : list.json().members())
        if (const auto id = facts_.find(member.key)) given.emplace_back(*id, list.at(member.key).value_of(*id));
        else row.at("facts").problem("no fact named " + std::string(member.key));
      const auto estimate = score.estimate(view_of(given, facts_));
      if (!estimate.possible || std::abs(estimate.log_odds - row.number("log_odds")) > kGoldenTolerance) row.problem("the score gives " + std::to_string(estimate.log_odds));
    }
    return rows.size();
  }

  const std::string& folder_;
  const FactCatalogue& facts_;
  const std::function<const Score*(std::string_view)>& find_;
  std::vector<Error> errors_;
  LearnedScore::Data data_;
};

void write_value(JsonWriter& json, const FactDefinition& fact, double value) {
  if (fact.kind == FactKind::boolean) json.boolean(value != 0);
  else if (fact.kind == FactKind::category) json.string(fact.categories[static_cast<std::size_t>(value)]);
  else json.number(value);
}

std::string write_golden(const LearnedScore& score, const std::vector<std::vector<std::pair<FactId, double>>>& rows, const FactCatalogue& facts) {
  JsonWriter json;
  json.start_object().member("note", "Synthetic patients; log-odds before any recalibration, to 1e-5.").key("rows").start_array();
  for (const auto& row : rows) {
    const auto estimate = score.estimate(view_of(row, facts));
    if (!estimate.possible) continue;
    json.start_object().key("facts").start_object();
    for (const auto& [fact, value] : row) {
      json.key(facts[fact].name);
      write_value(json, facts[fact], value);
    }
    json.end_object().member("log_odds", estimate.log_odds).end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace

LearnedFiles write_learned_score(const LearnedScore& score, std::string_view inputs, const std::vector<std::vector<std::pair<FactId, double>>>& golden, const FactCatalogue& facts) {
  const auto& d = score.data();
  JsonWriter json;
  json.start_object().member("id", d.id).member("version", d.version).member("label", d.label).member("evidence_status", evidence_status_name(d.status));
  json.key("citation").start_object().member("text", d.citation.text).member("doi", d.citation.doi).member("url", d.citation.url).member("locator", d.citation.locator).end_object();
  json.member("limits", d.limits).member("approved_by", "").member("xgboost", Trees::library_version());
  json.member("intercept", d.intercept).member("threshold", d.threshold).member("boosters", static_cast<std::int64_t>(d.trees.size())).member("tree_spread", d.tree_spread).member("hospital_variance", d.hospital_variance);
  json.key("terms").start_array();
  for (const auto& term : d.terms) {
    json.start_object().member("input", d.graph[term.input].name).member("coefficient", term.coefficient).member("fill", term.fill).member("deviation", term.deviation);
    json.key("range").start_array().number(term.low).number(term.high).end_array().member("tree_variance", term.tree_variance).end_object();
  }
  json.end_array();
  json.key("inputs").raw(inputs);
  write_matrix(json, "input_correlation", d.input_covariance);
  write_matrix(json, "parameter_covariance", d.parameter_covariance);
  LearnedFiles files;
  files.model = json.end_object().take();
  for (const auto& trees : d.trees) files.trees.push_back(trees.save());
  files.golden = write_golden(score, golden, facts);
  return files;
}

bool save_learned_score(const LearnedFiles& files, const std::string& folder) {
  const auto save = [&](const std::string& name, const std::string& text) {
    std::ofstream out(folder + "/" + name, std::ios::binary);
    out << text << '\n';
    return static_cast<bool>(out.flush());
  };
  bool good = save("model.json", files.model) && save("golden.json", files.golden);
  for (std::size_t i = 0; i < files.trees.size(); ++i) good = good && save(tree_file(i), files.trees[i]);
  return good;
}

Loaded<LoadedScore> load_learned_score(const std::string& folder, const FactCatalogue& facts, const std::function<const Score*(std::string_view)>& find) { return Loader(folder, facts, find).load(); }

}  // namespace cathgate::models
