// Loading of everything that a request needs to know, and its identity.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cds-hooks/hooks/service.h"
#include "core/digest.h"
#include "engine/knowledge.h"
#include "engine/site_defaults.h"

namespace cathgate::cds_hooks {
namespace {

std::string digest_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return to_hex(sha256(bytes.str()));
}

// The engine's knowledge, and every other file that shapes an answer, in a fixed order.
std::string digest_of(const std::string& root, const std::string& engine_digest) {
  std::vector<std::filesystem::path> files = {root + "/fhir/terms.json", root + "/cds-hooks/codes.json"};
  for (const auto& entry : std::filesystem::directory_iterator(root + "/cds-hooks/messages"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin() + 2, files.end());
  std::string identity = engine_digest;
  for (const auto& file : files) identity += digest_of_file(file);
  return to_hex(sha256(identity));
}

template <class T>
void take_errors(const Loaded<T>& part, std::vector<Error>& errors) {
  errors.insert(errors.end(), part.errors.begin(), part.errors.end());
}

}  // namespace

Loaded<std::shared_ptr<const ServiceKnowledge>> ServiceKnowledge::load(const KnowledgePlaces& places) {
  const std::string& root = places.root;
  Loaded<std::shared_ptr<const ServiceKnowledge>> loaded;
  auto engine = Knowledge::load(places);
  auto messages = Messages::load(root + "/cds-hooks/messages");
  auto codes = CardCodes::load(root + "/cds-hooks/codes.json");
  take_errors(engine, loaded.errors);
  take_errors(messages, loaded.errors);
  take_errors(codes, loaded.errors);
  if (!engine.ok()) return loaded;
  auto terms = fhir::Terms::load(root + "/fhir/terms.json", (*engine.value)->facts);
  take_errors(terms, loaded.errors);
  const auto site = SiteDefaults::load(places.site, (*engine.value)->facts);
  take_errors(site, loaded.errors);
  if (!loaded.errors.empty()) return loaded;
  auto languages = check_languages(*messages.value, **engine.value, *codes.value);
  if (!languages.problems.empty()) return {std::nullopt, std::move(languages.problems)};
  for (const auto& report : languages.reports) messages.value->set_state(report.language, report.missing.empty(), report.reviewed);
  auto knowledge = std::make_shared<ServiceKnowledge>();
  knowledge->engine = std::move(*engine.value);
  knowledge->terms = terms.value->with({site.value->acute_window_hours, site.value->future_tolerance_hours});
  knowledge->messages = std::move(*messages.value);
  knowledge->codes = std::move(*codes.value);
  knowledge->languages = std::move(languages.reports);
  const auto& files = knowledge->engine->rules.files();
  knowledge->rules_approved = std::all_of(files.begin(), files.end(), [](const auto& file) { return file.approved; });
  knowledge->digest = digest_of(root, knowledge->engine->digest);
  loaded.value = std::move(knowledge);
  return loaded;
}

}  // namespace cathgate::cds_hooks
