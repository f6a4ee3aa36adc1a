#include "core/fact_view.h"

namespace cathgate {

FactValue FactView::not_older_than(FactId id, double max_age_days) const {
  const FactValue& value = values_[id];
  if (!value.known()) return value;
  if (!value.at) return value.origin == Origin::derived ? value : FactValue::unknown_because(UnknownReason::too_old);
  const double age_days = static_cast<double>(as_of_ - value.at->earliest) / static_cast<double>(kSecondsPerDay);
  return age_days > max_age_days ? FactValue::unknown_because(UnknownReason::too_old) : value;
}

}  // namespace cathgate
