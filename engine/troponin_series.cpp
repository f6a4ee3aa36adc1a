#include "engine/troponin_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cathgate {
namespace {

using models::TroponinSample;

constexpr double kSecondsPerHour = 3600;

bool timed(const Measurement& m, double tolerance_s) { return m.at && static_cast<double>(m.at->latest - m.at->earliest) <= tolerance_s; }

TroponinSample sample_of(const Measurement& m, UnixSeconds start) {
  TroponinSample s{static_cast<double>(m.at->earliest - start) / kSecondsPerHour, m.value, m.value};
  if (m.comparator == Comparator::less) s.low = 0, s.high = std::nextafter(m.value, 0.0);
  if (m.comparator == Comparator::less_or_equal) s.low = 0;
  if (m.comparator == Comparator::greater || m.comparator == Comparator::greater_or_equal) s.high = std::numeric_limits<double>::infinity();
  return s;
}

// Hours from the onset of pain to `start`; empty when the onset is not known or lies after it.
std::optional<double> onset_before(const PatientSnapshot& snapshot, FactId onset_fact, UnixSeconds start) {
  const Measurement* latest = nullptr;
  for (const auto& m : snapshot.measurements)
    if (m.fact == onset_fact && m.at && (!latest || m.at->latest > latest->at->latest)) latest = &m;
  if (!latest || latest->comparator != Comparator::exact) return std::nullopt;
  const double onset = static_cast<double>(latest->at->latest) - latest->value * kSecondsPerHour;
  const double hours = (static_cast<double>(start) - onset) / kSecondsPerHour;
  return hours >= 0 ? std::optional(hours) : std::nullopt;
}

FactValue value_of(double number, const Measurement& last) {
  FactValue value = FactValue::exactly(number);
  value.at = last.at;
  value.source = last.source;
  return value;
}

}  // namespace

void judge_troponin(const TroponinSeries& series, const PatientSnapshot& snapshot, const Knowledge& k, FactView& view) {
  const auto& ids = k.ids;
  if (series.highest_to_limit >= 0) view.set(ids.troponin_times_limit, value_of(series.highest_to_limit, *series.samples.back()));
  std::vector<const Measurement*> exact;
  for (const auto* m : series.samples)
    if (timed(*m, k.troponin.sample_time_tolerance_s())) exact.push_back(m);
  if (exact.empty()) return;
  std::stable_sort(exact.begin(), exact.end(), [](const Measurement* a, const Measurement* b) { return a->at->earliest < b->at->earliest; });
  const auto* assay = k.troponin.find(exact.front()->fact, exact.front()->method);
  view.set(ids.troponin_unknown_assay, value_of(assay ? 0 : 1, *exact.front()));
  if (!assay) return;
  std::vector<TroponinSample> samples;
  for (const auto* m : exact)
    if (k.troponin.find(m->fact, m->method) == assay) samples.push_back(sample_of(*m, exact.front()->at->earliest));
  const auto esc = k.troponin.judge_esc(*assay, samples, onset_before(snapshot, ids.pain_onset_hours, exact.front()->at->earliest));
  view.set(ids.troponin_esc, value_of(static_cast<double>(esc.result), *exact.back()));
  view.set(ids.troponin_pathway, value_of(static_cast<double>(esc.pathway), *exact.back()));
  if (const auto aha = k.troponin.judge_aha(*assay, samples)) view.set(ids.troponin_aha, value_of(static_cast<double>(aha->result), *exact.back()));
  // One sample below the limit does not close the gate while the algorithm still waits for the next one.
  const auto& above = view[ids.troponin_above];
  if (esc.result == models::TroponinResult::repeat && above.equals(0) == Truth::yes) view.set(ids.troponin_above, FactValue::unknown_because(UnknownReason::not_computed));
  if (esc.result == models::TroponinResult::rule_out && !above.known()) view.set(ids.troponin_above, value_of(0, *exact.back()));
}

}  // namespace cathgate
