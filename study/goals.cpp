#include "study/goals.h"

#include "study/report_text.h"

namespace cathgate::study {
namespace {

constexpr double kAuc = 0.87, kExpectedLow = 0.9, kExpectedHigh = 1.1, kAvoided = 0.45, kAvoidedWithPerfusion = 0.5;

template <class Holds>
Goal goal(std::string id, std::string text, const std::vector<HospitalResult>& hospitals, Holds holds) {
  Goal g{std::move(id), std::move(text), {}};
  for (const auto& h : hospitals)
    if (holds(h)) g.met.push_back(h.hospital);
  return g;
}

}  // namespace

std::vector<Goal> goals_of(const ProtocolResult& result) {
  if (result.candidates.empty() || result.with_perfusion.empty()) return {};
  const double bound = result.options.limits.missed;
  const std::string most = "at most " + percent(bound) + " of the obstructed";
  const auto& shipped = result.candidates.back().hospitals;
  const auto auc = [](const HospitalResult& h) { return h.auc >= kAuc; };
  const auto calibrated = [](const HospitalResult& h) { return h.observed_expected >= kExpectedLow && h.observed_expected <= kExpectedHigh; };
  const auto missed = [bound](const HospitalResult& h) { return h.missed <= bound; };
  const auto avoided = [](const HospitalResult& h) { return h.avoided >= kAvoided; };
  const auto all = [&](const HospitalResult& h) { return auc(h) && calibrated(h) && missed(h) && avoided(h); };
  return {goal("auc", "AUC at least " + fixed(kAuc, 2), shipped, auc),
          goal("observed_expected", "O:E from " + fixed(kExpectedLow, 1) + " to " + fixed(kExpectedHigh, 1), shipped, calibrated),
          goal("missed", most + " missed", shipped, missed),
          goal("missed_women", most + " women missed", shipped, [bound](const HospitalResult& h) { return h.missed_women <= bound; }),
          goal("missed_men", most + " men missed", shipped, [bound](const HospitalResult& h) { return h.missed_men <= bound; }),
          goal("avoided", "at least " + percent(kAvoided) + " of the unneeded angiograms avoided", shipped, avoided),
          goal("together", "AUC, O:E, missed and avoided together", shipped, all),
          goal("perfusion", "with perfusion imaging at least " + percent(kAvoidedWithPerfusion) + " avoided and " + most + " missed", result.with_perfusion.back().hospitals, [&](const HospitalResult& h) { return h.avoided >= kAvoidedWithPerfusion && missed(h); })};
}

}  // namespace cathgate::study
