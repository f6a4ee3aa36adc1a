#include "study/protocol.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "study/draws.h"

namespace cathgate::study {
namespace {

constexpr double kQuantile90 = 1.6448536269514722;
constexpr std::size_t kGroups = 8;

std::vector<const Hospital*> without(const std::vector<const Hospital*>& hospitals, std::size_t out) {
  std::vector<const Hospital*> rest;
  for (std::size_t h = 0; h < hospitals.size(); ++h)
    if (h != out) rest.push_back(hospitals[h]);
  return rest;
}

std::vector<const Design*> mains(const std::vector<const Hospital*>& hospitals) {
  std::vector<const Design*> designs;
  for (const auto* h : hospitals) designs.push_back(&h->main);
  return designs;
}

// Each hospital's log-odds by a score fitted on the others.
struct Mutual { std::vector<std::vector<double>> z; };

Result<Mutual> mutual_scores(const std::vector<const Hospital*>& hospitals, const Graphs& graphs, FusionOptions fusion) {
  fusion.variance = false;
  Mutual mutual;
  for (std::size_t h = 0; h < hospitals.size(); ++h) {
    auto data = fit_fusion(mains(without(hospitals, h)), graphs.main, fusion);
    if (!data) return data.error();
    const models::LearnedScore score(std::move(data).value());
    auto& z = mutual.z.emplace_back();
    for (const auto& row : hospitals[h]->main.rows) z.push_back(score.log_odds(row));
  }
  return mutual;
}

// Standardised within each hospital, pooled, of the obstructed, ascending.
std::vector<double> standardised_obstructed(const std::vector<const Hospital*>& hospitals, const Mutual& mutual) {
  std::vector<double> out;
  for (std::size_t h = 0; h < hospitals.size(); ++h) {
    const auto& z = mutual.z[h];
    const double n = static_cast<double>(z.size()), mean = std::accumulate(z.begin(), z.end(), 0.0) / n;
    const double square = std::accumulate(z.begin(), z.end(), 0.0, [&](double s, double v) { return s + (v - mean) * (v - mean); });
    for (std::size_t i = 0; i < z.size(); ++i)
      if (hospitals[h]->main.y[i] == 1) out.push_back((z[i] - mean) / std::sqrt(square / n));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<double> threshold_of(const std::vector<const Hospital*>& hospitals, const Mutual& mutual, const ThresholdLimits& limits) {
  std::vector<double> z, y;
  for (std::size_t h = 0; h < hospitals.size(); ++h) {
    z.insert(z.end(), mutual.z[h].begin(), mutual.z[h].end());
    y.insert(y.end(), hospitals[h]->main.y.begin(), hospitals[h]->main.y.end());
  }
  Calibration as_it_is;
  as_it_is.covariance = models::Matrix(2, 2);
  return choose_threshold(kShippedRule, {z, {}, y, as_it_is, {}, {}, {}}, limits);
}

class Protocol {
 public:
  Protocol(const std::vector<Hospital>& hospitals, const Graphs& graphs, const FusionOptions& fusion, const ProtocolOptions& options) : graphs_(graphs), fusion_(fusion), options_(options) {
    for (const auto& h : hospitals) hospitals_.push_back(&h);
    result_.options = options;
  }

  Result<ProtocolResult> run() {
    for (const auto& candidate : candidates(graphs_, fusion_))
      if (auto done = try_candidate(candidate); !done) return done.error();
    for (std::size_t h = 0; h < hospitals_.size(); ++h)
      if (auto done = study_shipped(h); !done) return done.error();
    return std::move(result_);
  }

 private:
  Result<bool> try_candidate(const Candidate& candidate) {
    options_.progress("candidate: " + candidate.name);
    CandidateResult result{candidate.name, {}};
    for (std::size_t h = 0; h < hospitals_.size(); ++h) {
      auto z = candidate.score(without(hospitals_, h), *hospitals_[h]);
      if (!z) return z.error();
      result.hospitals.push_back(try_rule({&hospitals_[h]->main, *z, {}, {}}, {kShippedRule, options_.limits}, options_));
    }
    result_.candidates.push_back(std::move(result));
    return true;
  }

  // Everything that is asked of the shipped score at one hospital that is left out.
  Result<bool> study_shipped(std::size_t h) {
    const Hospital& out = *hospitals_[h];
    options_.progress("threshold rules at " + out.main.name);
    const auto train = without(hospitals_, h);
    auto data = fit_fusion(mains(train), graphs_.main, fusion_);
    if (!data) return data.error();
    const models::LearnedScore score(std::move(data).value());
    const auto mutual = mutual_scores(train, graphs_, fusion_);
    if (!mutual) return mutual.error();
    Scored scored{&out.main, {}, {}, standardised_obstructed(train, *mutual)};
    for (const auto& row : out.main.rows) scored.z.push_back(score.log_odds(row));
    try_rules(scored);
    try_sexes(scored);
    try_perfusion(scored);
    try_uncalibrated(scored, *threshold_of(train, *mutual, options_.limits));
    measure_coverage(scored, score, out);
    return true;
  }

  void try_rules(const Scored& scored) {
    std::size_t at = 0;
    const auto add = [&](const RuleChoice& choice) {
      if (result_.rules.size() <= at) result_.rules.push_back({choice.rule, choice.limits, choice.cautious_women < 1, {}});
      result_.rules[at++].hospitals.push_back(try_rule(scored, choice, options_));
    };
    for (const auto rule : kThresholdRules) {
      const bool has_confidence = rule == ThresholdRule::shares || rule == ThresholdRule::first_crossing || rule == ThresholdRule::posterior || rule == ThresholdRule::binomial;
      for (const double confidence : {0.5, 0.6, 0.7, 0.8, 0.9}) {
        if (!has_confidence && confidence != 0.5) continue;
        ThresholdLimits limits = options_.limits;
        limits.confidence = confidence;
        limits.obstructed = 1;
        add({rule, limits, 1});
        if (rule == kShippedRule) add({rule, limits});
        limits.obstructed = options_.limits.obstructed;
        add({rule, limits, rule == kShippedRule ? kCautiousWomen : 1});
      }
    }
  }

  void try_sexes(const Scored& scored) {
    std::size_t at = 0;
    for (const bool intercept : {false, true})
      for (const double cautious : {1.0, kCautiousWomen, 0.5, 0.35}) {
        if (result_.sexes.size() <= at) result_.sexes.push_back({cautious, intercept, {}});
        result_.sexes[at++].hospitals.push_back(try_rule(scored, {kShippedRule, options_.limits, cautious, intercept}, options_));
      }
  }

  void try_perfusion(Scored scored) {
    if (result_.with_perfusion.empty()) result_.with_perfusion = {{"without perfusion imaging", {}}, {"perfusion by its published ratio", {}}};
    const RuleChoice choice{kShippedRule, options_.limits};
    result_.with_perfusion[0].hospitals.push_back(try_rule(scored, choice, options_));
    scored.ratio = scored.design->log_ratio;
    result_.with_perfusion[1].hospitals.push_back(try_rule(scored, choice, options_));
  }

  void try_uncalibrated(const Scored& scored, double threshold) {
    UncalibratedResult r{scored.design->name, threshold, 0, 0, 0, 0, 0};
    double expected = 0, obstructed = 0, open = 0, women = 0, deferred = 0;
    for (std::size_t i = 0; i < scored.z.size(); ++i) {
      const double p = logistic(scored.z[i]);
      const bool sick = scored.design->y[i] == 1, woman = !scored.design->male[i], defer = p < threshold;
      expected += p;
      (sick ? obstructed : open) += 1;
      if (sick && woman) women += 1;
      if (!defer) continue;
      deferred += 1;
      (sick ? r.missed : r.avoided) += 1;
      if (sick && woman) r.missed_women += 1;
    }
    r.observed_expected = obstructed / expected;
    r.obstructed_among_deferred = deferred > 0 ? r.missed / deferred : 0;
    r.missed /= std::max(obstructed, 1.0);
    r.avoided /= std::max(open, 1.0);
    r.missed_women /= std::max(women, 1.0);
    result_.uncalibrated.push_back(r);
  }

  void measure_coverage(const Scored& scored, const models::LearnedScore& score, const Hospital& out) {
    std::vector<double> variance, anchor, anchor_variance;
    for (const auto& patient : out.cohort->patients) {
      const auto e = score.estimate(patient.view);
      variance.push_back(e.possible ? e.variance : -1);
      anchor.push_back(e.anchor);
      anchor_variance.push_back(e.anchor_variance);
    }
    double covered = 0, groups = 0, width = 0, patients = 0;
    for (int draw = 0; draw < options_.draws; ++draw) {
      const auto parts = split(scored.z.size(), options_, draw);
      const auto c = fit_local(scored, parts.local, {kShippedRule, options_.limits}).calibration;
      auto rest = parts.rest;
      std::erase_if(rest, [&](std::size_t i) { return variance[i] < 0; });
      std::sort(rest.begin(), rest.end(), [&](std::size_t a, std::size_t b) { return scored.z[a] < scored.z[b]; });
      for (std::size_t g = 0; g < kGroups; ++g) {
        double low = 0, high = 0, seen = 0, n = 0;
        for (std::size_t k = g * rest.size() / kGroups; k < (g + 1) * rest.size() / kGroups; ++k, n += 1) {
          const auto i = rest[k];
          const double x = anchor[i] - c.centre, eta = c.log_odds(scored.z[i], 0);
          const double v = c.covariance(0, 0) + 2 * c.covariance(0, 1) * x + c.covariance(1, 1) * (x * x + anchor_variance[i]) + c.slope * c.slope * variance[i];
          low += logistic(eta - kQuantile90 * std::sqrt(v));
          high += logistic(eta + kQuantile90 * std::sqrt(v));
          seen += scored.design->y[i];
        }
        if (n == 0) continue;
        groups += 1;
        covered += seen >= low && seen <= high ? 1 : 0;
        width += high - low;
        patients += n;
      }
    }
    result_.coverage.push_back({out.main.name, covered / std::max(groups, 1.0), width / std::max(patients, 1.0)});
  }

  const Graphs& graphs_;
  const FusionOptions& fusion_;
  const ProtocolOptions& options_;
  std::vector<const Hospital*> hospitals_;
  ProtocolResult result_;
};

}  // namespace

Result<ProtocolResult> run_protocol(const std::vector<Hospital>& hospitals, const Graphs& graphs, const FusionOptions& fusion, const ProtocolOptions& options) {
  if (hospitals.size() < 3) return Error{ErrorCode::missing_data, "cohorts", "leaving one hospital out needs at least three hospitals"};
  return Protocol(hospitals, graphs, fusion, options).run();
}

Result<double> fix_threshold(const std::vector<const Hospital*>& hospitals, const Graphs& graphs, const FusionOptions& fusion, const ThresholdLimits& limits) {
  const auto mutual = mutual_scores(hospitals, graphs, fusion);
  if (!mutual) return mutual.error();
  return threshold_of(hospitals, *mutual, limits);
}

}  // namespace cathgate::study
