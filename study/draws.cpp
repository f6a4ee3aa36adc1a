#include "study/draws.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "study/metrics.h"

namespace cathgate::study {
namespace {

template <class T>
std::vector<T> pick(const std::vector<T>& from, const std::vector<std::size_t>& rows) {
  std::vector<T> out;
  if (from.empty()) return out;
  for (const auto r : rows) out.push_back(from[r]);
  return out;
}

double percentile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

// Sums over the draws; shares of women are pooled because a draw may hold none who is obstructed.
struct Totals {
  HospitalResult sum;
  std::vector<double> avoided, missed;
  double women = 0, women_missed = 0, men = 0, men_missed = 0, deferred_obstructed = 0, deferred = 0, patients = 0;

  void add(const Scored& scored, const std::vector<std::size_t>& rest, const LocalFit& fit, double bound) {
    const auto y = pick(scored.design->y, rest);
    const auto male = pick(scored.design->male, rest);
    std::vector<double> p;
    std::vector<bool> deferred_here;
    for (const auto r : rest) {
      p.push_back(logistic(fit.calibration.log_odds(scored.z[r], scored.ratio.empty() ? 0 : scored.ratio[r], !scored.design->male[r])));
      deferred_here.push_back(p.back() < (scored.design->male[r] ? fit.threshold_men : fit.threshold_women));
    }
    const auto all = count_deferral_plain(deferred_here, y, male);
    const double obstructed = std::accumulate(y.begin(), y.end(), 0.0);
    sum.auc += area_under_curve(p, y);
    sum.observed_expected += obstructed / std::accumulate(p.begin(), p.end(), 0.0);
    std::vector<double> eta;
    for (const double q : p) eta.push_back(log_odds(q));
    sum.slope += fit_calibration(eta, {}, y, {1e3, 1e3}).slope;
    for (std::size_t i = 0; i < p.size(); ++i) sum.brier += (p[i] - y[i]) * (p[i] - y[i]) / static_cast<double>(p.size());
    sum.best_avoided += study::best_avoided(p, y, bound);
    avoided.push_back(all.first);
    missed.push_back(all.second);
  }

  // Avoided and missed share; adds to the pooled counts.
  std::pair<double, double> count_deferral_plain(const std::vector<bool>& deferred_here, const std::vector<double>& y, const std::vector<bool>& male) {
    double hit = 0, open = 0, n1 = 0, n0 = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const bool sick = y[i] == 1;
      (sick ? n1 : n0) += 1;
      if (sick) (male[i] ? men : women) += 1;
      patients += 1;
      if (!deferred_here[i]) continue;
      deferred += 1;
      (sick ? hit : open) += 1;
      if (sick) (male[i] ? men_missed : women_missed) += 1, deferred_obstructed += 1;
    }
    return {n0 > 0 ? open / n0 : 0, n1 > 0 ? hit / n1 : 0};
  }

  HospitalResult result(const std::string& hospital, double bound) const {
    const double n = static_cast<double>(missed.size());
    HospitalResult r = sum;
    r.hospital = hospital;
    for (double* value : {&r.auc, &r.observed_expected, &r.slope, &r.brier, &r.best_avoided}) *value /= n;
    r.avoided = std::accumulate(avoided.begin(), avoided.end(), 0.0) / n;
    r.missed = std::accumulate(missed.begin(), missed.end(), 0.0) / n;
    r.avoided_low = percentile(avoided, 0.1), r.avoided_high = percentile(avoided, 0.9);
    r.missed_low = percentile(missed, 0.1), r.missed_high = percentile(missed, 0.9);
    r.kept = static_cast<double>(std::count_if(missed.begin(), missed.end(), [&](double m) { return m <= bound; })) / n;
    r.missed_women = women > 0 ? women_missed / women : 0;
    r.missed_men = men > 0 ? men_missed / men : 0;
    r.deferred = deferred / patients;
    r.obstructed_among_deferred = deferred > 0 ? deferred_obstructed / deferred : 0;
    return r;
  }
};

}  // namespace

Split split(std::size_t patients, const ProtocolOptions& options, int draw) {
  std::vector<std::size_t> order(patients);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(options.seed * 1000 + static_cast<std::uint64_t>(draw));
  for (std::size_t i = patients; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const auto n = static_cast<std::ptrdiff_t>(std::min(options.recalibrate_on, patients / 2));
  return {{order.begin(), order.begin() + n}, {order.begin() + n, order.end()}};
}

LocalFit fit_local(const Scored& scored, const std::vector<std::size_t>& local, const RuleChoice& choice) {
  const auto z = pick(scored.z, local), ratio = pick(scored.ratio, local), y = pick(scored.design->y, local);
  LocalFit fit;
  std::vector<double> woman;
  for (const auto r : local)
    if (choice.sex_intercept) woman.push_back(scored.design->male[r] ? 0 : 1);
  fit.calibration = fit_calibration(z, ratio, y, {}, woman);
  std::size_t women = 0, men = 0;
  for (const auto r : local)
    if (scored.design->y[r] == 1) ++(scored.design->male[r] ? men : women);
  const double of_women = sex_factor(women, choice.cautious_women), of_men = sex_factor(men, kCautiousMen);
  std::vector<double> factor;
  for (const auto r : local) factor.push_back(scored.design->male[r] ? of_men : of_women);
  const double t = choose_threshold(choice.rule, {z, ratio, y, fit.calibration, factor, woman, scored.source_obstructed}, choice.limits);
  fit.threshold_men = t * of_men;
  fit.threshold_women = t * of_women;
  return fit;
}

HospitalResult try_rule(const Scored& scored, const RuleChoice& choice, const ProtocolOptions& options) {
  Totals totals;
  for (int draw = 0; draw < options.draws; ++draw) {
    const auto parts = split(scored.z.size(), options, draw);
    totals.add(scored, parts.rest, fit_local(scored, parts.local, choice), choice.limits.missed);
  }
  return totals.result(scored.design->name, choice.limits.missed);
}

}  // namespace cathgate::study
