// A recalibration from a site's own patients, and what has changed since the last one.
#pragma once

#include <optional>

#include "models/learned_score_json.h"
#include "models/recalibration.h"
#include "study/design.h"
#include "study/metrics.h"
#include "study/threshold.h"

namespace cathgate::study {

// The most recent patients of a site that count; older ones leave as new batches come.
inline constexpr std::size_t kWindow = 400;

std::vector<double> score_all(const models::LearnedScore& score, const Design& design);

// `previous`: its sample comes first, so that the window keeps the latest. Needs at least one obstructed and one open patient.
Result<models::Recalibration> make_recalibration(const models::LoadedScore& model, const Cohort& cohort, const Design& design, const ThresholdLimits& limits, const models::Recalibration* previous);

// The observed-to-expected ratio of a new batch under the recalibration in use.
Interval drift_of(const models::LearnedScore& score, const Design& design, const models::Recalibration& in_use, std::uint64_t seed);

}  // namespace cathgate::study
