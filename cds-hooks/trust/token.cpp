#include "cds-hooks/trust/token.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxTokenBytes = 8'192;
constexpr std::size_t kMaxTextBytes = 2'048;
constexpr std::size_t kMaxIdBytes = 256;
constexpr std::size_t kMaxAudiences = 20;
constexpr double kLastInstant = 253402300800.0;  // the year 10000

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// RFC 7519 NumericDate: seconds, possibly with a fraction. Past the year 9999 it is no date.
std::optional<UnixSeconds> read_date(JsonValue json) {
  const auto seconds = json.number();
  if (!seconds || !(*seconds >= 0) || !(*seconds < kLastInstant)) return std::nullopt;
  return static_cast<UnixSeconds>(std::floor(*seconds));
}

bool is_text(JsonValue json, std::size_t most) {
  return json.is_string() && !json.text().empty() && json.text().size() <= most && json.text().find('\0') == std::string_view::npos;
}

std::optional<TokenProblem> read_header(std::string_view part, Token& token) {
  auto text = decode_base64url(part);
  if (!text) return TokenProblem::malformed;
  const auto document = JsonDocument::parse(std::move(*text), {.max_depth = 8, .max_members = 50, .max_number_chars = 64});
  if (!document || !document->root().is_object()) return TokenProblem::malformed;
  const auto header = document->root();
  const auto algorithm = read_algorithm(header["alg"].text());
  if (!algorithm) return TokenProblem::algorithm;
  token.algorithm = *algorithm;
  if (!same_word(header["typ"].text(), "JWT")) return TokenProblem::header;
  for (const std::string_view name : {"crit", "b64", "enc", "zip"})
    if (!header[name].is_missing()) return TokenProblem::header;
  // A key that the token brings along proves nothing.
  for (const std::string_view name : {"jwk", "x5u"})
    if (!header[name].is_missing()) return TokenProblem::header;
  if (const auto jku = header["jku"]; !jku.is_missing()) {
    if (!is_text(jku, kMaxTextBytes)) return TokenProblem::header;
    token.jku = jku.text();
  }
  if (!is_text(header["kid"], kMaxIdBytes)) return TokenProblem::header;
  token.kid = header["kid"].text();
  return std::nullopt;
}

bool read_audience(JsonValue json, Token& token) {
  if (is_text(json, kMaxTextBytes)) return token.audience.emplace_back(json.text()), true;
  if (!json.is_array() || json.size() == 0 || json.size() > kMaxAudiences) return false;
  for (const auto one : json.elements()) {
    if (!is_text(one, kMaxTextBytes)) return false;
    token.audience.emplace_back(one.text());
  }
  return true;
}

bool read_claims(std::string_view part, Token& token) {
  auto text = decode_base64url(part);
  if (!text) return false;
  const auto document = JsonDocument::parse(std::move(*text), {.max_depth = 16, .max_members = 200, .max_number_chars = 64});
  if (!document || !document->root().is_object()) return false;
  const auto claims = document->root();
  if (!is_text(claims["iss"], kMaxTextBytes) || !is_text(claims["jti"], kMaxIdBytes)) return false;
  token.issuer = claims["iss"].text();
  token.id = claims["jti"].text();
  if (const auto tenant = claims["tenant"]; !tenant.is_missing()) {
    if (!is_text(tenant, kMaxTextBytes)) return false;
    token.tenant = tenant.text();
  }
  const auto expires = read_date(claims["exp"]), issued = read_date(claims["iat"]);
  if (!expires || !issued || !read_audience(claims["aud"], token)) return false;
  token.expires = *expires;
  token.issued = *issued;
  if (claims["nbf"].is_missing()) return true;
  token.not_before = read_date(claims["nbf"]);
  return token.not_before.has_value();
}

}  // namespace

std::string_view token_problem_name(TokenProblem problem) {
  static constexpr std::array<std::string_view, kTokenProblems> kNames{"absent",  "malformed",     "algorithm", "header", "issuer",    "audience",
                                                                       "expired", "not_yet_valid", "lifetime",  "key",    "signature", "replayed"};
  return kNames[static_cast<std::size_t>(problem)];
}

std::optional<std::string_view> read_bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() || !same_word(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const auto token = authorization.substr(kScheme.size());
  return token.find(' ') == std::string_view::npos ? std::optional(token) : std::nullopt;
}

std::variant<Token, TokenProblem> read_token(std::string_view compact) {
  if (compact.size() > kMaxTokenBytes) return TokenProblem::malformed;
  const auto first = compact.find('.');
  const auto second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) return TokenProblem::malformed;
  Token token;
  if (const auto problem = read_header(compact.substr(0, first), token)) return *problem;
  if (!read_claims(compact.substr(first + 1, second - first - 1), token)) return TokenProblem::malformed;
  const auto signature = decode_base64url(compact.substr(second + 1));
  if (!signature || signature->empty()) return TokenProblem::malformed;
  token.signature_bytes = signature->size();
  return token;
}

std::optional<TokenProblem> check_claims(const Token& token, const ClaimRules& rules, UnixSeconds now) {
  if (!token.jku.empty() && token.jku != rules.jku) return TokenProblem::header;
  if (std::ranges::find(token.audience, rules.audience) == token.audience.end()) return TokenProblem::audience;
  if (token.expires <= now - rules.skew_s) return TokenProblem::expired;
  if (token.issued > now + rules.skew_s) return TokenProblem::not_yet_valid;
  if (token.not_before && *token.not_before > now + rules.skew_s) return TokenProblem::not_yet_valid;
  const bool backwards = token.expires < token.issued;
  if (backwards || token.expires - token.issued > rules.max_lifetime_s) return TokenProblem::lifetime;
  return std::nullopt;
}

}  // namespace cathgate::cds_hooks
