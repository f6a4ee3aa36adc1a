#include "engine/outside_ratio.h"

#include <cmath>

namespace cathgate {

OutsideRatios outside_ratios(const models::LikelihoodRatios& ratios, const FactView& view) {
  OutsideRatios out;
  for (const auto kind : {models::TestKind::anatomical, models::TestKind::functional}) {
    const auto applied = ratios.select(view, kind);
    if (!applied || !applied->test->imaging) continue;
    out.applied.push_back(*applied);
    out.log_odds += std::log(applied->ratio().value);
    out.variance += std::pow(applied->ratio().log_standard_error(), 2);
  }
  return out;
}

}  // namespace cathgate
