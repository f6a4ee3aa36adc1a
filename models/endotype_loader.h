// Loading of the endotype model's two files. Internal to models/.
#pragma once

#include "models/endotype_model.h"

namespace cathgate::models {

struct EndotypeModel::Impl {
  EndotypeData data;
  std::vector<std::array<double, kDrawColumns>> z;  // the stored draws, in standard deviations
  std::vector<EndotypeParameters> draws;            // of `data` and `z`
  std::size_t golden_count = 0;
  std::string digest;

  void make_draws();
};

// Null only with errors.
std::shared_ptr<const EndotypeModel::Impl> load_endotype_files(const std::string& folder, const FactCatalogue& facts, std::vector<Error>& errors);

}  // namespace cathgate::models
