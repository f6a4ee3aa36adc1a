#pragma once

#include <stdexcept>

#include "models/endotype_model.h"

namespace cathgate::models {

inline const FactCatalogue& endotype_facts() {
  static const auto loaded = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

inline const EndotypeModel& endotype_model() {
  static const auto loaded = EndotypeModel::load(std::string(CATHGATE_SOURCE_DIR) + "/models/artifacts/endotype", endotype_facts());
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

}  // namespace cathgate::models
