#include "cds-hooks/trust/trust.h"

#include "cds-hooks/http/outcome.h"
#include "cds-hooks/logging.h"
#include "core/digest.h"

namespace cathgate::cds_hooks {
namespace {

using boost::asio::awaitable;
using Refused = std::optional<Reply>;

// How long a call may wait for keys, a worker and the memory of tokens.
constexpr std::chrono::milliseconds kAuthorizationLimit{3'000};

constexpr int kChecksOfOneTenant = 16;

Reply unauthorised(TrustContext& context, TokenProblem problem) {
  context.metrics.count_unauthorised(problem);
  log_event(LogLevel::warning, "call not authorised", token_problem_name(problem));
  Reply reply = refuse(401, "http.Authorization", "The call is not authorised.");
  reply.authenticate = true;
  return reply;
}

Refused admit(TrustContext& context, TenantPtr tenant, Request& request) {
  if (!tenant->limit.admit(SteadyClock::now())) {
    context.metrics.count_limited();
    Reply reply = refuse(429, "", "Too many calls in this second; try again shortly.");
    reply.retry_after_s = 1;
    return reply;
  }
  request.tenant = std::move(tenant);
  return std::nullopt;
}

Reply busy() { return refuse_busy("The call could not be checked; try again with a new token."); }

// The key that the token names, and its signature.
awaitable<Refused> check_signature(TrustContext& context, TenantPtr tenant, const Token& token, std::string compact, SteadyTime deadline) {
  const KeySetPtr keys = co_await context.keys.find(tenant, token.kid, deadline);
  const VerificationKey* key = keys ? keys->find(token.kid) : nullptr;
  if (!key) co_return unauthorised(context, TokenProblem::key);
  if (!key->accepts(token.algorithm)) co_return unauthorised(context, TokenProblem::algorithm);
  auto verify = [keys, key, compact = std::move(compact), bytes = token.signature_bytes]() -> Result<bool> { return key->verify(compact, bytes); };
  if (!context.checks.enter(tenant.get())) co_return busy();
  const Result<bool> good = co_await compute_on(context.workers, deadline, std::move(verify));
  context.checks.leave(tenant.get());
  if (!good) co_return busy();
  if (!*good) co_return unauthorised(context, TokenProblem::signature);
  co_return std::nullopt;
}

// True: never seen before, and remembered now. Empty: nobody knows.
awaitable<std::optional<bool>> remember(TrustContext& context, const Token& token, SteadyTime deadline) {
  if (!context.seen) co_return std::nullopt;
  const std::string identity = token.issuer + "\n" + token.tenant + "\n" + token.id;
  auto start = [&](Delivery<Result<bool>> deliver) {
    context.seen->admit(to_hex(sha256(identity)), token.expires + context.skew_s, context.now(), deliver);
  };
  const auto answer = co_await await_delivery<Result<bool>>(deadline, std::move(start));
  if (!answer || !*answer) co_return std::nullopt;
  co_return **answer;
}

awaitable<Refused> check_token(TrustContext& context, std::string compact, std::string_view path, Request& request) {
  const auto read = read_token(compact);
  if (const auto* problem = std::get_if<TokenProblem>(&read)) co_return unauthorised(context, *problem);
  const Token& token = std::get<Token>(read);
  const TenantPtr tenant = context.tenants.find(token.issuer, token.tenant);
  if (!tenant) co_return unauthorised(context, TokenProblem::issuer);
  const ClaimRules rules{context.public_url + std::string(path), tenant->config.jwks_url, context.skew_s, context.max_lifetime_s};
  if (const auto problem = check_claims(token, rules, context.now())) co_return unauthorised(context, *problem);
  const SteadyTime deadline = SteadyClock::now() + kAuthorizationLimit;
  Refused refused = co_await check_signature(context, tenant, token, std::move(compact), deadline);
  if (refused) co_return refused;
  const auto fresh = co_await remember(context, token, deadline);
  if (!fresh) co_return busy();
  if (!*fresh) co_return unauthorised(context, TokenProblem::replayed);
  co_return admit(context, tenant, request);
}

}  // namespace

bool SignatureChecks::enter(const Tenant* tenant) {
  const std::lock_guard lock(mutex_);
  int& running = running_[tenant];
  if (running >= kChecksOfOneTenant) return false;
  ++running;
  return true;
}

void SignatureChecks::leave(const Tenant* tenant) {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(tenant);
  if (--found->second == 0) running_.erase(found);
}

Authorize make_authorize(TrustContext& context) {
  return [&context](const RequestHead& head, Request& request) -> awaitable<Refused> {
    const TenantPtr development = context.tenants.development();
    const bool sent = head.authorizations > 0;
    if (development && (!sent || !context.tenants.any_issuer())) co_return admit(context, development, request);
    const auto bearer = head.authorizations == 1 ? read_bearer(head.authorization) : std::nullopt;
    if (!bearer) co_return unauthorised(context, TokenProblem::absent);
    co_return co_await check_token(context, std::string(*bearer), head.path, request);
  };
}

}  // namespace cathgate::cds_hooks
