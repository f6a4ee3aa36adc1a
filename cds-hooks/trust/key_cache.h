// The key sets of the tenants: read from a file or fetched, kept, fetched again when they are old or when a token names a
// key that is not there (rotation), and never more often than a pause allows, whatever tokens ask for. A key that a set no
// longer holds is gone with the next fetch; while fetching fails the old set serves for a bounded time.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "cds-hooks/http/delivery.h"
#include "cds-hooks/http/outbound.h"
#include "cds-hooks/trust/jws.h"
#include "cds-hooks/trust/tenants.h"

namespace cathgate::cds_hooks {

using KeySetPtr = std::shared_ptr<const KeySet>;

struct KeyCacheOptions {
  std::chrono::seconds refresh{3'600};  // a set's age; a shorter Cache-Control max-age counts
  std::chrono::seconds pause{30};       // between the starts of two fetches of one set
  std::chrono::milliseconds fetch_limit{3'000};
};

// Thread-safe.
class KeyCache {
 public:
  // `log` is told of fetches that failed; it may be called on the outbound thread. The outbound must outlive the cache's use.
  KeyCache(Outbound& outbound, const KeyCacheOptions& options, std::function<void(std::string_view tenant, std::string_view problem)> log)
      : outbound_(outbound), options_(options), log_(std::move(log)) {}

  // The set that holds `kid` if there is any; it is fetched for that when it is old or lacks it and the pause allows.
  // Null: there is no set at all. Waits until `deadline` at most.
  boost::asio::awaitable<KeySetPtr> find(TenantPtr tenant, std::string kid, SteadyTime deadline);

  // How often a set was fetched, for /metrics and the tests.
  std::uint64_t fetches() const;

 private:
  struct Entry {
    KeySetPtr keys;
    SteadyTime good_until{};   // fresh
    SteadyTime stale_until{};  // still better than nothing
    SteadyTime next_fetch{};   // not before
    bool fetching = false;
    std::vector<Delivery<bool>> waiting;
  };
  static std::string name_of(const TenantConfig& config) { return config.jwks_url + "\n" + config.jwks_file; }

  // What is there; `again`: whether a fetch may and should be waited for.
  KeySetPtr look(const std::string& name, std::string_view kid, bool& again);
  void read_file(const std::string& name, const TenantPtr& tenant);
  void wait_for_fetch(const std::string& name, const TenantPtr& tenant, Delivery<bool> delivery);
  boost::asio::awaitable<void> fetch(std::string name, TenantPtr tenant);
  void store(const std::string& name, const TenantPtr& tenant, Result<KeySet> keys, std::chrono::seconds life);

  Outbound& outbound_;
  const KeyCacheOptions options_;
  const std::function<void(std::string_view, std::string_view)> log_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::uint64_t fetches_ = 0;
};

}  // namespace cathgate::cds_hooks
