#include "engine/prospects.h"

#include <algorithm>

#include "engine/likelihood.h"

namespace cathgate {
namespace {

bool is_settled(Decision decision) { return decision == Decision::defer || decision == Decision::angiography_recommended; }

// What would be decided if `fact` were known to be `value` today. The facts that do not depend on a stage of the engine
// are those of the record.
Decision decision_if(const Deliberation& d, FactId fact, double value) {
  std::vector<DataIssue> unused;
  FactView view = build_fact_view(d.snapshot, d.knowledge, unused);
  FactValue supposed = FactValue::exactly(value);
  supposed.origin = Origin::coded;
  supposed.at = TimeRange{view.as_of(), view.as_of()};
  view.set(fact, supposed);
  Deliberation other{d.snapshot, d.knowledge, d.site, d.guideline, std::move(view), {}, Assessment{}, rules::Action::none, true};
  other.result.knowledge = d.result.knowledge;
  conclude(other);
  return other.result.decision;
}

void add_settles(Prospect& p, double before) {
  const double normal = *p.likelihood_if_normal, abnormal = *p.likelihood_if_abnormal;
  if (!(abnormal > normal)) return;
  const double chance = std::clamp((before - normal) / (abnormal - normal), 0.0, 1.0);
  p.settles = (is_settled(*p.decision_if_abnormal) ? chance * abnormal : 0) + (is_settled(*p.decision_if_normal) ? (1 - chance) * (1 - normal) : 0);
}

Prospect of_calcium(const Deliberation& d) {
  Prospect p;
  p.likelihood_if_normal = likelihood_with_calcium(d, 0);
  p.decision_if_normal = decision_if(d, d.knowledge.ids.calcium_score, 0);
  return p;
}

}  // namespace

bool Prospect::can_settle() const {
  if (!decision_if_normal && !decision_if_abnormal) return true;
  return (decision_if_normal && is_settled(*decision_if_normal)) || (decision_if_abnormal && is_settled(*decision_if_abnormal));
}

Prospect prospect_of(const Deliberation& d, Test test) {
  if (test == Test::calcium_score) return of_calcium(d);
  Prospect p;
  const auto* ratio = d.knowledge.scores.ratios().find(test_name(test));
  if (!ratio) return p;
  p.decision_if_normal = decision_if(d, ratio->fact, ratio->normal_up_to);
  p.decision_if_abnormal = decision_if(d, ratio->fact, ratio->abnormal_from);
  const bool calcium = std::find(ratio->replaces.begin(), ratio->replaces.end(), d.knowledge.ids.calcium_score) == ratio->replaces.end();
  const auto before = d.result.likelihood ? likelihood_without(d, ratio->kind, calcium) : std::nullopt;
  if (!before) return p;
  p.likelihood_if_normal = models::apply_ratio(*before, ratio->negative.value);
  p.likelihood_if_abnormal = models::apply_ratio(*before, ratio->positive.value);
  add_settles(p, *before);
  return p;
}

}  // namespace cathgate
