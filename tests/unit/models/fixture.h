// What the tests of models/ share: the source tree and its vocabulary of facts.
#pragma once

#include <stdexcept>
#include <string>

#include "core/fact_catalogue.h"

namespace cathgate::models {

inline const std::string kRoot = CATHGATE_SOURCE_DIR;

inline const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(kRoot + "/core/facts.json");
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

}  // namespace cathgate::models
