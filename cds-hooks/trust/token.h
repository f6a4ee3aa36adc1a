// What a CDS client's JSON Web Token says, and whether it may say it here (CDS Hooks "Trusting CDS Clients"). Pure: no key,
// no clock, no network. The signature is checked elsewhere, and nothing here may be trusted before it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cds-hooks/trust/jws.h"
#include "core/time.h"

namespace cathgate::cds_hooks {

// Why a call is not authorised, for the operator's log and metrics; the client always gets the same 401.
enum class TokenProblem : std::uint8_t {
  absent,        // no Authorization, or not exactly one Bearer token
  malformed,     // not three parts of base64url, not JSON, a claim of the wrong type
  algorithm,     // none, symmetric, unknown, or not the key's
  header,        // typ, crit, b64, or a jku that is not the tenant's
  issuer,        // nobody's
  audience,      // another endpoint or another server
  expired,
  not_yet_valid,
  lifetime,      // longer than allowed
  key,           // no such key in the tenant's set
  signature,
  replayed,
};
inline constexpr std::size_t kTokenProblems = 12;
std::string_view token_problem_name(TokenProblem problem);

struct Token {
  Algorithm algorithm = Algorithm::es384;
  std::string kid;
  std::string jku;  // empty: none
  std::size_t signature_bytes = 0;
  std::string issuer;
  std::string tenant;  // empty: none
  std::vector<std::string> audience;
  UnixSeconds expires = 0, issued = 0;
  std::optional<UnixSeconds> not_before;
  std::string id;  // jti
};

// The token of an Authorization header ("Bearer ..."); nullopt when it is none.
std::optional<std::string_view> read_bearer(std::string_view authorization);

// Reads a compact token; the order of its checks is that of TokenProblem.
std::variant<Token, TokenProblem> read_token(std::string_view compact);

struct ClaimRules {
  std::string audience;  // the URL that was called
  std::string jku;       // the tenant's; empty: the token may name none
  std::int64_t skew_s = 60;
  std::int64_t max_lifetime_s = 3600;
};
// Empty: header and claims are as they must be.
std::optional<TokenProblem> check_claims(const Token& token, const ClaimRules& rules, UnixSeconds now);

}  // namespace cathgate::cds_hooks
