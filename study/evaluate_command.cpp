#include <algorithm>

#include "study/commands.h"
#include "study/files.h"
#include "study/inspect.h"

namespace cathgate::study {
namespace {

// Makes these inputs unknown.
std::optional<Error> hide(const std::vector<std::string>& names, const models::InputGraph& graph, Design& design) {
  for (const auto& name : names) {
    const auto input = graph.find(name);
    if (!input) return Error{ErrorCode::not_found, "--leave-out " + name, "no input of this name"};
    for (auto& row : design.rows) row[*input].known = false;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Error> run_evaluation(const EvaluateOptions& options, const std::string& root, const Say& say, Evaluation& result) {
  const auto knowledge = Knowledge::load(root);
  if (!knowledge.ok()) return knowledge.errors;
  const auto& k = **knowledge.value;
  const auto model = load_model(options.model, k);
  if (!model.ok()) return model.errors;
  const auto cohort = load_cohort(options.cohort, k, root, options.reading);
  if (!cohort.ok()) return cohort.errors;
  const auto& data = model.value->score->data();
  Design design = make_design(*cohort.value, k, data.graph);
  if (auto problem = hide(options.leave_out, data.graph, design)) return {*problem};
  auto seen = lines_of(*cohort.value);
  for (const auto& finding : inspect_cohort(design, data)) seen.push_back(describe(finding));
  for (const auto& line : seen) say("note: " + line);
  auto stored = load_recalibration(options.model);
  if (!stored) return {stored.error()};
  std::optional<models::Recalibration> recalibration = std::move(stored).value();
  std::optional<Design> local;
  if (!options.recalibrate.empty()) {
    const auto other = load_cohort(options.recalibrate, k, root, options.reading);
    if (!other.ok()) return other.errors;
    local = make_design(*other.value, k, data.graph);
    if (auto problem = hide(options.leave_out, data.graph, *local)) return {*problem};
    auto made = make_recalibration(*model.value, *other.value, *local, options.limits, nullptr);
    if (!made) return {made.error()};
    recalibration = std::move(made).value();
  }
  if (recalibration && recalibration->model_digest != model.value->digest) return {{ErrorCode::invalid_input, options.model + "/recalibration.json", "it belongs to another version of the model"}};
  if (recalibration && recalibration->cohort_digest == cohort.value->digest) say("note: this cohort is the one that the model was recalibrated on; its figures flatter");
  result = evaluate({*model.value, recalibration ? &*recalibration : nullptr, *cohort.value, design, local ? &*local : nullptr, options.limits, options.seed});
  if (options.out.empty()) return {};
  if (auto problem = write_files(options.out, write_evaluation_report(result, seen))) return {*problem};
  return {};
}

}  // namespace cathgate::study
