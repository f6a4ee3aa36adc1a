#include "engine/endotype_options.h"

namespace cathgate {

std::shared_ptr<const models::EndotypeModel> CalibratedEndotype::model(const models::EndotypeModel& base) const {
  if (site_.model_digest != base.digest()) return nullptr;
  const std::lock_guard lock(mutex_);
  if (!model_) model_ = std::make_shared<const models::EndotypeModel>(base.calibrated(site_.calibration));
  return model_;
}

}  // namespace cathgate
