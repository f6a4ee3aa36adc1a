#include "engine/likelihood.h"

#include <cmath>
#include <limits>

#include "engine/message_ids.h"

namespace cathgate {
namespace {

using models::AppliedRatio;
using models::Prediction;
using models::TestKind;

constexpr double kPercent = 100;

struct Bounds {
  double low = 0;
  double high = 0;
};

LikelihoodStep step_of(const models::Score& score, const Prediction& prediction, double before) {
  LikelihoodStep step;
  step.id = score.id();
  step.version = score.version();
  step.label = score.label();
  step.before = before;
  step.after = step.after_low = prediction.low;
  step.after_high = prediction.high;
  if (prediction.low != prediction.high) step.after = (prediction.low + prediction.high) / 2;
  step.status = score.status();
  step.citation = &score.citation();
  step.evidence = prediction.evidence;
  return step;
}

LikelihoodStep step_of(const models::LikelihoodRatios& ratios, const AppliedRatio& applied, Bounds& bounds, double before) {
  const double ratio = applied.ratio().value;
  bounds = {models::apply_ratio(bounds.low, ratio), models::apply_ratio(bounds.high, ratio)};
  LikelihoodStep step;
  step.id = applied.test->id;
  step.version = ratios.version;
  step.label = applied.test->label;
  step.before = before;
  step.after = models::apply_ratio(before, ratio);
  step.after_low = bounds.low;
  step.after_high = bounds.high;
  step.ratio = ratio;
  step.status = ratios.status;
  step.citation = &ratios.citation;
  step.evidence = {{applied.test->fact, applied.value}};
  return step;
}

bool replaces_calcium(const Deliberation& d, const std::optional<AppliedRatio>& anatomical) {
  if (!anatomical) return false;
  for (const auto fact : anatomical->test->replaces)
    if (fact == d.knowledge.ids.calcium_score) return true;
  return false;
}

// 90 % from the published 95 % intervals of the ratios, on the scale of log odds; empty when no ratio was applied.
std::optional<Likelihood::Interval> interval_of(const Deliberation& d, const Bounds& bounds, const std::optional<AppliedRatio>& anatomical, const std::optional<AppliedRatio>& functional) {
  double variance = 0;
  for (const auto* applied : {&anatomical, &functional})
    if (*applied) variance += std::pow((*applied)->ratio().log_standard_error(), 2);
  if (variance == 0) return std::nullopt;
  const double factor = std::exp(d.knowledge.data.interval_quantile * std::sqrt(variance));
  return Likelihood::Interval{models::apply_ratio(bounds.low, 1 / factor), models::apply_ratio(bounds.high, factor), d.knowledge.scores.ratios().interval_status};
}

void set_percent(Deliberation& d, FactId fact, const Bounds& bounds) { d.view.set(fact, FactValue::between(bounds.low * kPercent, bounds.high * kPercent)); }

// The scores take part whole: what they do not know is a range, what they need and do not have leaves no likelihood.
std::optional<Bounds> apply_scores(Deliberation& d, Likelihood& likelihood, bool with_calcium) {
  const auto& k = d.knowledge;
  const Prediction basic = k.rf_cl->predict(d.view);
  if (!basic.possible) {
    d.result.missing = basic.missing;
    return std::nullopt;
  }
  likelihood.age_outside_validation = basic.outside_validation;
  likelihood.missing = basic.missing;
  likelihood.steps.push_back(step_of(*k.rf_cl, basic, 0));
  Bounds bounds{basic.low, basic.high};
  if (!with_calcium) return bounds;
  const Prediction calcium = k.cacs_cl->predict(d.view);
  if (!calcium.possible) return bounds;
  likelihood.missing = calcium.missing;
  likelihood.steps.push_back(step_of(*k.cacs_cl, calcium, likelihood.steps.back().after));
  return Bounds{calcium.low, calcium.high};
}

// Other models that can say something about this patient, within the range that they were made for.
void add_comparators(const Deliberation& d, Likelihood& likelihood) {
  for (const auto* score : d.knowledge.comparators) {
    const auto p = score->predict(d.view);
    if (!p.possible || p.outside_validation) continue;
    const double unit = score->data().percent ? kPercent : 1;
    likelihood.comparators.push_back({score->id(), score->label(), &score->citation(), score->status(), p.low / unit, p.high / unit});
  }
}

}  // namespace

void assess_likelihood(Deliberation& d) {
  const auto& k = d.knowledge;
  const auto& ratios = k.scores.ratios();
  const auto anatomical = ratios.select(d.view, TestKind::anatomical);
  const auto functional = ratios.select(d.view, TestKind::functional);
  Likelihood likelihood;
  auto bounds = apply_scores(d, likelihood, !replaces_calcium(d, anatomical));
  if (!bounds) {
    d.result.likelihood_silence = message::kSilentNoScore;
    return;
  }
  set_percent(d, k.ids.pretest, *bounds);
  for (const auto* applied : {&anatomical, &functional})
    if (*applied) likelihood.steps.push_back(step_of(ratios, **applied, *bounds, likelihood.steps.back().after));
  set_percent(d, k.ids.percent, *bounds);
  likelihood.low = bounds->low;
  likelihood.high = bounds->high;
  likelihood.point_given = bounds->low == bounds->high;
  likelihood.point = likelihood.point_given ? bounds->low : 0;
  likelihood.interval = interval_of(d, *bounds, anatomical, functional);
  if (const auto printed = k.printed_table->predict(d.view); printed.possible && printed.low == printed.high && !printed.outside_validation) likelihood.table_percent = printed.low;
  if (!d.supposed) add_comparators(d, likelihood);
  d.run(Stage::likelihood);
  const auto& cls = d.view[k.ids.likelihood_class];
  if (cls.exact()) likelihood.class_name = k.facts[k.ids.likelihood_class].categories[static_cast<std::size_t>(cls.low)];
  d.result.likelihood = std::move(likelihood);
}

double class_of(const Deliberation& d, double percent) {
  FactView view = d.view;
  view.set(d.knowledge.ids.percent, FactValue::exactly(percent));
  view.set(d.knowledge.ids.likelihood_class, FactValue());
  std::vector<rules::RuleOutcome> outcomes;
  d.knowledge.rules.evaluate(Stage::likelihood, view, outcomes);
  const auto& value = view[d.knowledge.ids.likelihood_class];
  return value.exact() ? value.low : std::numeric_limits<double>::quiet_NaN();
}

std::optional<double> likelihood_without(const Deliberation& d, models::TestKind kind, bool calcium) {
  const auto& k = d.knowledge;
  const auto& ratios = k.scores.ratios();
  const auto anatomical = kind == TestKind::anatomical ? std::nullopt : ratios.select(d.view, TestKind::anatomical);
  const auto functional = kind == TestKind::functional ? std::nullopt : ratios.select(d.view, TestKind::functional);
  Prediction base = k.rf_cl->predict(d.view);
  if (calcium && !replaces_calcium(d, anatomical))
    if (auto with = k.cacs_cl->predict(d.view); with.possible) base = std::move(with);
  if (!base.possible || base.low != base.high) return std::nullopt;
  double value = base.low;
  for (const auto* applied : {&anatomical, &functional})
    if (*applied) value = models::apply_ratio(value, (*applied)->ratio().value);
  return value;
}

std::optional<double> likelihood_with_calcium(const Deliberation& d, double agatston) {
  FactView view = d.view;
  FactValue value = FactValue::exactly(agatston);
  value.at = TimeRange{view.as_of(), view.as_of()};
  view.set(d.knowledge.ids.calcium_score, value);
  const auto with = d.knowledge.cacs_cl->predict(view);
  if (!with.possible || with.low != with.high) return std::nullopt;
  return with.low;
}

}  // namespace cathgate
