#include "engine/invasive_function.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace cathgate {
namespace {

// What one vessel showed in one session.
class Vessel {
 public:
  void add(const Measurement& m) {
    auto& held = parts_[m.fact];
    if (!held || order(m) > order(*held)) held = &m;
  }
  std::optional<double> value(FactId fact) const {
    const auto found = parts_.find(fact);
    return found == parts_.end() || found->second->comparator != Comparator::exact ? std::nullopt : std::optional(found->second->value);
  }
  const Measurement* measurement(FactId fact) const {
    const auto found = parts_.find(fact);
    return found == parts_.end() ? nullptr : found->second;
  }

 private:
  static UnixSeconds order(const Measurement& m) { return m.at ? m.at->latest : std::numeric_limits<UnixSeconds>::min(); }
  std::map<FactId, const Measurement*> parts_;
};

std::optional<double> divide(std::optional<double> a, std::optional<double> b) { return a && b && *b > 0 ? std::optional(*a / *b) : std::nullopt; }
std::optional<double> multiply(std::optional<double> a, std::optional<double> b) { return a && b ? std::optional(*a * *b) : std::nullopt; }

class Deriver {
 public:
  Deriver(const PatientSnapshot& snapshot, const FunctionFacts& facts, const FunctionSettings& settings, FactView& view, std::vector<DataIssue>& issues)
      : snapshot_(snapshot), f_(facts), settings_(settings), oldest_(snapshot.as_of - static_cast<UnixSeconds>(settings.max_age_days * static_cast<double>(kSecondsPerDay))), view_(view), issues_(issues) {}

  void run() {
    derive_acetylcholine();
    derive_pet();
    const auto vessels = latest_session();
    if (vessels.empty()) return;
    const auto& [site, vessel] = *std::min_element(vessels.begin(), vessels.end(), [&](const auto& a, const auto& b) { return rank(a.second) < rank(b.second); });
    if (vessels.size() > 1) issues_.push_back({DataIssue::Kind::assumed, std::string(source_), "several_vessels", "Coronary function was measured in several vessels; the one with the lowest flow reserve is used."});
    derive_vessel(vessel);
  }

 private:
  bool counts(const Measurement& m) const { return m.at && m.at->latest >= oldest_; }

  // The vessels of the newest day on which function was measured; none when it never was.
  std::map<std::string_view, Vessel> latest_session() {
    UnixSeconds newest = std::numeric_limits<UnixSeconds>::min();
    for (const auto& m : snapshot_.measurements)
      if (is_function(m.fact) && counts(m)) newest = std::max(newest, m.at->latest);
    std::map<std::string_view, Vessel> vessels;
    if (newest == std::numeric_limits<UnixSeconds>::min()) return vessels;
    for (const auto& m : snapshot_.measurements) {
      if (!is_of_vessel(m.fact) || !counts(m) || m.at->latest < newest - kSecondsPerDay) continue;
      vessels[m.site].add(m);
      if (is_function(m.fact)) at_ = m.at, source_ = m.source;
    }
    std::erase_if(vessels, [&](const auto& entry) { return std::none_of(f_.of_vessel.begin(), f_.of_vessel.end(), [&](FactId fact) { return is_function(fact) && entry.second.measurement(fact); }); });
    return vessels;
  }
  bool is_of_vessel(FactId fact) const { return std::find(f_.of_vessel.begin(), f_.of_vessel.end(), fact) != f_.of_vessel.end(); }
  // A pressure ratio or pressure alone is no function test.
  bool is_function(FactId fact) const { return is_of_vessel(fact) && fact != f_.ffr && fact != f_.pd_hyperaemia && fact != f_.pa_hyperaemia && fact != f_.pa_rest; }

  struct Cfr {
    std::optional<double> doppler, continuous, bolus;
    std::optional<double> best() const { return doppler ? doppler : continuous ? continuous : bolus; }
    double method() const { return doppler ? 0 : continuous ? 1 : 2; }
  };
  Cfr cfr_of(const Vessel& v) const {
    const auto either = [&](FactId reported, FactId above, FactId below) { return v.value(reported) ? v.value(reported) : divide(v.value(above), v.value(below)); };
    Cfr cfr{either(f_.cfr_doppler, f_.velocity_hyperaemia, f_.velocity_rest), either(f_.cfr_continuous, f_.flow_hyperaemia, f_.flow_rest), either(f_.cfr_bolus, f_.transit_rest, f_.transit_hyperaemia)};
    // Of an unstated method the noisiest is assumed.
    if (!cfr.best()) cfr.bolus = v.value(f_.cfr);
    return cfr;
  }
  // The lowest flow reserve first; without one the highest resistance.
  std::pair<double, double> rank(const Vessel& v) const {
    constexpr double kNone = 1e6;
    return {cfr_of(v).best().value_or(kNone), -v.value(f_.imr).value_or(v.value(f_.hmr).value_or(0))};
  }

  void derive_vessel(const Vessel& v) {
    const Cfr cfr = cfr_of(v);
    const std::vector<FactId> doppler{f_.cfr_doppler, f_.velocity_hyperaemia}, continuous{f_.cfr_continuous, f_.flow_hyperaemia}, bolus{f_.cfr_bolus, f_.transit_hyperaemia, f_.cfr};
    const auto& best = cfr.doppler ? doppler : cfr.continuous ? continuous : bolus;
    set(f_.derived_doppler, cfr.doppler, v, doppler), set(f_.derived_continuous, cfr.continuous, v, continuous), set(f_.derived_bolus, cfr.bolus, v, bolus), set(f_.derived_cfr, cfr.best(), v, best);
    if (cfr.best()) set(f_.derived_cfr_method, cfr.method(), v, best);
    compare(f_.cfr_doppler, v, divide(v.value(f_.velocity_hyperaemia), v.value(f_.velocity_rest)));
    compare(f_.cfr_bolus, v, divide(v.value(f_.transit_rest), v.value(f_.transit_hyperaemia)));
    compare(f_.cfr_continuous, v, divide(v.value(f_.flow_hyperaemia), v.value(f_.flow_rest)));
    derive_resistance(v);
    const auto ratio = divide(v.value(f_.pd_hyperaemia), v.value(f_.pa_hyperaemia));
    const auto ffr = v.value(f_.ffr) ? v.value(f_.ffr) : ratio;
    const auto mrr = multiply(divide(cfr.best(), ffr), divide(v.value(f_.pa_rest), v.value(f_.pa_hyperaemia)));
    std::vector<FactId> mrr_parts{f_.mrr};
    mrr_parts.insert(mrr_parts.end(), best.begin(), best.end());
    set(f_.derived_mrr, v.value(f_.mrr) ? v.value(f_.mrr) : mrr, v, mrr_parts);
    compare(f_.mrr, v, mrr);
  }
  void derive_resistance(const Vessel& v) {
    const auto imr = multiply(v.value(f_.pd_hyperaemia), v.value(f_.transit_hyperaemia));
    set(f_.derived_imr, v.value(f_.imr) ? v.value(f_.imr) : imr, v, {f_.imr, f_.transit_hyperaemia});
    compare(f_.imr, v, imr);
    const auto hmr = divide(v.value(f_.pd_hyperaemia), v.value(f_.velocity_hyperaemia));
    set(f_.derived_hmr, v.value(f_.hmr) ? v.value(f_.hmr) : hmr, v, {f_.hmr, f_.velocity_hyperaemia});
    compare(f_.hmr, v, hmr);
    const auto ratio = divide(v.value(f_.pd_hyperaemia), v.value(f_.pa_hyperaemia));
    if (const auto product = multiply(v.value(f_.pa_hyperaemia), v.value(f_.transit_hyperaemia)); product && ratio) set(f_.derived_imr_corrected, *product * (settings_.yong_slope * *ratio - settings_.yong_offset), v, {f_.transit_hyperaemia});
  }

  // With the source and time of the first of `parts` that was read exactly: the reported value, or what it was computed from.
  void set(FactId fact, std::optional<double> value, const Vessel& v, const std::vector<FactId>& parts) {
    const auto part = std::find_if(parts.begin(), parts.end(), [&](FactId id) { return v.value(id).has_value(); });
    const auto* measured = part == parts.end() ? nullptr : v.measurement(*part);
    if (measured) at_ = measured->at, source_ = measured->source;
    set(fact, value);
  }
  void set(FactId fact, std::optional<double> value) {
    const auto& definition = view_.catalogue()[fact];
    if (!value || (definition.kind == FactKind::quantity && (*value < definition.plausible_min || *value > definition.plausible_max))) return;
    FactValue v = FactValue::exactly(*value);
    v.at = at_;
    v.source = source_;
    view_.set(fact, v);
  }
  void compare(FactId reported, const Vessel& v, std::optional<double> computed) {
    const auto* m = v.measurement(reported);
    if (m && computed && std::abs(*computed - m->value) > settings_.disagreement * m->value)
      issues_.push_back({DataIssue::Kind::conflicting, m->source, "disagrees_with_parts", view_.catalogue()[reported].label + ": the reported value differs from the one computed from its parts; the reported one is used."});
  }

  // Symptoms, ECG and constriction of one test: an older part is no part of it.
  void derive_acetylcholine() {
    UnixSeconds newest = std::numeric_limits<UnixSeconds>::min();
    for (const auto fact : f_.acetylcholine)
      if (view_[fact].known() && view_[fact].at) newest = std::max(newest, view_[fact].at->latest);
    for (const auto fact : f_.acetylcholine) {
      const auto& value = view_[fact];
      if (value.known() && (!value.at || value.at->latest < std::max(oldest_, newest - kSecondsPerDay))) view_.set(fact, FactValue::unknown_because(UnknownReason::too_old));
    }
  }

  void derive_pet() {
    const auto exact = [&](FactId fact) { return view_[fact].exact() ? std::optional(view_[fact].low) : std::nullopt; };
    const auto same_study = [&](FactId a, FactId b) { return view_[a].at && view_[b].at && std::abs(view_[a].at->latest - view_[b].at->latest) <= kSecondsPerDay; };
    if (view_[f_.pet_mfr].exact()) view_.set(f_.derived_pet_mfr, view_[f_.pet_mfr]);
    else if (const auto reserve = divide(exact(f_.pet_stress), exact(f_.pet_rest)); reserve && same_study(f_.pet_stress, f_.pet_rest)) set_from(f_.derived_pet_mfr, *reserve, f_.pet_stress);
    const auto product = multiply(exact(f_.pet_heart_rate), exact(f_.pet_systolic));
    if (const auto rest = exact(f_.pet_rest); rest && product && same_study(f_.pet_rest, f_.pet_heart_rate) && same_study(f_.pet_rest, f_.pet_systolic)) set_from(f_.derived_rest_corrected, *rest * settings_.reference_product / *product, f_.pet_rest);
  }
  void set_from(FactId fact, double value, FactId source) {
    at_ = view_[source].at;
    source_ = view_[source].source;
    set(fact, value);
    at_.reset();
  }

  const PatientSnapshot& snapshot_;
  const FunctionFacts& f_;
  const FunctionSettings& settings_;
  UnixSeconds oldest_;
  FactView& view_;
  std::vector<DataIssue>& issues_;
  std::optional<TimeRange> at_;
  std::string_view source_;
};

}  // namespace

void derive_coronary_function(const PatientSnapshot& snapshot, const FunctionFacts& facts, const FunctionSettings& settings, FactView& view, std::vector<DataIssue>& issues) { Deriver(snapshot, facts, settings, view, issues).run(); }

}  // namespace cathgate
