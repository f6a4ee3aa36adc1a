// What the tests of study/ share: the real knowledge and the synthetic cohorts.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "study/commands.h"
#include "study/files.h"

namespace cathgate::study {

inline const std::string kRoot = CATHGATE_SOURCE_DIR;

inline const Knowledge& knowledge() {
  static const auto loaded = Knowledge::load(kRoot);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return **loaded.value;
}

// A folder of this test that is empty at its start.
inline std::string fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::temp_directory_path() / ("cathgate-study-" + std::to_string(getpid()) + "-" + name);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

inline std::string write_temporary(const std::string& folder, const std::string& name, const std::string& text) {
  std::ofstream(folder + "/" + name) << text;
  return folder + "/" + name;
}

// The folder of the shared cohorts, or empty.
inline std::string shared_cohorts() {
  const char* given = std::getenv("CATHGATE_SHARED");
  for (const std::string& root : {given ? std::string(given) : std::string(), kRoot + "/../shared"})
    if (!root.empty() && std::filesystem::exists(root + "/data/cohorts")) return root + "/data/cohorts";
  return {};
}

inline void nobody_listens(const std::string&) {}

}  // namespace cathgate::study
