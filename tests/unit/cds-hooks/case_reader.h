// The case files of tests/cases for the tests that answer them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "cds-hooks/service.h"
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
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string text_of(JsonValue value) {
  JsonWriter w;
  w.value(value);
  return w.take();
}

struct Case {
  JsonDocument document;
  std::string service;
  UnixSeconds now = 0;
  TenantOptions tenant;
  std::string accept_language;

  std::string request() const { return text_of(document.root()["request"]); }
};

inline Case read_case(const std::filesystem::path& path) {
  auto document = load_json_file(path.string());
  if (!document) throw std::runtime_error(document.error().where + ": " + document.error().message);
  Case c{std::move(*document), {}, 0, {}, {}};
  const auto root = c.document.root();
  c.service = root["service"].text();
  c.now = read_fhir_time(root["now"].text()).value().earliest;
  c.tenant.language = root["tenant"]["language"].text();
  c.tenant.site.guideline = root["tenant"]["guideline"].text();
  c.accept_language = root["accept_language"].text();
  for (const auto name : root["tenant"]["unavailable"].elements())
    c.tenant.site.available[static_cast<std::size_t>(read_test(name.text()).value())] = false;
  return c;
}

}  // namespace cathgate::cds_hooks
