#include "engine/fact_view_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/invasive_function.h"
#include "engine/quantify.h"
#include "engine/troponin_series.h"

namespace cathgate {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr UnixSeconds kUndated = std::numeric_limits<UnixSeconds>::min();

UnixSeconds order_of(const std::optional<TimeRange>& at) { return at ? at->latest : kUndated; }

// "<5" is everything below 5, "at least 4A" every category from 4A on.
void set_interval(FactValue& value, double number, Comparator comparator, const FactDefinition& fact) {
  const double lowest = fact.kind == FactKind::quantity ? fact.plausible_min : 0;
  const double highest = fact.kind == FactKind::quantity ? fact.plausible_max : fact.kind == FactKind::boolean ? 1 : static_cast<double>(fact.categories.size() - 1);
  value.low = value.high = number;
  if (comparator == Comparator::less || comparator == Comparator::less_or_equal) value.low = std::min(lowest, number);
  if (comparator == Comparator::greater || comparator == Comparator::greater_or_equal) value.high = std::max(highest, number);
  if (comparator == Comparator::less) value.high = std::nextafter(number, -kInfinity);
  if (comparator == Comparator::greater) value.low = std::nextafter(number, kInfinity);
}

// What has been chosen for one fact so far.
struct Choice {
  const Measurement* measurement = nullptr;
  bool conflict = false;
};

class Builder {
 public:
  Builder(const PatientSnapshot& snapshot, const Knowledge& knowledge, std::vector<DataIssue>& issues)
      : snapshot_(snapshot), knowledge_(knowledge), ids_(knowledge.ids), issues_(issues), view_(knowledge.facts, snapshot.as_of), chosen_(knowledge.facts.size()) {}

  FactView build() {
    for (const auto& m : snapshot_.measurements) choose(m);
    for (const auto& m : snapshot_.measurements) set_measurement(m);
    for (const auto& d : snapshot_.diagnoses) set_boolean(d.fact, d.polarity == Polarity::present, d.since, d.origin, false, d.source);
    for (const auto& t : snapshot_.treatments) set_boolean(t.fact, t.active, TimeRange{snapshot_.as_of, snapshot_.as_of}, Origin::coded, false, t.source);
    assume_absent();
    derive_patient();
    derive_troponin();
    derive_duke();
    derive_onset();
    quantify(snapshot_, knowledge_, view_, issues_);
    derive_coronary_function(snapshot_, knowledge_.function_facts, knowledge_.endotype_settings.function, view_, issues_);
    knowledge_.scores.define_facts(view_);
    return std::move(view_);
  }

 private:
  bool is_boolean(FactId fact) const { return knowledge_.facts[fact].kind == FactKind::boolean; }

  // Whether `m` replaces what was chosen; equal rank with another value is a conflict.
  void choose(const Measurement& m) {
    if (is_boolean(m.fact) || !knowledge_.facts[m.fact].sites.empty()) return;
    Choice& choice = chosen_[m.fact];
    if (!choice.measurement) {
      choice.measurement = &m;
      return;
    }
    const Measurement& held = *choice.measurement;
    const auto selection = knowledge_.facts[m.fact].selection;
    if (selection == Selection::highest || selection == Selection::lowest) {
      const bool better = selection == Selection::highest ? m.value > held.value : m.value < held.value;
      if (better) choice.measurement = &m;
      return;
    }
    const UnixSeconds mine = order_of(m.at), theirs = order_of(held.at);
    if (mine > theirs) choice = {&m, false};
    else if (mine == theirs && (m.value != held.value || m.comparator != held.comparator)) choice.conflict = true;
    else if (mine == theirs && (m.origin < held.origin || (m.origin == held.origin && m.source < held.source))) choice.measurement = &m;
  }

  void set_measurement(const Measurement& m) {
    if (!knowledge_.facts[m.fact].sites.empty()) return;
    if (is_boolean(m.fact)) return set_boolean(m.fact, m.value != 0, m.at, m.origin, m.preliminary, m.source);
    const Choice& choice = chosen_[m.fact];
    if (choice.measurement != &m) return;
    const auto& fact = knowledge_.facts[m.fact];
    if (choice.conflict) {
      issues_.push_back({DataIssue::Kind::conflicting, m.source, "conflicting_values", fact.label + ": different values at the same time; none is used.", m.fact, {}, 1});
      return view_.set(m.fact, FactValue::unknown_because(UnknownReason::conflicting));
    }
    FactValue value;
    set_interval(value, m.value, m.comparator, fact);
    value.unknown = UnknownReason::none;
    value.origin = m.origin;
    value.preliminary = m.preliminary;
    value.at = m.at;
    value.source = m.source;
    view_.set(m.fact, value);
  }

  // The latest statement wins; "present" wins over "absent" at the same time and where one of them is undated.
  void set_boolean(FactId fact, bool present, const std::optional<TimeRange>& at, Origin origin, bool preliminary, std::string_view source) {
    const FactValue& held = view_[fact];
    if (held.known()) {
      const bool held_present = held.low != 0;
      const bool both_dated = at && held.at;
      const UnixSeconds mine = order_of(at), theirs = order_of(held.at);
      if (present == held_present) {
        if (mine < theirs || (mine == theirs && (origin > held.origin || (origin == held.origin && source >= held.source)))) return;
      } else if (present ? both_dated && mine < theirs : !both_dated || mine <= theirs) {
        return;
      }
    }
    FactValue value = FactValue::exactly(present ? 1 : 0);
    value.origin = origin;
    value.preliminary = preliminary;
    value.at = at;
    value.source = source;
    view_.set(fact, value);
  }

  void assume_absent() {
    for (std::size_t i = 0; i < knowledge_.facts.size(); ++i) {
      const auto id = static_cast<FactId>(i);
      const auto& fact = knowledge_.facts[id];
      if (fact.absence != AbsencePolicy::negative_if_list_complete || view_[id].known()) continue;
      if (!snapshot_.list_complete[static_cast<std::size_t>(fact.list)]) {
        view_.set(id, FactValue::unknown_because(UnknownReason::list_incomplete));
        continue;
      }
      FactValue value = FactValue::exactly(0);
      value.origin = Origin::assumed;
      value.at = TimeRange{snapshot_.as_of, snapshot_.as_of};
      view_.set(id, value);
    }
  }

  void derive_patient() {
    if (snapshot_.male) view_.set(ids_.male, FactValue::exactly(*snapshot_.male ? 1 : 0));
    if (!snapshot_.birth_date) return;
    // A birth date is a calendar date: the slack for unknown zones must not make a person a year younger.
    const auto middle_of_first_day = snapshot_.birth_date->earliest + 14 * 3600;
    const auto middle_of_last_day = snapshot_.birth_date->latest - 14 * 3600;
    const double oldest = completed_years(middle_of_first_day, snapshot_.as_of), youngest = completed_years(middle_of_last_day, snapshot_.as_of);
    if (youngest < 0) return view_.set(ids_.age, FactValue::unknown_because(UnknownReason::refused));
    view_.set(ids_.age, FactValue::between(youngest, oldest));
  }

  std::string_view current_encounter() const {
    std::string_view session;
    for (const auto& m : snapshot_.measurements)
      if (m.fact == ids_.encounter_acute && !m.session.empty()) session = m.session;
    return session;
  }

  // Troponin counts when it is of this encounter or of the last hours.
  void derive_troponin() {
    const auto encounter = current_encounter();
    const auto window = static_cast<UnixSeconds>(knowledge_.data.troponin_window_hours * 3600);
    const auto counts = [&](const Measurement& m) { return (m.at && m.at->latest >= snapshot_.as_of - window) || (!encounter.empty() && m.session == encounter); };
    bool measured = false;
    const Measurement *above = nullptr, *below = nullptr;
    for (const auto& m : snapshot_.measurements) {
      if (m.fact != ids_.lab_troponin_above && m.fact != ids_.lab_troponin_i && m.fact != ids_.lab_troponin_t) continue;
      if (!counts(m)) continue;
      measured = true;
      if (m.fact == ids_.lab_troponin_above) (m.value != 0 ? above : below) = &m;
    }
    view_.set(ids_.troponin_measured, FactValue::exactly(measured ? 1 : 0));
    if (const Measurement* deciding = above ? above : below) {
      FactValue value = FactValue::exactly(above ? 1 : 0);
      value.at = deciding->at;
      value.source = deciding->source;
      view_.set(ids_.troponin_above, value);
    }
    if (measured) judge_troponin_series(snapshot_, knowledge_, counts, view_);
  }

  // The reported score, otherwise the one computed from the three parts of one test.
  void derive_duke() {
    if (view_[ids_.duke_reported].known()) return view_.set(ids_.duke, view_[ids_.duke_reported]);
    const Measurement *a = chosen_[ids_.duke_minutes].measurement, *b = chosen_[ids_.duke_st].measurement, *c = chosen_[ids_.duke_angina].measurement;
    if (!a || !b || !c || a->session != b->session || a->session != c->session || a->at != b->at || a->at != c->at) return;
    const auto score = knowledge_.duke->predict(view_);
    if (!score.possible) return;
    FactValue value = FactValue::between(score.low, score.high);
    value.at = a->at;
    value.source = a->source;
    view_.set(ids_.duke, value);
  }

  void derive_onset() {
    const FactValue& onset = view_[ids_.onset_days];
    if (!onset.known() || !onset.at) return;
    const double since = static_cast<double>(snapshot_.as_of - onset.at->latest) / static_cast<double>(kSecondsPerDay);
    FactValue value = onset;
    value.low += std::max(0.0, std::floor(since));
    value.high += std::max(0.0, std::floor(since));
    view_.set(ids_.days_since_onset, value);
  }

  const PatientSnapshot& snapshot_;
  const Knowledge& knowledge_;
  const FactIds& ids_;
  std::vector<DataIssue>& issues_;
  FactView view_;
  std::vector<Choice> chosen_;
};

}  // namespace

FactView build_fact_view(const PatientSnapshot& snapshot, const Knowledge& knowledge, std::vector<DataIssue>& issues) { return Builder(snapshot, knowledge, issues).build(); }

}  // namespace cathgate
