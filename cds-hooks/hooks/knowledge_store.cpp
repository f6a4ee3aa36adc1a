#include "cds-hooks/hooks/knowledge_store.h"

namespace cathgate::cds_hooks {

KnowledgeStore::Current KnowledgeStore::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::vector<Error> KnowledgeStore::load(const KnowledgePlaces& places) {
  auto loaded = ServiceKnowledge::load(places);
  if (!loaded.ok()) return std::move(loaded.errors);
  const auto openapi = load_json_file(places.root + "/cds-hooks/openapi.json");
  if (!openapi) return {openapi.error()};
  Current next{std::move(*loaded.value), nullptr, nullptr, nullptr};
  next.openapi = std::make_shared<const std::string>(JsonWriter().value(openapi->root()).take());
  next.pages = std::make_shared<const Pages>(Pages::load(places.root + "/web/dist"));
  DiscoveryDocuments documents;
  for (const auto language : next.knowledge->messages.languages())
    documents.emplace(language, write_discovery(*next.knowledge, discovery_options_, language));
  next.discovery = std::make_shared<const DiscoveryDocuments>(std::move(documents));
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
  return {};
}

}  // namespace cathgate::cds_hooks
