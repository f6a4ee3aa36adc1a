// The model card: texts of study/model-card.json filled with values of a training.json, so that no figure can go stale.
#pragma once

#include <string>

#include "core/json.h"
#include "core/result.h"

namespace cathgate::study {

struct ModelCard {
  std::string markdown;  // CHAI's fields and the 31 source attributes of HTI-1
  std::string json;      // the same for machines
  std::string tripod;    // Markdown of the TRIPOD+AI items, for the report
};

// Every placeholder that does not resolve is a problem.
Loaded<ModelCard> write_model_card(JsonValue texts, JsonValue training);

}  // namespace cathgate::study
