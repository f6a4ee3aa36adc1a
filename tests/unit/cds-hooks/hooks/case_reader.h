// The case files of tests/cases for the tests that answer them.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "cds-hooks/commands/case_file.h"
#include "cds-hooks/hooks/service.h"
#include "core/json.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {

// The knowledge at `root` with a fixed digest, so that only a changed card changes a case.
inline ServiceKnowledge case_knowledge(const std::string& root) {
  auto loaded = ServiceKnowledge::load(root);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  ServiceKnowledge copy = **loaded.value;
  copy.digest = std::string(64, '0');
  return copy;
}

inline std::vector<std::filesystem::path> case_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& path : list_case_files(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases")) files.emplace_back(path);
  return files;
}

inline std::string text_of(JsonValue value) {
  JsonWriter w;
  w.value(value);
  return w.take();
}

using Case = CaseFile;

inline Case read_case(const std::filesystem::path& path) {
  auto file = read_case_file(path.string());
  if (!file) throw std::runtime_error(file.error().where + ": " + file.error().message);
  return std::move(*file);
}

}  // namespace cathgate::cds_hooks
