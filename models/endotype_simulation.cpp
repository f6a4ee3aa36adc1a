#include "models/endotype_simulation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "models/endotype_metrics.h"

namespace cathgate::models {
namespace {

// Who comes: our assumptions, stated in the model card.
constexpr double kWomen = 0.62, kMeanAge = 60, kSdAge = 10, kHypertension = 0.5, kSmoker = 0.2, kDiabetes = 0.15, kFastHeart = 0.15, kSecondary = 0;
constexpr double kObstructed = 0.03;
constexpr double kOpenFfr = 0.91, kOpenFfrSd = 0.03, kObstructedFfr = 0.72, kObstructedFfrSd = 0.05;
constexpr double kCfrCut = 2.5;

struct Patient {
  EndotypeInputs all;      // everything that could be known
  bool obstructed = false;
  Dilator dilator = Dilator::normal;
  Spasm spasm = Spasm::none;
  double doppler = 0;
};

// P(present) given each state, such that the ratios of present and absent hold as well as they can.
std::array<double, kSpasmStates> presence(const std::array<std::array<double, kSpasmStates>, 2>& ln_ratio) {
  const double present = std::exp(ln_ratio[0][2]), absent = std::exp(ln_ratio[1][2]);
  const double base = present == absent ? 0.2 : std::clamp((1 - absent) / (present - absent), 0.01, 0.99);
  std::array<double, kSpasmStates> p{};
  for (std::size_t s = 0; s < kSpasmStates; ++s) p[s] = std::clamp(base * std::exp(ln_ratio[0][s]), 0.01, 0.99);
  return p;
}

class World {
 public:
  World(const EndotypeData& data, std::mt19937_64& random) : data_(data), random_(random) {
    std::array<double, kDrawColumns> z;
    for (double& value : z) value = normal();
    p_ = draw_parameters(data, z);
    for (std::size_t f = 0; f < kSpasmFindings; ++f) presence_[f] = presence(p_.findings[f]);
  }

  Patient draw() {
    Patient patient;
    auto& in = patient.all;
    in.female = coin(kWomen);
    in.age_years = std::clamp(kMeanAge + kSdAge * normal(), 30.0, 85.0);
    in.hypertension = coin(kHypertension), in.smoker = coin(kSmoker), in.diabetes = coin(kDiabetes), in.fast_heart_rate = coin(kFastHeart), in.secondary_cause = coin(kSecondary);
    in.obstruction = kObstructed;
    patient.obstructed = coin(kObstructed);
    draw_state(patient);
    draw_readings(patient);
    draw_tests(patient);
    return patient;
  }

 private:
  double normal() { return normal_(random_); }
  bool coin(double p) { return uniform_(random_) < p; }
  template <std::size_t N>
  std::size_t pick(const std::array<double, N>& p) {
    double left = uniform_(random_);
    for (std::size_t i = 0; i + 1 < N; ++i)
      if ((left -= p[i]) < 0) return i;
    return N - 1;
  }

  void draw_state(Patient& patient) {
    const PreparedInputs prepared(data_, patient.all, {kCfrCut, true, true});
    const double a = normal(), b = normal();
    x_ = p_.mean_ln_cfr[prepared.sex] + prepared.shift + p_.sd_ln_cfr * a;
    y_ = p_.mean_ln_imr[prepared.sex] + p_.sd_ln_imr * (p_.correlation * a + std::sqrt(1 - p_.correlation * p_.correlation) * b);
    shared_ = data_.constants.shared_error * normal();
    const bool low = x_ < std::log(kCfrCut), high = y_ >= std::log(data_.constants.imr_cut);
    patient.dilator = low ? (high ? Dilator::structural : Dilator::functional) : high ? Dilator::compensated : Dilator::normal;
    auto spasm = p_.spasm[prepared.sex];
    if (low) {
      spasm[2] *= std::exp(p_.association);
      const double sum = spasm[0] + spasm[1] + spasm[2];
      for (double& s : spasm) s /= sum;
    }
    patient.spasm = static_cast<Spasm>(pick(spasm));
  }

  double expected(std::size_t i) const {
    const auto& r = p_.readings[i];
    switch (data_.readings[i].axis) {
      case ReadingAxis::reserve: return x_ + shared_ + r.bias;
      case ReadingAxis::cfr: return x_ + r.bias;
      case ReadingAxis::resistance: return y_ + r.bias;
      case ReadingAxis::stress_flow: break;
    }
    return r.bias - p_.beta * (y_ - data_.constants.ln_reference_imr);
  }
  void draw_readings(Patient& patient) {
    for (std::size_t i = 0; i < kFlowIndices; ++i) {
      const auto& r = p_.readings[i];
      const double own = data_.readings[i].axis == ReadingAxis::reserve ? std::sqrt(std::max(0.0, r.tau * r.tau - data_.constants.shared_error * data_.constants.shared_error)) : r.tau;
      const bool by_stenosis = patient.obstructed && data_.readings[i].tells_obstruction;
      patient.all.readings[i] = std::exp(by_stenosis ? r.obstructed_mean + r.obstructed_sd * normal() : expected(i) + own * normal());
    }
    patient.doppler = *patient.all.readings[static_cast<std::size_t>(FlowIndex::cfr_doppler)];
    patient.all.ffr = patient.obstructed ? kObstructedFfr + kObstructedFfrSd * normal() : kOpenFfr + kOpenFfrSd * normal();
  }

  void draw_tests(Patient& patient) {
    const auto s = static_cast<std::size_t>(patient.spasm), a = static_cast<std::size_t>(patient.dilator);
    for (std::size_t t = 0; t < kIschaemiaTests; ++t) patient.all.ischaemia[t] = coin(patient.obstructed ? p_.positive_obstructed[t] : p_.positive[t][s][a]);
    for (std::size_t f = 0; f < kSpasmFindings; ++f) patient.all.findings[f] = coin(presence_[f][s]);
    patient.all.acetylcholine = static_cast<Spasm>(pick(data_.constants.acetylcholine[s]));
  }

  const EndotypeData& data_;
  std::mt19937_64& random_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
  EndotypeParameters p_;
  std::array<std::array<double, kSpasmStates>, kSpasmFindings> presence_{};
  double x_ = 0, y_ = 0, shared_ = 0;
};

// Which of a patient's findings a row shows.
struct Shown {
  std::string name;
  std::vector<FlowIndex> readings;
  std::vector<IschaemiaTest> ischaemia;
  std::vector<SpasmFinding> findings;
  bool acetylcholine = false, ffr = false, research = false;
};

std::vector<Shown> rows() {
  using enum FlowIndex;
  using enum SpasmFinding;
  const auto ecg = IschaemiaTest::exercise_ecg;
  const std::vector<SpasmFinding> smoking{ever_smoker}, cta{ever_smoker, myocardial_bridge, soft_plaque}, every{ever_smoker, myocardial_bridge, soft_plaque, rest_or_night_pain, nitrate_response};
  return {{"clinical only", {}, {}, {}, false, false, false},
          {"+ CTA features", {}, {}, cta, false, false, false},
          {"+ exercise ECG", {}, {ecg}, smoking, false, false, false},
          {"low resource: ex ECG + TTDE", {ttde_cfvr}, {ecg}, smoking, false, false, false},
          {"CTA + TTDE", {ttde_cfvr}, {}, cta, false, false, false},
          {"CTA + CMR MPR", {cmr_mpr}, {}, cta, false, false, false},
          {"CTA + PET MFR", {pet_mfr}, {}, cta, false, false, false},
          {"CTA + PET MFR + stress MBF (research)", {pet_mfr, pet_stress_mbf}, {}, cta, false, false, true},
          {"everything non-invasive (research)", {pet_mfr, pet_stress_mbf, ttde_cfvr}, {ecg}, every, false, false, true},
          {"invasive bolus CFR + IMR + FFR", {cfr_bolus, imr}, {}, {}, false, true, false},
          {"invasive bolus + ACh", {cfr_bolus, imr}, {}, {}, true, true, false},
          {"invasive Doppler CFR + HMR + ACh", {cfr_doppler, hmr}, {}, {}, true, true, false}};
}

EndotypeInputs hide(const Patient& patient, const Shown& shown) {
  EndotypeInputs in = patient.all;
  in.readings = {}, in.ischaemia = {}, in.findings = {}, in.acetylcholine.reset(), in.ffr.reset();
  for (const auto r : shown.readings) in.readings[static_cast<std::size_t>(r)] = patient.all.readings[static_cast<std::size_t>(r)];
  for (const auto t : shown.ischaemia) in.ischaemia[static_cast<std::size_t>(t)] = patient.all.ischaemia[static_cast<std::size_t>(t)];
  for (const auto f : shown.findings) in.findings[static_cast<std::size_t>(f)] = patient.all.findings[static_cast<std::size_t>(f)];
  if (shown.acetylcholine) in.acetylcholine = patient.all.acetylcholine;
  if (shown.ffr) in.ffr = patient.all.ffr;
  return in;
}

Endotype truth(const Patient& p) {
  const bool low = p.dilator == Dilator::functional || p.dilator == Dilator::structural;
  if (p.obstructed) return Endotype::obstructive;
  if (p.spasm == Spasm::epicardial) return p.dilator == Dilator::normal ? Endotype::epicardial_spasm : Endotype::mixed;
  if (p.spasm == Spasm::microvascular) return low ? Endotype::dysfunction_with_microvascular_spasm : Endotype::microvascular_spasm;
  constexpr std::array kCells = {Endotype::none, Endotype::functional, Endotype::structural, Endotype::compensated};
  return kCells[static_cast<std::size_t>(p.dilator)];
}

template <std::size_t N>
std::size_t largest(const std::array<double, N>& p) { return static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin()); }

// The truth about the axes is asked of the patients without obstruction only; the endotype of all.
class Score {
 public:
  void add(const Patient& patient, const EndotypePoint& p, const std::array<double, kDilatorStates>& dilator) {
    ++all_;
    top_endotype_ += largest(p.endotype) == static_cast<std::size_t>(truth(patient));
    if (patient.obstructed) return;
    ++open_;
    const bool low = patient.dilator == Dilator::functional || patient.dilator == Dilator::structural, high = patient.dilator == Dilator::structural || patient.dilator == Dilator::compensated;
    top_dilator_ += largest(dilator) == static_cast<std::size_t>(patient.dilator);
    top_spasm_ += largest(p.spasm) == static_cast<std::size_t>(patient.spasm);
    reserve_.push_back({p.reserve_reduced, low});
    doppler_.push_back({p.reserve_reduced, patient.doppler < kCfrCut});
    resistance_.push_back({p.resistance_raised, high});
    epicardial_.push_back({p.spasm[2], patient.spasm == Spasm::epicardial});
    if (low) structural_.push_back({dilator[2] / (dilator[1] + dilator[2]), high});
  }

  SimulationRow row(const std::string& name) {
    const auto share = [](std::size_t part, std::size_t whole) { return static_cast<double>(part) / static_cast<double>(whole); };
    SimulationRow r;
    r.findings = name;
    r.top_endotype = share(top_endotype_, all_), r.top_dilator = share(top_dilator_, open_), r.top_spasm = share(top_spasm_, open_);
    r.auc_reserve = auc(reserve_), r.auc_reserve_doppler = auc(doppler_), r.auc_resistance = auc(resistance_), r.auc_structural = auc(structural_), r.auc_epicardial = auc(epicardial_);
    r.calibration_error = calibration_error(reserve_), r.calibration_slope = calibration_slope(reserve_);
    std::size_t sure = 0, right = 0;
    for (const auto& [p, low] : reserve_)
      if (p <= 0.25 || p >= 0.75) ++sure, right += (p >= 0.75) == low;
    r.sure_share = share(sure, open_);
    r.sure_accuracy = sure > 0 ? share(right, sure) : std::numeric_limits<double>::quiet_NaN();
    return r;
  }

 private:
  std::size_t all_ = 0, open_ = 0, top_endotype_ = 0, top_dilator_ = 0, top_spasm_ = 0;
  std::vector<Scored> reserve_, doppler_, resistance_, structural_, epicardial_;
};

}  // namespace

std::vector<SimulationRow> simulate_endotypes(const EndotypeModel& model, const SimulationSettings& settings) {
  std::mt19937_64 random(settings.seed);
  std::vector<Patient> patients;
  for (std::size_t w = 0; w < settings.worlds; ++w) {
    World world(model.data(), random);
    for (std::size_t i = 0; i < settings.patients / settings.worlds; ++i) patients.push_back(world.draw());
  }
  std::vector<SimulationRow> out;
  const auto& data = model.data();
  for (const auto& shown : rows()) {
    Score score;
    for (const auto& patient : patients) {
      const PreparedInputs prepared(data, hide(patient, shown), {kCfrCut, shown.research, true});
      const auto table = evaluate_endotype_table(data.central, data.constants, prepared);
      std::array<double, kDilatorStates> dilator{};
      for (const auto& row : table)
        for (std::size_t a = 0; a < kDilatorStates; ++a) dilator[a] += row[a];
      score.add(patient, evaluate_endotype(data.central, data.constants, prepared).point, dilator);
    }
    out.push_back(score.row(shown.name));
  }
  return out;
}

std::array<double, SimulationRow::kMeasures> SimulationRow::measures() const {
  return {top_endotype, top_dilator, top_spasm, auc_reserve, auc_reserve_doppler, auc_resistance, auc_structural, auc_epicardial, calibration_error, calibration_slope, sure_share, sure_accuracy};
}

std::vector<SimulationSpread> repeat_simulation(const EndotypeModel& model, SimulationSettings settings, std::size_t runs) {
  const double n = static_cast<double>(runs);
  std::vector<SimulationSpread> spread;  // `sd` holds the sum of squares until the end
  for (std::size_t run = 0; run < runs; ++run, ++settings.seed) {
    const auto rows = simulate_endotypes(model, settings);
    spread.resize(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      spread[r].findings = rows[r].findings;
      const auto measures = rows[r].measures();
      for (std::size_t i = 0; i < measures.size(); ++i) spread[r].mean[i] += measures[i] / n, spread[r].sd[i] += measures[i] * measures[i];
    }
  }
  for (auto& row : spread)
    for (std::size_t i = 0; i < row.mean.size(); ++i) row.sd[i] = std::sqrt(std::max(0.0, row.sd[i] - n * row.mean[i] * row.mean[i]) / (n - 1));
  return spread;
}

}  // namespace cathgate::models
