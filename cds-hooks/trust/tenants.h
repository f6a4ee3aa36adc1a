// Whom Cathgate serves: each tenant's configuration made ready for requests, and the set of them, exchanged as one when
// the configuration is read again.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "cds-hooks/config.h"
#include "cds-hooks/hooks/service.h"
#include "cds-hooks/http/http_message.h"
#include "cds-hooks/http/web_address.h"

namespace cathgate::cds_hooks {

// Lets `per_second` calls through each second, and as many at once after a quiet second. Thread-safe.
class RateLimit {
 public:
  explicit RateLimit(std::size_t per_second) : rate_(static_cast<double>(per_second)), left_(rate_) {}
  // False: this call is one too many. A limit of 0 lets everything through.
  bool admit(SteadyTime now);

 private:
  const double rate_;
  std::mutex mutex_;
  double left_;
  SteadyTime last_{};
};

// Immutable but for its rate limit; a request keeps the one it began with.
struct Tenant {
  Tenant(const TenantConfig& tenant_config, bool development_mode);

  TenantConfig config;
  TenantOptions options;                // what shapes an answer
  std::vector<Network> private_networks;  // config.private_networks, read
  mutable RateLimit limit;
};

TenantOptions tenant_options(const TenantConfig& config, bool development_mode);

using TenantPtr = std::shared_ptr<const Tenant>;

// Thread-safe.
class TenantStore {
 public:
  explicit TenantStore(const Config& config) { load(config); }

  // Exchanges all tenants as one.
  void load(const Config& config);

  // The tenant of a token's `iss` and `tenant` claim (empty when it has none), null when there is none.
  TenantPtr find(std::string_view issuer, std::string_view claim) const;
  // Whose calls without a token are, in development mode; null: nobody's.
  TenantPtr development() const;
  // Whether any tenant has an issuer: then a token that is sent is looked at, in development mode too.
  bool any_issuer() const;
  std::vector<TenantPtr> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<TenantPtr> tenants_;
  TenantPtr development_;
  bool any_issuer_ = false;
};

}  // namespace cathgate::cds_hooks
