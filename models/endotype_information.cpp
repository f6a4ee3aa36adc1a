#include "models/endotype_information.h"

#include <algorithm>
#include <cmath>

namespace cathgate::models {
namespace {

constexpr std::size_t kPoints = 41;        // of a continuous reading
constexpr std::size_t kInvasivePoints = 9; // of each of two readings
constexpr double kReach = 3.2;             // standard deviations on both sides
constexpr std::array<std::string_view, kEndotypeTests> kNames = {"exercise_ecg", "ttde", "stress_echo", "ccta", "stress_cmr", "pet", "invasive_function"};

class Information {
 public:
  Information(const EndotypeModel& model, const EndotypeInputs& inputs, const EndotypeQuestion& question) : model_(model), inputs_(inputs), question_(question), now_(model.point(inputs, question)) {}

  double of_ischaemia(IschaemiaTest test) const {
    const auto t = static_cast<std::size_t>(test);
    if (inputs_.ischaemia[t]) return 0;
    const double positive = probability_positive(t);
    return entropy_of(now_) - positive * entropy_with(t, true) - (1 - positive) * entropy_with(t, false);
  }

  double of_reading(FlowIndex index) const {
    const auto i = static_cast<std::size_t>(index);
    if (inputs_.readings[i]) return 0;
    const auto& r = model_.data().central.readings[i];
    const auto open = predict_reading(model_.data().central, model_.data().constants, PreparedInputs(model_.data(), inputs_, question_), i);
    const double obstructed = now_.endotype[0];
    const double low = std::min(open.mean - kReach * open.sd, obstructed > 0 ? r.obstructed_mean - kReach * r.obstructed_sd : open.mean);
    const double high = std::max(open.mean + kReach * open.sd, obstructed > 0 ? r.obstructed_mean + kReach * r.obstructed_sd : open.mean);
    double weight_sum = 0, entropy = 0;
    for (std::size_t k = 0; k < kPoints; ++k) {
      const double z = low + (high - low) * static_cast<double>(k) / (kPoints - 1);
      const double weight = (1 - obstructed) * density(z, open.mean, open.sd) + obstructed * density(z, r.obstructed_mean, r.obstructed_sd);
      auto with = inputs_;
      with.readings[i] = std::exp(z);
      weight_sum += weight;
      entropy += weight * entropy_of(model_.point(with, question_));
    }
    return entropy_of(now_) - entropy / weight_sum;
  }

  double of_ccta(const Accuracy& ccta) const {
    const double p = now_.endotype[0];
    const double positive = p * ccta.sensitivity + (1 - p) * (1 - ccta.specificity);
    const auto binary = [](double q) { return q <= 0 || q >= 1 ? 0 : -q * std::log2(q) - (1 - q) * std::log2(1 - q); };
    // Only obstruction is told; given its absence the endotypes stay as they are.
    const double with = p * ccta.sensitivity / positive, without = p * (1 - ccta.sensitivity) / (1 - positive);
    return binary(p) - positive * binary(with) - (1 - positive) * binary(without);
  }

  // Doppler CFR, IMR and acetylcholine in one session.
  double of_invasive() const {
    auto open = inputs_;
    open.ffr.reset();
    open.obstruction = 0;
    open.reading_in_obstruction.fill(true);
    open.ischaemia_in_obstruction.fill(true);
    const auto& data = model_.data();
    const auto cfr_at = static_cast<std::size_t>(FlowIndex::cfr_doppler), imr_at = static_cast<std::size_t>(FlowIndex::imr);
    if (open.readings[cfr_at] || open.readings[imr_at] || open.acetylcholine) return 0;
    const auto cfr = predict_reading(data.central, data.constants, PreparedInputs(data, open, question_), cfr_at);
    double weights = 0, entropy = 0;
    for (std::size_t i = 0; i < kInvasivePoints; ++i) {
      const double x = grid(cfr, i);
      open.readings[cfr_at] = std::exp(x);
      const auto imr = predict_reading(data.central, data.constants, PreparedInputs(data, open, question_), imr_at);
      for (std::size_t k = 0; k < kInvasivePoints; ++k) {
        const double y = grid(imr, k), weight = density(x, cfr.mean, cfr.sd) * cfr.sd * density(y, imr.mean, imr.sd) * imr.sd;
        open.readings[imr_at] = std::exp(y);
        weights += weight;
        entropy += weight * after_acetylcholine(open);
      }
      open.readings[imr_at].reset();
    }
    return entropy_of(now_) - entropy / weights;
  }

 private:
  static double density(double z, double mean, double sd) { return std::exp(-0.5 * (z - mean) * (z - mean) / (sd * sd)) / sd; }
  static double grid(const Predictive& p, std::size_t i) { return p.mean + p.sd * kReach * (2 * static_cast<double>(i) / (kInvasivePoints - 1) - 1); }

  double after_acetylcholine(EndotypeInputs inputs) const {
    const auto before = model_.point(inputs, question_);
    const auto& matrix = model_.data().constants.acetylcholine;
    double entropy = 0;
    for (std::size_t result = 0; result < kSpasmStates; ++result) {
      double probability = 0;
      for (std::size_t s = 0; s < kSpasmStates; ++s) probability += before.spasm[s] * matrix[s][result];
      inputs.acetylcholine = static_cast<Spasm>(result);
      entropy += probability * entropy_of(model_.point(inputs, question_));
    }
    return entropy;
  }

  // Over the states as they are now, obstruction among them.
  double probability_positive(std::size_t t) const {
    const auto& data = model_.data();
    const auto& table = data.central.positive[t];
    const auto cells = evaluate_endotype_table(data.central, data.constants, PreparedInputs(data, inputs_, question_));
    double open = 0;
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      for (std::size_t a = 0; a < kDilatorStates; ++a) open += cells[s][a] * table[s][a];
    return now_.endotype[0] * data.central.positive_obstructed[t] + (1 - now_.endotype[0]) * open;
  }
  double entropy_with(std::size_t t, bool positive) const {
    auto with = inputs_;
    with.ischaemia[t] = positive;
    return entropy_of(model_.point(with, question_));
  }

  const EndotypeModel& model_;
  const EndotypeInputs& inputs_;
  const EndotypeQuestion& question_;
  EndotypePoint now_;
};

}  // namespace

namespace {

constexpr double kReachOfAnswers = 2;  // standard deviations of a continuous answer on both sides

// Which statement the point would give: about obstruction (none, only if excluded, resolve first) and reserve.
int statement_of(const AbstentionBounds& b, const EndotypePoint& p) {
  const int obstruction = p.endotype[0] >= b.obstruction ? 2 : p.endotype[0] >= b.obstruction_if_excluded ? 1 : 0;
  const int reserve = p.reserve_reduced >= b.reduced_lower ? 2 : p.reserve_reduced <= b.preserved_upper ? 0 : 1;
  return 3 * obstruction + reserve;
}

std::optional<FlowIndex> index_of(EndotypeTest test) {
  switch (test) {
    case EndotypeTest::ttde: return FlowIndex::ttde_cfvr;
    case EndotypeTest::stress_cmr: return FlowIndex::cmr_mpr;
    case EndotypeTest::pet: return FlowIndex::pet_mfr;
    default: return std::nullopt;
  }
}

}  // namespace

bool can_change_statement(const EndotypeModel& model, const EndotypeInputs& inputs, const EndotypeQuestion& question, EndotypeTest test, const Accuracy& ccta) {
  if (test == EndotypeTest::invasive_function) return true;
  const auto& data = model.data();
  const int now = statement_of(data.bounds, model.point(inputs, question));
  const auto changes = [&](const EndotypeInputs& with) { return statement_of(data.bounds, model.point(with, question)) != now; };
  auto low = inputs, high = inputs;
  if (const auto index = index_of(test)) {
    const auto i = static_cast<std::size_t>(*index);
    const auto expected = predict_reading(data.central, data.constants, PreparedInputs(data, inputs, question), i);
    low.readings[i] = std::exp(expected.mean - kReachOfAnswers * expected.sd);
    high.readings[i] = std::exp(expected.mean + kReachOfAnswers * expected.sd);
  } else if (test == EndotypeTest::ccta) {
    const double odds = inputs.obstruction / (1 - inputs.obstruction), positive = odds * ccta.sensitivity / (1 - ccta.specificity), negative = odds * (1 - ccta.sensitivity) / ccta.specificity;
    low.obstruction = negative / (1 + negative), high.obstruction = positive / (1 + positive);
  } else {
    const auto t = static_cast<std::size_t>(test == EndotypeTest::exercise_ecg ? IschaemiaTest::exercise_ecg : IschaemiaTest::stress_echo);
    low.ischaemia[t] = false, high.ischaemia[t] = true;
  }
  return changes(low) || changes(high);
}

std::string_view endotype_test_name(EndotypeTest test) { return kNames[static_cast<std::size_t>(test)]; }
std::optional<EndotypeTest> read_endotype_test(std::string_view name) {
  for (std::size_t i = 0; i < kEndotypeTests; ++i)
    if (kNames[i] == name) return static_cast<EndotypeTest>(i);
  return std::nullopt;
}

double entropy_of(const EndotypePoint& point) {
  double bits = 0;
  for (const double p : point.endotype)
    if (p > 0) bits -= p * std::log2(p);
  return bits;
}

double expected_information(const EndotypeModel& model, const EndotypeInputs& inputs, const EndotypeQuestion& question, EndotypeTest test, const Accuracy& ccta) {
  const Information information(model, inputs, question);
  switch (test) {
    case EndotypeTest::exercise_ecg: return information.of_ischaemia(IschaemiaTest::exercise_ecg);
    case EndotypeTest::stress_echo: return information.of_ischaemia(IschaemiaTest::stress_echo);
    case EndotypeTest::ttde: return information.of_reading(FlowIndex::ttde_cfvr);
    case EndotypeTest::stress_cmr: return information.of_reading(FlowIndex::cmr_mpr);
    case EndotypeTest::pet: return information.of_reading(FlowIndex::pet_mfr);
    case EndotypeTest::ccta: return information.of_ccta(ccta);
    case EndotypeTest::invasive_function: break;
  }
  return information.of_invasive();
}

}  // namespace cathgate::models
