#include <filesystem>

#include "study/commands.h"
#include "study/files.h"
#include "study/inspect.h"
#include "study/report_text.h"

namespace cathgate::study {
namespace {

namespace fs = std::filesystem;

std::string numbered(const std::string& folder, int version) { return folder + "/recalibration-" + std::to_string(version) + ".json"; }

// The model's own files; the recalibrations of a folder that is continued come along.
std::optional<Error> copy_model(const std::string& from, const std::string& to) {
  if (auto problem = make_folder(to)) return problem;
  if (fs::exists(to) && fs::equivalent(from, to)) return std::nullopt;
  for (const auto& entry : fs::directory_iterator(from)) {
    const auto name = entry.path().filename().string();
    const bool wanted = name == "model.json" || name == "golden.json" || name.starts_with("trees-") || name.starts_with("recalibration-");
    if (!wanted) continue;
    std::error_code problem;
    fs::copy_file(entry.path(), to + "/" + name, fs::copy_options::overwrite_existing, problem);
    if (problem) return Error{ErrorCode::unavailable, to + "/" + name, "the file cannot be written"};
  }
  return std::nullopt;
}

std::vector<Error> revert(const std::string& folder, const Say& say, models::Recalibration& result) {
  const auto current = load_recalibration(folder);
  if (!current) return {current.error()};
  if (!current->has_value()) return {{ErrorCode::not_found, folder, "there is no recalibration to go back from"}};
  const int version = (*current)->version;
  if (version <= 1) {
    fs::remove(folder + "/recalibration.json");
    fs::remove(numbered(folder, 1));
    say("the first recalibration is withdrawn; the score decides nothing now");
    return {};
  }
  const auto document = load_json_file(numbered(folder, version - 1));
  if (!document) return {document.error()};
  auto before = models::read_recalibration(document->root(), numbered(folder, version - 1));
  if (!before) return {before.error()};
  if (before->signature != (*current)->previous) return {{ErrorCode::invalid_input, numbered(folder, version - 1), "it is not the one that the current recalibration continued"}};
  if (auto problem = write_file(folder + "/recalibration.json", models::write_recalibration(*before) + "\n")) return {*problem};
  fs::remove(numbered(folder, version));
  result = std::move(before).value();
  say("back to recalibration " + std::to_string(version - 1));
  return {};
}

void describe_sex(const char* name, const models::SexCounts& sex, const Say& say) {
  say(std::string(name) + ": test first below " + percent(sex.threshold) + "; in the sample " + std::to_string(sex.missed) + " of " + std::to_string(sex.obstructed) + " obstructed missed, exact 95 % upper bound " + percent(sex.missed_upper) + (sex.certified ? "" : std::string("; not certified for ") + name + " (fewer than 60 obstructed)"));
}

}  // namespace

std::vector<Error> recalibrate(const RecalibrateOptions& options, const std::string& root, const Say& say, models::Recalibration& result) {
  if (options.revert) return revert(options.model, say, result);
  const auto knowledge = Knowledge::load(root);
  if (!knowledge.ok()) return knowledge.errors;
  const auto& k = **knowledge.value;
  const auto model = load_model(options.model, k);
  if (!model.ok()) return model.errors;
  const auto cohort = load_cohort(options.cohort, k, root, options.reading);
  if (!cohort.ok()) return cohort.errors;
  const Design design = make_design(*cohort.value, k, model.value->score->data().graph);
  for (const auto& line : lines_of(*cohort.value)) say("note: " + line);
  for (const auto& finding : inspect_cohort(design, model.value->score->data())) say("note: " + describe(finding));
  const auto stored = load_recalibration(options.model);
  if (!stored) return {stored.error()};
  const auto* previous = stored->has_value() && !options.fresh ? &**stored : nullptr;
  if (previous) say("drift: observed to expected of this batch under the recalibration in use " + with_interval(drift_of(*model.value->score, design, *previous, 0), 2));
  auto made = make_recalibration(*model.value, *cohort.value, design, options.limits, previous);
  if (!made) return {made.error()};
  result = std::move(made).value();
  if (auto problem = copy_model(options.model, options.out)) return {*problem};
  const auto text = models::write_recalibration(result) + "\n";
  if (auto problem = write_file(numbered(options.out, result.version), text)) return {*problem};
  if (auto problem = write_file(options.out + "/recalibration.json", text)) return {*problem};
  say("recalibration " + std::to_string(result.version) + " on " + std::to_string(result.sample.size()) + " patients: intercept " + fixed(result.intercept - result.centre, 3) + ", slope " + fixed(result.slope, 3));
  if (!result.supported) say("the sample cannot show the bound: " + std::to_string(result.men.obstructed + result.women.obstructed) + " obstructed, at least " + std::to_string(least_obstructed(options.limits)) + " are needed; it defers less");
  describe_sex("men", result.men, say);
  describe_sex("women", result.women, say);
  return {};
}

}  // namespace cathgate::study
