#include "study/evaluate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "study/draws.h"

namespace cathgate::study {
namespace {

constexpr double kGuidelineVeryLow = 0.05;  // ESC 2024: at most 5 % is very low, further testing is deferred

struct AgeBand { const char* name; double from, below; };
constexpr std::array<AgeBand, 4> kAgeBands = {{{"age below 50", 0, 50}, {"age 50 to 59", 50, 60}, {"age 60 to 69", 60, 70}, {"age 70 and above", 70, 200}}};

class Evaluator {
 public:
  explicit Evaluator(const EvaluationInput& input) : in_(input), d_(input.design) {}

  Evaluation run() {
    Evaluation out;
    out.cohort = in_.cohort.name;
    out.cohort_digest = in_.cohort.digest;
    out.reference_standard = in_.cohort.reference_standard;
    out.model = in_.model.score->data().id;
    out.model_version = in_.model.score->data().version;
    out.model_digest = in_.model.digest;
    if (in_.recalibration) out.recalibration = in_.recalibration->signature;
    out.patients = d_.size();
    out.obstructed = static_cast<std::size_t>(d_.obstructed());
    for (const auto& patient : in_.cohort.patients) {
      abstains_.push_back(!in_.model.score->estimate(patient.view).possible);
      out.abstained += abstains_.back();
    }
    out.scorers.push_back(learned());
    add(out, "RF-CL", d_.rf_cl, in_.local ? &in_.local->rf_cl : nullptr);
    add(out, "RF-CL and the published ratio of one functional test", d_.guideline, in_.local ? &in_.local->guideline : nullptr);
    for (std::size_t s = 0; s < d_.comparators.size(); ++s) add(out, d_.comparators[s].name, d_.comparators[s].log_odds, in_.local ? &in_.local->comparators[s].log_odds : nullptr);
    return out;
  }

 private:
  // A comparator that lacks an input of some patient would be measured on other patients than the rest: it is left out and named.
  void add(Evaluation& out, const std::string& name, const std::vector<double>& z, const std::vector<double>* local) const {
    const auto unknown = [](double v) { return !std::isfinite(v); };
    const bool whole = std::none_of(z.begin(), z.end(), unknown) && (!local || std::none_of(local->begin(), local->end(), unknown));
    if (whole) out.scorers.push_back(comparator(name, z, local));
    else out.left_out.push_back(name);
  }

  ScorerEvaluation learned() const {
    const auto z = score_all(*in_.model.score, d_);
    ScorerEvaluation s;
    s.name = in_.model.score->data().label;
    std::vector<double> p;
    if (const auto* r = in_.recalibration) {
      s.threshold_basis = "recalibration " + r->signature.substr(0, 12) + " on " + r->cohort;
      s.threshold_men = r->men.threshold;
      s.threshold_women = r->women.threshold;
      for (std::size_t i = 0; i < z.size(); ++i) p.push_back(logistic(r->log_odds(z[i], d_.log_ratio[i])));
    } else {
      s.threshold_basis = "shipped, without recalibration: decides nothing in the product";
      s.threshold_men = s.threshold_women = in_.model.score->data().threshold;
      for (std::size_t i = 0; i < z.size(); ++i) p.push_back(logistic(z[i] + d_.log_ratio[i]));
    }
    finish(p, s, true);
    return s;
  }

  ScorerEvaluation comparator(const std::string& name, const std::vector<double>& z, const std::vector<double>* local) const {
    ScorerEvaluation s;
    s.name = name;
    std::vector<double> p;
    if (local) {
      const Scored scored{in_.local, *local, {}, {}};
      std::vector<std::size_t> all(in_.local->size());
      for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
      const auto fit = fit_local(scored, all, {kShippedRule, in_.limits});
      s.threshold_basis = "recalibrated on the same patients by the same rule";
      s.threshold_men = fit.threshold_men;
      s.threshold_women = fit.threshold_women;
      for (const double v : z) p.push_back(logistic(fit.calibration.log_odds(v, 0)));
    } else {
      s.threshold_basis = "as published; very low (at most 5 %) is deferred";
      s.threshold_men = s.threshold_women = std::nextafter(kGuidelineVeryLow, 1.0);
      for (const double v : z) p.push_back(logistic(v));
    }
    finish(p, s, false);
    return s;
  }

  void finish(const std::vector<double>& p, ScorerEvaluation& s, bool may_abstain) const {
    s.performance = measure(p, d_.y, in_.seed);
    std::vector<bool> deferred;
    for (std::size_t i = 0; i < p.size(); ++i) deferred.push_back(p[i] < (d_.male[i] ? s.threshold_men : s.threshold_women) && !(may_abstain && abstains_[i]));
    const auto group = [&](const std::string& name, const std::function<bool(std::size_t)>& counts) {
      s.groups.push_back({name, count_deferral(deferred, d_.y, counts)});
    };
    group("all", [](std::size_t) { return true; });
    group("women", [&](std::size_t i) { return !d_.male[i]; });
    group("men", [&](std::size_t i) { return d_.male[i]; });
    for (const auto& band : kAgeBands) group(band.name, [&](std::size_t i) { return d_.age[i] >= band.from && d_.age[i] < band.below; });
    group("hospital " + d_.name, [](std::size_t) { return true; });
  }

  const EvaluationInput& in_;
  const Design& d_;
  std::vector<bool> abstains_;
};

}  // namespace

Evaluation evaluate(const EvaluationInput& input) { return Evaluator(input).run(); }

}  // namespace cathgate::study
