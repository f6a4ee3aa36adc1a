// Any bytes as a token, a key set, scopes and an address. Whatever they are: no crash; nothing that this key did not sign
// verifies under it; base64url has one form; and no text leads from a FHIR base to anywhere else.
#include "cds-hooks/http/web_address.h"
#include "cds-hooks/trust/jws.h"
#include "cds-hooks/trust/scopes.h"
#include "cds-hooks/trust/token.h"
#include "tests/fuzz/harness.h"

namespace {

using namespace cathgate;
using namespace cathgate::cds_hooks;
using namespace cathgate::fuzz;

constexpr std::string_view kBase = "https://fhir.example/r4";

struct Signed {
  SigningKey key = SigningKey::generate(Algorithm::es384, "k1");
  std::string token = key.sign(R"({"iss":"a","aud":"b","exp":2,"iat":1,"jti":"c"})");
  KeySet set = read_key_set("{\"keys\":[" + key.public_jwk() + "]}").value();
};

void check_token(std::string_view text) {
  static const Signed kSigned;
  const auto read = read_token(text);
  if (const auto* token = std::get_if<Token>(&read)) {
    require(!token->kid.empty() && !token->issuer.empty() && !token->id.empty() && !token->audience.empty(), "a token that is read has what it needs");
    check_claims(*token, {"b", "", 60, 3600}, kNow);
  }
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{96}, std::size_t{256}})
    require(!kSigned.set.keys[0].verify(text, bytes) || text.substr(0, text.rfind('.')) == std::string_view(kSigned.token).substr(0, kSigned.token.rfind('.')), "nothing verifies that was not signed");
}

void check_address(std::string_view text) {
  const auto base = read_web_address(kBase);
  const auto below = resolve_below(kBase, text);
  if (below) {
    require(below->origin() == base->origin(), "a link stays at its origin", below->origin());
    const std::string path = below->target.substr(0, below->target.find('?'));
    require(path == "/r4" || (path.starts_with("/r4/") && (path + "/").find("/../") == std::string::npos), "a link stays below its base", path);
  }
  if (const auto address = read_web_address(text)) require(!address->host.empty() && address->target.starts_with('/'), "an address has a host and a path");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  check_token(text);
  check_address(text);
  if (const auto bytes = decode_base64url(text)) require(encode_base64url(*bytes) == text, "base64url has one form", text);
  require(decode_base64url(encode_base64url(text)) == std::string(text), "what is encoded is decoded");
  read_key_set(std::string(text));
  scope_cover(text, "Observation", true);
  read_network(text);
  return 0;
}
