// The troponins of this episode as a series: which assay, when, and what the algorithms of its makers' cut-offs say.
#pragma once

#include <string_view>

#include "core/fact_view.h"
#include "engine/knowledge.h"

namespace cathgate {

// Sets troponin.esc_result, .aha_result, .pathway, .unknown_assay and .times_limit; a ruled-out infarction also says that
// the troponin is not above its limit where the laboratory gave none. `counts` tells whether a measurement is of the episode.
template <class Counts>
void judge_troponin_series(const PatientSnapshot& snapshot, const Knowledge& knowledge, Counts counts, FactView& view);

struct TroponinSeries {
  std::vector<const Measurement*> samples;  // by time
  double highest_to_limit = -1;             // negative: no limit known
};
void judge_troponin(const TroponinSeries& series, const PatientSnapshot& snapshot, const Knowledge& knowledge, FactView& view);

template <class Counts>
void judge_troponin_series(const PatientSnapshot& snapshot, const Knowledge& knowledge, Counts counts, FactView& view) {
  TroponinSeries series;
  const auto& ids = knowledge.ids;
  for (const auto& m : snapshot.measurements) {
    if ((m.fact != ids.lab_troponin_i && m.fact != ids.lab_troponin_t) || !counts(m)) continue;
    series.samples.push_back(&m);
    for (const auto& limit : snapshot.measurements)
      if (limit.fact == ids.lab_troponin_limit && limit.source == m.source && limit.value > 0)
        series.highest_to_limit = series.highest_to_limit > m.value / limit.value ? series.highest_to_limit : m.value / limit.value;
  }
  if (!series.samples.empty()) judge_troponin(series, snapshot, knowledge, view);
}

}  // namespace cathgate
