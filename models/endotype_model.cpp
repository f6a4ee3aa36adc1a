#include "models/endotype_model.h"

#include <algorithm>
#include <cmath>

#include "models/endotype_loader.h"

namespace cathgate::models {
namespace {

constexpr double kTail = 0.05;

// The value at this fraction of the ordered values; partial sorting only.
double quantile(std::vector<double>& values, double fraction) {
  const double position = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[static_cast<std::size_t>(below)];
  if (static_cast<std::size_t>(below) + 1 == values.size()) return low;
  const double high = *std::min_element(values.begin() + below + 1, values.end());
  return low + (position - static_cast<double>(below)) * (high - low);
}

// The same quantities of every draw, each as one series.
class Series {
 public:
  static constexpr std::size_t kCount = kEndotypes + 2 + kSpasmStates + 1;
  explicit Series(std::size_t draws) {
    for (auto& s : values_) s.reserve(draws);
  }

  void add(const EndotypePoint& point) {
    for (std::size_t i = 0; i < kEndotypes; ++i) values_[i].push_back(point.endotype[i]);
    values_[kEndotypes].push_back(point.reserve_reduced);
    values_[kEndotypes + 1].push_back(point.resistance_raised);
    for (std::size_t s = 0; s < kSpasmStates; ++s) values_[kEndotypes + 2 + s].push_back(point.spasm[s]);
    values_.back().push_back(1 - point.spasm[0]);
  }

  void fill(const EndotypePoint& point, EndotypePosterior& out) {
    for (std::size_t i = 0; i < kEndotypes; ++i) out.endotype[i] = estimate(point.endotype[i], i);
    out.reserve_reduced = estimate(point.reserve_reduced, kEndotypes);
    out.resistance_raised = estimate(point.resistance_raised, kEndotypes + 1);
    for (std::size_t s = 0; s < kSpasmStates; ++s) out.spasm[s] = estimate(point.spasm[s], kEndotypes + 2 + s);
    out.any_spasm = estimate(1 - point.spasm[0], kCount - 1);
  }

 private:
  Estimate estimate(double value, std::size_t series) {
    const auto [low, high] = interval_of(values_[series]);
    return {value, std::min(low, value), std::max(high, value)};
  }
  std::array<std::vector<double>, kCount> values_;
};

bool is_research(const EndotypeData& data, const EndotypeInputs& inputs, const PreparedInputs& prepared) {
  const auto research = [](InputStatus status) { return status == InputStatus::research; };
  return std::any_of(prepared.readings.begin(), prepared.readings.end(), [&](const auto& r) { return research(data.readings[r.index].status); }) ||
         std::any_of(prepared.ischaemia.begin(), prepared.ischaemia.end(), [&](const auto& t) { return research(data.ischaemia[t.test].status); }) ||
         std::any_of(prepared.findings.begin(), prepared.findings.end(), [&](const auto& f) { return research(data.findings[f.first].status); }) || (inputs.cta_setting && prepared.spasm_none_odds != 0);
}

}  // namespace

Percentiles interval_of(std::vector<double>& values) {
  const double high = quantile(values, 1 - kTail);
  return {quantile(values, kTail), high};
}

Loaded<EndotypeModel> EndotypeModel::load(const std::string& folder, const FactCatalogue& facts) {
  std::vector<Error> errors;
  auto impl = load_endotype_files(folder, facts, errors);
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  EndotypeModel model;
  model.impl_ = std::move(impl);
  return {std::move(model), {}};
}

EndotypeModel EndotypeModel::calibrated(const EndotypeCalibration& calibration) const {
  auto impl = std::make_shared<Impl>(*impl_);
  auto& data = impl->data;
  for (std::size_t i = 0; i < kFlowIndices; ++i) {
    if (!calibration.bias[i]) continue;
    data.central.readings[i].bias += calibration.bias[i]->value;
    data.readings[i].bias_sd = calibration.bias[i]->sd;
  }
  if (calibration.mean_ln_cfr) {
    for (double& mean : data.central.mean_ln_cfr) mean += calibration.mean_ln_cfr->value;
    data.mean_cfr_common_sd = calibration.mean_ln_cfr->sd;
  }
  impl->make_draws();
  EndotypeModel model;
  model.impl_ = std::move(impl);
  return model;
}

EndotypePoint EndotypeModel::point(const EndotypeInputs& inputs, const EndotypeQuestion& question) const {
  const auto& data = impl_->data;
  return evaluate_endotype(data.central, data.constants, PreparedInputs(data, inputs, question)).point;
}

EndotypePosterior EndotypeModel::posterior(const EndotypeInputs& inputs, const EndotypeQuestion& question) const {
  const auto& data = impl_->data;
  const PreparedInputs prepared(data, inputs, question);
  const auto central = evaluate_endotype(data.central, data.constants, prepared);
  Series series(impl_->draws.size());
  for (const auto& draw : impl_->draws) series.add(evaluate_endotype(draw, data.constants, prepared).point);
  EndotypePosterior out;
  series.fill(central.point, out);
  for (const auto& reading : prepared.readings) out.readings.push_back(static_cast<FlowIndex>(reading.index));
  if (central.ischaemia >= 0) out.ischaemia = static_cast<IschaemiaTest>(prepared.ischaemia[static_cast<std::size_t>(central.ischaemia)].test);
  out.research = is_research(data, inputs, prepared);
  out.dilator_tested = !prepared.readings.empty() || !prepared.ischaemia.empty();
  out.spasm_tested = prepared.acetylcholine.has_value();
  return out;
}

EndotypeVerdict EndotypeModel::verdict(const EndotypePosterior& posterior) const {
  const auto& b = impl_->data.bounds;
  EndotypeVerdict v;
  const double obstructed = posterior.endotype[0].value;
  v.resolve_obstruction = obstructed >= b.obstruction;
  v.if_obstruction_excluded = !v.resolve_obstruction && obstructed >= b.obstruction_if_excluded;
  v.prior_only = !posterior.dilator_tested && !posterior.spasm_tested;
  if (v.resolve_obstruction || v.prior_only) return v;
  std::size_t top = 1, second = 0;
  for (std::size_t i = 2; i < kEndotypes; ++i)
    if (posterior.endotype[i].value > posterior.endotype[top].value) top = i;
  for (std::size_t i = 0; i < kEndotypes; ++i)
    if (i != top && (second == top || posterior.endotype[i].value > posterior.endotype[second].value)) second = i;
  const auto& best = posterior.endotype[top];
  if (best.value >= b.top && best.value - posterior.endotype[second].value >= b.lead && best.width() <= b.width) v.endotype = static_cast<Endotype>(top);
  v.reserve_reduced = posterior.reserve_reduced.low >= b.reduced_lower;
  v.reserve_preserved = posterior.reserve_reduced.high <= b.preserved_upper;
  v.epicardial_spasm = posterior.spasm[2].low >= b.epicardial_lower;
  v.spasm_unlikely = posterior.spasm_tested && posterior.any_spasm.high <= b.unlikely_upper;
  return v;
}

const EndotypeData& EndotypeModel::data() const { return impl_->data; }
std::size_t EndotypeModel::draw_count() const { return impl_->draws.size(); }
std::size_t EndotypeModel::golden_count() const { return impl_->golden_count; }
std::string_view EndotypeModel::digest() const { return impl_->digest; }

}  // namespace cathgate::models
