#include "engine/learned.h"

#include <algorithm>
#include <cmath>

#include "engine/message_ids.h"
#include "engine/outside_ratio.h"

namespace cathgate {
namespace {

double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

// The patient is referred for angiography, as all whom the score learned from, and chest pain is the main symptom: its items
// are known and nothing else is named as the main one.
bool is_asked(const Deliberation& d) {
  const auto& ids = d.knowledge.ids;
  if (!d.view[ids.order_urgent].known()) return false;  // a draft order always says how urgent it is
  const auto& main = d.view[ids.symptom_main];
  const auto chest_pain = d.knowledge.facts[ids.symptom_main].category("chest_pain");
  if (main.known() && chest_pain && main.equals(*chest_pain) != Truth::yes) return false;
  return d.view[ids.chest_pain].equals(1) != Truth::no && d.view[ids.chest_pain_points].exact();
}

// The site's recalibration, unless it was made for another version of the score.
const models::Recalibration* recalibration_of(const Deliberation& d) {
  const auto* local = d.site.recalibration.get();
  return local && local->model_digest == d.knowledge.learned.digest ? local : nullptr;
}

void fill(LearnedResult& out, const Deliberation& d, const models::LearnedEstimate& estimate, const OutsideRatios& ratios) {
  const auto& score = *d.knowledge.learned.score;
  const auto* local = recalibration_of(d);
  double log_odds = estimate.log_odds + ratios.log_odds;
  double variance = estimate.variance + ratios.variance + score.data().hospital_variance;
  if (local) {
    log_odds = local->log_odds(estimate.log_odds, ratios.log_odds);
    variance = local->variance(estimate.variance, estimate.anchor, estimate.anchor_variance) + local->ratio_weight * local->ratio_weight * ratios.variance;
  }
  const double reach = d.knowledge.data.interval_quantile * std::sqrt(variance);
  out.point = logistic(log_odds);
  out.low = logistic(log_odds - reach);
  out.high = logistic(log_odds + reach);
  out.log_odds = log_odds;
  out.variance = variance;
  out.hidden_variance = estimate.hidden_variance;
}

// The fact that a reader knows an input by: where one of two facts serves, the one that is known.
FactId source_of(const models::InputGraph& graph, std::size_t input, const FactView& view) {
  const auto& node = graph[input];
  if (node.kind == models::InputNode::Kind::first)
    for (const auto operand : node.operands)
      if (graph[operand].fact != kNoFact && view[graph[operand].fact].known()) return graph[operand].fact;
  return node.fact;
}

// Inputs of one fact become one part.
std::vector<LearnedPart> parts_of(const models::LearnedScore& score, const std::vector<models::Contribution>& contributions, const FactView& view) {
  std::vector<LearnedPart> parts;
  const auto& graph = score.data().graph;
  for (const auto& c : contributions) {
    const auto& node = graph[c.input];
    LearnedPart part{source_of(graph, c.input, view), node.score ? node.score->id() : std::string_view(), node.score ? node.score->label() : std::string_view(), {}, c.log_odds, node.sign.value_or(0) != 0};
    if (part.fact != kNoFact) part.value = view[part.fact];
    const auto same = std::find_if(parts.begin(), parts.end(), [&](const LearnedPart& p) { return p.fact == part.fact && p.score == part.score; });
    if (same == parts.end()) parts.push_back(part);
    else same->log_odds += part.log_odds;
  }
  std::stable_sort(parts.begin(), parts.end(), [](const LearnedPart& a, const LearnedPart& b) { return std::abs(a.log_odds) > std::abs(b.log_odds); });
  return parts;
}

}  // namespace

void assess_learned(Deliberation& d) {
  const auto& score = d.knowledge.learned.score;
  if (!score || !d.result.likelihood || !is_asked(d)) return;
  LearnedResult out;
  auto estimate = score->estimate(d.view);
  out.score = score.get();
  out.outside = std::move(estimate.outside);
  if (d.result.likelihood->age_outside_validation) out.outside.push_back(d.knowledge.ids.age);
  out.missing = std::move(estimate.missing);
  out.possible = estimate.possible && out.outside.empty();
  if (out.possible) {
    auto ratios = outside_ratios(d.knowledge.scores.ratios(), d.view);
    fill(out, d, estimate, ratios);
    out.parts = parts_of(*score, estimate.contributions, d.view);
    out.base = estimate.base;
    out.ratios = std::move(ratios.applied);
    d.view.set(d.knowledge.ids.learned_percent, FactValue::exactly(out.point * 100));
    if (const auto* local = recalibration_of(d)) {
      out.woman = !d.is(d.knowledge.ids.male);
      const auto& sex = out.woman ? local->women : local->men;
      out.threshold = sex.threshold;
      out.certified = sex.certified && local->supported;
    }
  }
  d.result.learned = std::move(out);
}

bool learned_decides(const Deliberation& d) {
  const auto& learned = d.result.learned;
  if (!learned || !learned->possible || !learned->threshold) return false;
  const auto& ids = d.knowledge.ids;
  return !d.is(ids.anatomical_diagnostic) && !d.is(ids.functional_diagnostic) && !d.acute_setting();
}

}  // namespace cathgate
