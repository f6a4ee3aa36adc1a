// The case files of tests/cases for the tests that answer them.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "cds-hooks/case_file.h"
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
  auto document = load_json_file(path.string());
  if (!document) throw std::runtime_error(document.error().where + ": " + document.error().message);
  Case c{std::move(*document), {}, 0, {}, {}};
  const auto root = c.document.root();
  c.service = root["service"].text();
  c.now = read_fhir_time(root["now"].text()).value().earliest;
  c.tenant.language = root["tenant"]["language"].text();
  c.accept_language = root["accept_language"].text();
  for (const auto name : root["tenant"]["unavailable"].elements())
    c.tenant.site.available[static_cast<std::size_t>(read_test(name.text()).value())] = false;
  const auto endotype = root["tenant"]["endotype"];
  c.tenant.site.endotype.posterior = endotype["posterior"].boolean().value_or(false);
  c.tenant.site.endotype.research = endotype["research"].boolean().value_or(false);
  c.tenant.site.endotype.ranking = endotype["ranking"].boolean().value_or(false);
  c.tenant.site.endotype.own_reference = endotype["own_reference"].boolean().value_or(false);
  return c;
}

}  // namespace cathgate::cds_hooks
