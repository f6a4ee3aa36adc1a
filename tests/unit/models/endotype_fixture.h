#pragma once

#include <stdexcept>

#include "models/endotype_model.h"
#include "tests/unit/models/fixture.h"

namespace cathgate::models {

inline const FactCatalogue& endotype_facts() { return facts(); }

inline const EndotypeModel& endotype_model() {
  static const auto loaded = EndotypeModel::load(kRoot + "/models/artifacts/endotype", endotype_facts());
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

}  // namespace cathgate::models
