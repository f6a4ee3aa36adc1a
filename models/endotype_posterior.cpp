#include "models/endotype_posterior.h"

#include <algorithm>
#include <cmath>

#include "models/bivariate_normal.h"

namespace cathgate::models {
namespace {

using Table = EndotypeTable;

constexpr std::size_t kWomen = 1;
constexpr double kNoShare = 1e-9;

double odds_update(double p, double ln_ratio) {
  const double odds = p * std::exp(ln_ratio);
  return odds / (odds + 1 - p);
}

double ln_normal(double z, double mean, double variance) { return -0.5 * ((z - mean) * (z - mean) / variance + std::log(variance)); }

// The normal state: ln CFR, ln IMR, the error that reserve tests share.
class State {
 public:
  State(const EndotypeParameters& p, const EndotypeConstants& c, const PreparedInputs& in)
      : mean_{p.mean_ln_cfr[in.sex] + in.shift, p.mean_ln_imr[in.sex], 0}, covariance_{} {
    covariance_[0][0] = p.sd_ln_cfr * p.sd_ln_cfr;
    covariance_[1][1] = p.sd_ln_imr * p.sd_ln_imr;
    covariance_[0][1] = covariance_[1][0] = p.correlation * p.sd_ln_cfr * p.sd_ln_imr;
    covariance_[2][2] = c.shared_error * c.shared_error;
  }

  // A reading h . state + offset + error.
  void observe(const std::array<double, 3>& h, double residual_offset, double value, double variance) {
    std::array<double, 3> gain{};
    double total = variance, expected = residual_offset;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) gain[i] += covariance_[i][j] * h[j];
      total += h[i] * gain[i];
      expected += h[i] * mean_[i];
    }
    for (std::size_t i = 0; i < 3; ++i) mean_[i] += gain[i] * (value - expected) / total;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j) covariance_[i][j] -= gain[i] * gain[j] / total;
  }

  double mean(std::size_t i) const { return mean_[i]; }
  double variance(std::size_t i) const { return covariance_[i][i]; }
  double covariance(std::size_t i, std::size_t j) const { return covariance_[i][j]; }
  double correlation() const { return covariance_[0][1] / std::sqrt(covariance_[0][0] * covariance_[1][1]); }

 private:
  std::array<double, 3> mean_;
  std::array<std::array<double, 3>, 3> covariance_;
};

class Evaluation {
 public:
  Evaluation(const EndotypeParameters& p, const EndotypeConstants& c, const PreparedInputs& in) : p_(p), c_(c), in_(in), state_(p, c, in) {}

  PointResult run() {
    const auto [flow_ratio, ischaemia_ratio] = update();
    finish(obstruction(flow_ratio, ischaemia_ratio));
    return result_;
  }
  Table table() {
    update();
    return table_;
  }
  Predictive predict(std::size_t index, ReadingAxis axis) {
    observe_readings();
    const auto& r = p_.readings[index];
    const double tau2 = r.tau * r.tau;
    switch (axis) {
      case ReadingAxis::reserve: return {state_.mean(0) + state_.mean(2) + r.bias, std::sqrt(state_.variance(0) + state_.variance(2) + 2 * state_.covariance(0, 2) + tau2 - c_.shared_error * c_.shared_error)};
      case ReadingAxis::cfr: return {state_.mean(0) + r.bias, std::sqrt(state_.variance(0) + tau2)};
      case ReadingAxis::resistance: return {state_.mean(1) + r.bias, std::sqrt(state_.variance(1) + tau2)};
      case ReadingAxis::stress_flow: break;
    }
    return {r.bias - p_.beta * (state_.mean(1) - c_.ln_reference_imr), std::sqrt(p_.beta * p_.beta * state_.variance(1) + tau2)};
  }

 private:
  // The axes; returns what flow and ischaemia say of obstruction.
  std::pair<double, double> update() {
    const double flow_ratio = observe_readings();
    make_table();
    apply_findings();
    const double ischaemia_ratio = apply_ischaemia();
    apply_acetylcholine();
    return {flow_ratio, ischaemia_ratio};
  }

  // Returns the ln ratio for obstruction of the one flow test that counts, from its predictive density before any other
  // reading; 0 when none does.
  double observe_readings() {
    double ratio = 0;
    bool counted = false;
    const double mean = state_.mean(0), variance = state_.variance(0);
    for (const auto& reading : in_.readings) {
      const auto& r = p_.readings[reading.index];
      const double tau = r.tau + reading.extra_tau;
      if (reading.counts_for_obstruction && !counted) {
        counted = true;
        ratio = ln_normal(reading.ln_value, r.obstructed_mean, r.obstructed_sd * r.obstructed_sd) - ln_not_obstructed(reading, mean, variance, tau);
      }
      switch (reading.axis) {
        case ReadingAxis::reserve: state_.observe({1, 0, 1}, r.bias, reading.ln_value, tau * tau - c_.shared_error * c_.shared_error); break;
        case ReadingAxis::cfr: state_.observe({1, 0, 0}, r.bias, reading.ln_value, tau * tau); break;
        case ReadingAxis::resistance: state_.observe({0, 1, 0}, r.bias, reading.ln_value, tau * tau); break;
        case ReadingAxis::stress_flow: state_.observe({0, -p_.beta, 0}, r.bias + p_.beta * c_.ln_reference_imr, reading.ln_value, tau * tau); break;
      }
    }
    return ratio;
  }
  double ln_not_obstructed(const PreparedInputs::Reading& reading, double mean, double variance, double tau) const {
    const auto& r = p_.readings[reading.index];
    if (reading.axis != ReadingAxis::stress_flow) return ln_normal(reading.ln_value, mean + r.bias, variance + tau * tau);
    const double sd = p_.beta * p_.sd_ln_imr;
    return ln_normal(reading.ln_value, r.bias - p_.beta * (p_.mean_ln_imr[in_.sex] - c_.ln_reference_imr), sd * sd + tau * tau);
  }

  void make_table() {
    const double h = (in_.ln_cfr_cut - state_.mean(0)) / std::sqrt(state_.variance(0));
    const double k = (in_.ln_imr_cut - state_.mean(1)) / std::sqrt(state_.variance(1));
    const double low_cfr = normal_cdf(h), low_imr = normal_cdf(k), both = bivariate_normal_cdf(h, k, state_.correlation());
    const std::array<double, kDilatorStates> dilator = {std::max(0.0, low_imr - both), std::max(0.0, both), std::max(0.0, low_cfr - both), std::max(0.0, 1 - low_cfr - low_imr + both)};
    auto spasm = p_.spasm[in_.sex];
    if (in_.spasm_none_odds != 0) {
      const double none = odds_update(spasm[0], in_.spasm_none_odds), scale = (1 - none) / (1 - spasm[0]);
      spasm = {none, spasm[1] * scale, spasm[2] * scale};
    }
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      for (std::size_t a = 0; a < kDilatorStates; ++a) table_[s][a] = spasm[s] * dilator[a];
    if (p_.association != 0) associate(spasm[2], low_cfr);
  }

  // Moves the odds ratio of epicardial spasm with reduced reserve to exp(association) and keeps both of their shares
  // (Plackett's distribution of a 2 x 2 table).
  void associate(double epicardial, double reduced) {
    // Where hardly any or nearly all patients have reduced reserve there is nothing to associate, and the shares cancel out.
    if (std::min(reduced, 1 - reduced) < kNoShare) return;
    const double ratio = std::exp(p_.association), rest = 1 + (epicardial + reduced) * (ratio - 1);
    const double both = (rest - std::sqrt(rest * rest - 4 * ratio * (ratio - 1) * epicardial * reduced)) / (2 * (ratio - 1));
    const std::array<std::array<double, 2>, 2> factor = {{{(1 - epicardial - reduced + both) / ((1 - epicardial) * (1 - reduced)), (reduced - both) / ((1 - epicardial) * reduced)},
                                                          {(epicardial - both) / (epicardial * (1 - reduced)), both / (epicardial * reduced)}}};
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      for (std::size_t a = 0; a < kDilatorStates; ++a) {
        const bool low = a == static_cast<std::size_t>(Dilator::functional) || a == static_cast<std::size_t>(Dilator::structural);
        table_[s][a] *= factor[s == 2][low];
      }
  }

  void normalise() {
    double sum = 0;
    for (const auto& row : table_)
      for (const double cell : row) sum += cell;
    for (auto& row : table_)
      for (double& cell : row) cell /= sum;
  }

  template <class Weight>
  void reweight(Weight weight) {
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      for (std::size_t a = 0; a < kDilatorStates; ++a) table_[s][a] *= weight(s, a);
    normalise();
  }

  void apply_findings() {
    if (in_.findings.empty()) return;
    std::array<double, kSpasmStates> ln_weight{};
    for (const auto& [finding, present] : in_.findings)
      for (std::size_t s = 0; s < kSpasmStates; ++s) ln_weight[s] += p_.findings[finding][present ? 0 : 1][s];
    for (double& w : ln_weight) w = std::exp(std::clamp(w * c_.weak_shrink, -c_.weak_cap, c_.weak_cap));
    reweight([&](std::size_t s, std::size_t) { return ln_weight[s]; });
  }

  // Likelihood of one test's result in each cell, no further apart than the cap, and how far apart.
  double likelihood_of(const PreparedInputs::Ischaemia& test, Table& likelihood) const {
    double low = 1, high = 0;
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      for (std::size_t a = 0; a < kDilatorStates; ++a) {
        const double q = p_.positive[test.test][s][a];
        likelihood[s][a] = test.positive ? q : 1 - q;
        low = std::min(low, likelihood[s][a]);
        high = std::max(high, likelihood[s][a]);
      }
    for (auto& row : likelihood)
      for (double& l : row) l = std::max(l, high / c_.ischaemia_cap);
    return high / low;
  }

  // Only the most informative test acts on the axes, and only it may speak for obstruction.
  double apply_ischaemia() {
    Table best{}, one{};
    double spread = 0, ratio = 0;
    for (std::size_t i = 0; i < in_.ischaemia.size(); ++i) {
      const double own = likelihood_of(in_.ischaemia[i], one);
      if (own <= spread) continue;
      spread = own;
      best = one;
      result_.ischaemia = static_cast<int>(i);
    }
    if (result_.ischaemia < 0) return 0;
    const auto& test = in_.ischaemia[static_cast<std::size_t>(result_.ischaemia)];
    if (test.counts_for_obstruction) {
      double without = 0;
      for (std::size_t s = 0; s < kSpasmStates; ++s)
        for (std::size_t a = 0; a < kDilatorStates; ++a) {
          const double q = p_.positive[test.test][s][a];
          without += table_[s][a] * (test.positive ? q : 1 - q);
        }
      const double with = p_.positive_obstructed[test.test];
      ratio = std::log((test.positive ? with : 1 - with) / without);
    }
    reweight([&](std::size_t s, std::size_t a) { return best[s][a]; });
    return ratio;
  }

  void apply_acetylcholine() {
    if (in_.acetylcholine) reweight([&](std::size_t s, std::size_t) { return c_.acetylcholine[s][*in_.acetylcholine]; });
  }

  // One functional test speaks for obstruction: the one that says more.
  double obstruction(double flow, double ischaemia) const {
    if (in_.obstruction_fixed) return in_.obstruction;
    const double ratio = std::abs(flow) >= std::abs(ischaemia) ? flow : ischaemia;
    return odds_update(in_.obstruction, std::clamp(ratio, -c_.obstruction_cap, c_.obstruction_cap));
  }

  void finish(double obstructed) {
    auto& e = result_.point.endotype;
    const auto cell = [&](std::size_t s, Dilator a) { return (1 - obstructed) * table_[s][static_cast<std::size_t>(a)]; };
    using enum Dilator;
    e = {obstructed, cell(0, structural), cell(0, functional), cell(0, compensated), cell(1, normal) + cell(1, compensated), cell(1, functional) + cell(1, structural),
         cell(2, normal), cell(2, functional) + cell(2, structural) + cell(2, compensated), cell(0, normal)};
    for (std::size_t s = 0; s < kSpasmStates; ++s) {
      const auto& row = table_[s];
      result_.point.spasm[s] = row[0] + row[1] + row[2] + row[3];
      result_.point.reserve_reduced += row[1] + row[2];
      result_.point.resistance_raised += row[2] + row[3];
    }
  }

  const EndotypeParameters& p_;
  const EndotypeConstants& c_;
  const PreparedInputs& in_;
  State state_;
  Table table_{};
  PointResult result_;
};

// A finding that says nothing, such as migraine, does not enter the arithmetic at all.
bool is_neutral(const std::array<std::array<double, kSpasmStates>, 2>& ln_ratios) {
  const auto zero = [](const auto& row) { return std::all_of(row.begin(), row.end(), [](double r) { return r == 0; }); };
  return zero(ln_ratios[0]) && zero(ln_ratios[1]);
}

double shift_of(const EndotypeConstants& c, const EndotypeInputs& in, bool research) {
  double shift = in.age_years ? c.per_year * (*in.age_years - c.age_reference) : 0;
  if (in.hypertension) shift += c.hypertension;
  if (in.smoker) shift += c.smoker;
  if (in.diabetes) shift += c.diabetes;
  if (in.fast_heart_rate) shift += c.fast_heart_rate;
  shift = std::clamp(shift, -c.shift_cap, c.shift_cap);
  if (in.secondary_cause) shift += c.secondary_cause;
  if (in.cta_setting && research) shift += c.cta_ln_cfr;
  return shift;
}

}  // namespace

PreparedInputs::PreparedInputs(const EndotypeData& data, const EndotypeInputs& inputs, const EndotypeQuestion& question)
    : sex(inputs.female ? kWomen : 0), shift(shift_of(data.constants, inputs, question.research)), obstruction(inputs.obstruction), ln_cfr_cut(std::log(question.cfr_cut)), ln_imr_cut(std::log(data.constants.imr_cut)) {
  const auto acts = [&](InputStatus status) { return status == InputStatus::strict || (status == InputStatus::research && question.research); };
  for (std::size_t i = 0; i < kFlowIndices; ++i) {
    const auto& reading = data.readings[i];
    axes[i] = reading.axis;
    const auto repeats = [&](std::size_t other) { return inputs.readings[other] && acts(data.readings[other].status); };
    if (!inputs.readings[i] || !acts(reading.status) || std::any_of(reading.not_beside.begin(), reading.not_beside.end(), repeats)) continue;
    const bool laboratory = reading.axis == ReadingAxis::reserve || reading.axis == ReadingAxis::stress_flow;
    readings.push_back({i, reading.axis, std::log(*inputs.readings[i]), laboratory && !question.own_reference ? data.constants.no_reference_tau : 0, reading.tells_obstruction && !inputs.reading_in_obstruction[i]});
  }
  for (std::size_t t = 0; t < kIschaemiaTests; ++t)
    if (inputs.ischaemia[t] && acts(data.ischaemia[t].status)) ischaemia.push_back({t, *inputs.ischaemia[t], !inputs.ischaemia_in_obstruction[t]});
  for (std::size_t f = 0; f < kSpasmFindings; ++f)
    if (inputs.findings[f] && acts(data.findings[f].status) && !is_neutral(data.central.findings[f])) findings.emplace_back(f, *inputs.findings[f]);
  if (inputs.acetylcholine) acetylcholine = static_cast<std::size_t>(*inputs.acetylcholine);
  if (inputs.cta_setting && question.research) spasm_none_odds = data.constants.cta_spasm_none_odds;
  if (inputs.ffr) {
    obstruction_fixed = true;
    obstruction = normal_cdf((data.constants.ffr_threshold - *inputs.ffr) / data.constants.ffr_sd);
  }
}

EndotypeTable evaluate_endotype_table(const EndotypeParameters& parameters, const EndotypeConstants& constants, const PreparedInputs& prepared) { return Evaluation(parameters, constants, prepared).table(); }

Predictive predict_reading(const EndotypeParameters& parameters, const EndotypeConstants& constants, const PreparedInputs& prepared, std::size_t index) {
  return Evaluation(parameters, constants, prepared).predict(index, prepared.axes[index]);
}

PointResult evaluate_endotype(const EndotypeParameters& parameters, const EndotypeConstants& constants, const PreparedInputs& prepared) {
  return Evaluation(parameters, constants, prepared).run();
}

}  // namespace cathgate::models
