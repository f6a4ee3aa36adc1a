// Who is calling: from the Authorization header of a request to the tenant whose call it is. Every reason to refuse gives
// the same 401; which one it was is counted and logged without a word of the token.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "cds-hooks/http/router.h"
#include "cds-hooks/http/worker_pool.h"
#include "cds-hooks/metrics.h"
#include "cds-hooks/trust/key_cache.h"
#include "cds-hooks/trust/tenants.h"
#include "cds-hooks/trust/token.h"
#include "store/seen_tokens.h"

namespace cathgate::cds_hooks {

// How many signatures of one tenant's tokens are being checked: whoever sends forged ones in a flood fills their own tenant's
// share of the workers and nobody else's. Thread-safe.
class SignatureChecks {
 public:
  // False when the tenant has its share; otherwise leave() must follow.
  bool enter(const Tenant* tenant);
  void leave(const Tenant* tenant);

 private:
  std::mutex mutex_;
  std::unordered_map<const Tenant*, int> running_;
};

// Outlives the server; thread-safe.
struct TrustContext {
  TenantStore& tenants;
  KeyCache& keys;
  store::SeenTokens* seen;  // null: no tenant had an issuer at start; then no token can be accepted
  WorkerPool& workers;  // a signature costs a millisecond of CPU
  Metrics& metrics;
  std::string public_url;  // without a slash at its end
  std::int64_t skew_s = 60;
  std::int64_t max_lifetime_s = 3600;
  std::function<UnixSeconds()> now{};
  SignatureChecks checks{};
};

// Sets request.tenant, or returns the refusal: 401, 429 when the tenant has no calls left in this second, 503 when it cannot
// be found out whether the token was seen before. In development mode a request without a token is the development tenant's,
// and tokens are looked at only where some tenant has an issuer.
Authorize make_authorize(TrustContext& context);

}  // namespace cathgate::cds_hooks
