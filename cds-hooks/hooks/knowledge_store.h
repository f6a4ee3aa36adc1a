// The knowledge that requests use now. A reload loads all of it anew and swaps it in as one, or keeps the old; a request
// keeps what it started with. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cds-hooks/hooks/service.h"
#include "cds-hooks/http/pages.h"

namespace cathgate::cds_hooks {

// The body of GET /cds-services by language; English is among them.
using DiscoveryDocuments = std::map<std::string, std::string, std::less<>>;

class KnowledgeStore {
 public:
  explicit KnowledgeStore(DiscoveryOptions discovery) : discovery_options_(discovery) {}

  struct Current {
    std::shared_ptr<const ServiceKnowledge> knowledge;
    std::shared_ptr<const DiscoveryDocuments> discovery;
    std::shared_ptr<const std::string> openapi;    // the body of GET /openapi.json
    std::shared_ptr<const Pages> pages;            // empty when they were not built
  };
  // All are null before the first load. The lock is held for the copy of the pointers.
  Current current() const;
  // Every problem; empty: the new knowledge counts.
  std::vector<Error> load(const KnowledgePlaces& places);

 private:
  const DiscoveryOptions discovery_options_;
  mutable std::mutex mutex_;
  Current current_;
};

}  // namespace cathgate::cds_hooks
