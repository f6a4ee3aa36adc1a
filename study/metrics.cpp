#include "study/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "study/calibrate.h"
#include "study/design.h"

namespace cathgate::study {
namespace {

constexpr std::size_t kResamples = 500;
constexpr std::size_t kCurvePoints = 8;
constexpr double kLeast = 1e-9;

double mean_square(const std::vector<double>& p, const std::vector<double>& y) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += (p[i] - y[i]) * (p[i] - y[i]);
  return p.empty() ? 0 : sum / static_cast<double>(p.size());
}

double ratio_of_sums(const std::vector<double>& p, const std::vector<double>& y) {
  return std::accumulate(y.begin(), y.end(), 0.0) / std::max(std::accumulate(p.begin(), p.end(), 0.0), kLeast);
}

Interval percentile(double value, std::vector<double> draws) {
  std::sort(draws.begin(), draws.end());
  const auto at = [&](double q) { return draws.empty() ? value : draws[static_cast<std::size_t>(q * static_cast<double>(draws.size() - 1))]; };
  return {value, at(0.025), at(0.975)};
}

std::vector<CurvePoint> curve(const std::vector<double>& p, const std::vector<double>& y) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<CurvePoint> points;
  for (std::size_t g = 0; g < kCurvePoints; ++g) {
    const std::size_t from = g * p.size() / kCurvePoints, to = (g + 1) * p.size() / kCurvePoints;
    if (from == to) continue;
    double predicted = 0, hits = 0;
    for (std::size_t k = from; k < to; ++k) predicted += p[order[k]], hits += y[order[k]];
    const double n = static_cast<double>(to - from);
    points.push_back({predicted / n, hits / n, to - from, exact_interval(static_cast<std::size_t>(hits), to - from)});
  }
  return points;
}

std::vector<BenefitPoint> benefit(const std::vector<double>& p, const std::vector<double>& y) {
  std::vector<BenefitPoint> points;
  const double n = static_cast<double>(p.size()), all = std::accumulate(y.begin(), y.end(), 0.0);
  for (int percent = 2; percent <= 50; percent += 2) {
    const double t = percent / 100.0, odds = t / (1 - t);
    double hits = 0, alarms = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
      if (p[i] >= t) (y[i] == 1 ? hits : alarms) += 1;
    points.push_back({t, (hits - alarms * odds) / n, (all - (n - all) * odds) / n});
  }
  return points;
}

Share share(std::size_t count, std::size_t of) { return {count, of, exact_interval(count, of)}; }

}  // namespace

double area_under_curve(const std::vector<double>& p, const std::vector<double>& y) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  double ranks = 0, positives = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i + 1;
    while (j < order.size() && p[order[j]] == p[order[i]]) ++j;
    const double rank = (static_cast<double>(i) + static_cast<double>(j) + 1) / 2;
    for (std::size_t k = i; k < j; ++k)
      if (y[order[k]] == 1) ranks += rank, positives += 1;
    i = j;
  }
  const double negatives = static_cast<double>(p.size()) - positives;
  return positives == 0 || negatives == 0 ? 0.5 : (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

Performance measure(const std::vector<double>& p, const std::vector<double>& y, std::uint64_t seed) {
  Performance out;
  out.patients = p.size();
  out.obstructed = static_cast<std::size_t>(std::accumulate(y.begin(), y.end(), 0.0));
  std::vector<double> auc, brier, ratio, q(p.size()), z(p.size());
  Random random(seed);
  for (std::size_t b = 0; b < kResamples && !p.empty(); ++b) {
    std::vector<double> w(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
      const auto k = random.below(p.size());
      q[i] = p[k];
      w[i] = y[k];
    }
    auc.push_back(area_under_curve(q, w));
    brier.push_back(mean_square(q, w));
    ratio.push_back(ratio_of_sums(q, w));
  }
  out.auc = percentile(area_under_curve(p, y), auc);
  out.brier = percentile(mean_square(p, y), brier);
  out.observed_expected = percentile(ratio_of_sums(p, y), ratio);
  for (std::size_t i = 0; i < p.size(); ++i) z[i] = log_odds(std::clamp(p[i], kLeast, 1 - kLeast));
  const auto fit = fit_calibration(z, {}, y, {1e3, 1e3});
  out.slope = fit.slope;
  out.intercept = fit.intercept - fit.slope * fit.centre;
  out.calibration = curve(p, y);
  out.benefit = benefit(p, y);
  return out;
}

Deferral count_deferral(const std::vector<bool>& deferred, const std::vector<double>& y, const std::function<bool(std::size_t)>& counts) {
  std::size_t n = 0, n1 = 0, d = 0, d1 = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!counts(i)) continue;
    ++n;
    if (y[i] == 1) ++n1;
    if (!deferred[i]) continue;
    ++d;
    if (y[i] == 1) ++d1;
  }
  return {share(d, n), share(d - d1, n - n1), share(d1, n1), share(d1, d)};
}

double best_avoided(const std::vector<double>& p, const std::vector<double>& y, double missed) {
  std::vector<double> obstructed, open;
  for (std::size_t i = 0; i < p.size(); ++i) (y[i] == 1 ? obstructed : open).push_back(p[i]);
  if (obstructed.empty() || open.empty()) return 0;
  std::sort(obstructed.begin(), obstructed.end());
  const auto place = static_cast<std::size_t>(missed * static_cast<double>(obstructed.size()) + 1e-9);
  const double t = obstructed[std::min(place, obstructed.size() - 1)];
  return static_cast<double>(std::count_if(open.begin(), open.end(), [&](double q) { return q < t; })) / static_cast<double>(open.size());
}

}  // namespace cathgate::study
