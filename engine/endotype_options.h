// A site's switches for the endotype. Everything is off until a tenant asks for it: the model has numbers that are not
// confirmed and has never met a patient.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "models/endotype_calibration.h"
#include "models/endotype_information.h"

namespace cathgate {

// A site's calibration and the model made of it, once for each version of the parameters. Thread-safe.
class CalibratedEndotype {
 public:
  explicit CalibratedEndotype(models::SiteCalibration site) : site_(std::move(site)) {}

  // Null when the calibration was fitted for other parameters than those of `base`: it then counts as none.
  std::shared_ptr<const models::EndotypeModel> model(const models::EndotypeModel& base) const;
  const models::SiteCalibration& site() const { return site_; }

 private:
  models::SiteCalibration site_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const models::EndotypeModel> model_;
};

struct EndotypeOptions {
  bool card = true;             // the second card itself: rule sets, treatment, tests by the guideline
  bool posterior = false;       // the model's certainty beside the labels
  bool research = false;        // research inputs act, and are marked
  bool ranking = false;         // tests ranked by information for their cost
  bool own_reference = false;   // the laboratory has reference ranges of its own
  bool invasive_available = true, ttde_available = true;
  std::string rule_set = "esc-2024";
  // Of the tests in their order, in any one unit; all zero: those of engine/endotype.json.
  std::array<double, models::kEndotypeTests> test_costs{};
  std::shared_ptr<const CalibratedEndotype> calibration;  // null: none
};

}  // namespace cathgate
