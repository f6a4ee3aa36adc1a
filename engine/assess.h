// The conductor: snapshot -> facts -> scope -> gate -> likelihood -> decision. Pure, synchronous, thread-safe.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/patient_snapshot.h"
#include "engine/assessment.h"
#include "engine/endotype_options.h"
#include "engine/knowledge.h"
#include "models/recalibration.h"

namespace cathgate {

// What a tenant's configuration decides about advice.
struct SiteOptions {
  std::string guideline;  // id of the guideline that the site follows; empty or unknown: the default
  std::array<bool, kTests> available{true, true, true, true, true, true, true, true};  // by Test
  EndotypeOptions endotype;
  // Of the learned score, on patients of this site. Without one the score stands beside the guideline and decides nothing.
  std::shared_ptr<const models::Recalibration> recalibration = nullptr;
};

// What an assessment saw and heard on its way, for those who explain a rule. Points into the snapshot and the knowledge.
struct AssessmentTrace {
  std::optional<FactView> facts;                    // with every fact that was defined
  std::vector<rules::RuleOutcome> outcomes;         // of every rule that fired or could not say
  Stage last_stage = Stage::scope;                  // rules of later stages were not asked
};

// `snapshot` must outlive the Assessment (sources are views into it).
Assessment assess(const PatientSnapshot& snapshot, std::shared_ptr<const Knowledge> knowledge, const SiteOptions& site, AssessmentTrace* trace = nullptr);

}  // namespace cathgate
