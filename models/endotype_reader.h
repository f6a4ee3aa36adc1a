// Reads models/artifacts/endotype/model.json. Every problem is reported with its JSON pointer.
#pragma once

#include "models/endotype_parameters.h"
#include "models/json_reader.h"

namespace cathgate::models {

EndotypeData read_endotype_data(const Node& root);

}  // namespace cathgate::models
