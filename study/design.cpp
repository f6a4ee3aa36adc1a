#include "study/design.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/outside_ratio.h"

namespace cathgate::study {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = 1e-4;  // a printed 0 % is below half a percent, not impossible; likewise 100 %

double middle_log_odds(const models::Prediction& prediction) {
  if (!prediction.possible) return kNothing;
  const auto inside = [](double p) { return std::clamp(p, kLeast, 1 - kLeast); };
  return (log_odds(inside(prediction.low)) + log_odds(inside(prediction.high))) / 2;
}

double functional_log_ratio(const models::LikelihoodRatios& ratios, const FactView& view) {
  const auto applied = ratios.select(view, models::TestKind::functional);
  return applied ? std::log(applied->ratio().value) : 0;
}

double middle_log_odds(const models::Score& score, const FactView& view) {
  auto prediction = score.predict(view);
  if (score.data().percent) prediction.low /= 100, prediction.high /= 100;
  return middle_log_odds(prediction);
}

std::vector<const models::Score*> comparators_of(const Knowledge& knowledge) {
  std::vector<const models::Score*> scores = {knowledge.printed_table};
  scores.insert(scores.end(), knowledge.comparators.begin(), knowledge.comparators.end());
  return scores;
}

}  // namespace

double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }
double log_odds(double proportion) { return std::log(proportion / (1 - proportion)); }

double Design::obstructed() const { return std::accumulate(y.begin(), y.end(), 0.0); }

Design make_design(const Cohort& cohort, const Knowledge& knowledge, const models::InputGraph& graph) {
  Design design;
  design.name = cohort.name;
  const auto age = knowledge.ids.age, male = knowledge.ids.male;
  const auto scores = comparators_of(knowledge);
  for (const auto* score : scores) design.comparators.push_back({std::string(score->label()), {}});
  for (const auto& patient : cohort.patients) {
    const auto& view = patient.view;
    design.rows.push_back(graph.evaluate(view));
    design.y.push_back(patient.obstructed ? 1 : 0);
    design.male.push_back(view[male].equals(1) == Truth::yes);
    design.age.push_back(view[age].known() ? view[age].low : kNothing);
    design.log_ratio.push_back(outside_ratios(knowledge.scores.ratios(), view).log_odds);
    design.rf_cl.push_back(middle_log_odds(knowledge.rf_cl->predict(view)));
    design.guideline.push_back(design.rf_cl.back() + functional_log_ratio(knowledge.scores.ratios(), view));
    for (std::size_t s = 0; s < scores.size(); ++s) design.comparators[s].log_odds.push_back(middle_log_odds(*scores[s], view));
  }
  return design;
}

Design take(const Design& design, const std::vector<std::size_t>& rows) {
  Design out;
  out.name = design.name;
  for (const auto& comparator : design.comparators) {
    auto& part = out.comparators.emplace_back(Comparator{comparator.name, {}});
    for (const auto r : rows) part.log_odds.push_back(comparator.log_odds[r]);
  }
  for (const auto r : rows) {
    out.rows.push_back(design.rows[r]);
    out.y.push_back(design.y[r]);
    out.male.push_back(design.male[r]);
    out.age.push_back(design.age[r]);
    out.log_ratio.push_back(design.log_ratio[r]);
    out.rf_cl.push_back(design.rf_cl[r]);
    out.guideline.push_back(design.guideline[r]);
  }
  return out;
}

Design join(const std::vector<const Design*>& designs) {
  Design out;
  for (const auto* design : designs) {
    std::vector<std::size_t> rows(design->size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const Design part = take(*design, rows);
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(out.rows, part.rows);
    append(out.y, part.y);
    append(out.male, part.male);
    append(out.age, part.age);
    append(out.log_ratio, part.log_ratio);
    append(out.rf_cl, part.rf_cl);
    append(out.guideline, part.guideline);
    if (out.comparators.empty()) out.comparators.resize(part.comparators.size());
    for (std::size_t s = 0; s < part.comparators.size(); ++s) {
      out.comparators[s].name = part.comparators[s].name;
      append(out.comparators[s].log_odds, part.comparators[s].log_odds);
    }
  }
  return out;
}

Loaded<models::InputGraph> load_inputs(const std::string& path, const Knowledge& knowledge) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  const models::Node root(file->root(), path + "#", knowledge.facts, errors);
  root.allow({"id", "version", "note", "inputs"});
  auto graph = models::InputGraph::read(root.at("inputs"), [&](std::string_view id) { return knowledge.scores.find(id); });
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(graph), {}};
}

}  // namespace cathgate::study
