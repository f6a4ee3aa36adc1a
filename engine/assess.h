// The conductor: snapshot -> facts -> scope -> gate -> likelihood -> decision. Pure, synchronous, thread-safe.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/patient_snapshot.h"
#include "engine/assessment.h"
#include "engine/knowledge.h"

namespace cathgate {

// What a tenant's configuration decides about advice.
struct SiteOptions {
  std::string guideline;  // id of the guideline that the site follows; empty or unknown: the default
  std::array<bool, kTests> available{true, true, true, true, true, true, true, true};  // by Test
};

// `snapshot` must outlive the Assessment (sources are views into it).
Assessment assess(const PatientSnapshot& snapshot, std::shared_ptr<const Knowledge> knowledge, const SiteOptions& site);

}  // namespace cathgate
