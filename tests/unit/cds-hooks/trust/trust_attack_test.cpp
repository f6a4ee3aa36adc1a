// The twelve families of attacks on authentication, numbered as in docs/conformance.md (39 to 50), each over real sockets.
#include <thread>

#include "tests/support/fake_server.h"
#include "trust_fixture.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

std::string header_with(std::string_view members) { return R"({"alg":"ES384","typ":"JWT","kid":"k1")" + std::string(members) + "}"; }
std::string header_of(std::string_view algorithm, std::string_view kid = "k1") {
  return R"({"alg":")" + std::string(algorithm) + R"(","typ":"JWT","kid":")" + std::string(kid) + "\"}";
}

class TrustAttackTest : public TrustTest {};

TEST_F(TrustAttackTest, N39_RefusesWhatIsNotOneBearerToken) {
  start();
  const std::string token = good();
  for (const std::string& lines :
       {std::string(), std::string("Authorization: Basic YTpi\r\n"), std::string("Authorization: Bearer\r\n"), std::string("Authorization: Bearer \r\n"),
        "Authorization: " + token + "\r\n", "Authorization: Bearer " + token + " x\r\n", "Authorization: Bearer " + token + "\r\nAuthorization: Bearer " + token + "\r\n"}) {
    const auto response = post(lines);
    EXPECT_EQ(response.status, 401) << lines;
    EXPECT_EQ(response.body, refusal_) << lines;
  }
  EXPECT_EQ(post("authorization: bearer " + token + "\r\n").status, 400) << "name and scheme have no case (RFC 9110 11.1)";
}

TEST_F(TrustAttackTest, N40_TakesTheAlgorithmFromTheKeyAndNotFromTheToken) {
  const Pkey rsa = make_rsa(2048), short_rsa = make_rsa(1024), p256 = make_ec("P-256");
  write_keys(jwk_set({ec_jwk(key_, "P-384", "k1"), rsa_jwk(rsa, "rsa"), rsa_jwk(rsa, "rs256", R"(,"alg":"RS256")"), rsa_jwk(short_rsa, "short"), ec_jwk(p256, "P-256", "p256"),
                      R"({"kty":"oct","kid":"secret","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEy"})"}));
  start();
  for (const std::string_view none : {"none", "None", "nOnE", "NONE", ""}) {
    expect_refused(signing_input(header_of(none), payload()) + ".", std::string(none));
    expect_refused(with_signature(signing_input(header_of(none), payload()), "x"), std::string(none));
  }
  const std::string public_text = rsa_jwk(rsa, "rsa");
  for (const std::string_view name : {"HS256", "HS384"}) {
    for (const std::string_view kid : {"rsa", "k1", "secret"}) {
      const std::string input = signing_input(header_of(name, kid), payload());
      const std::string secret = kid == "secret" ? "secret-secret-secret-secret-12" : public_text;
      expect_refused(with_signature(input, hmac_bytes(secret, name == "HS256" ? EVP_sha256() : EVP_sha384(), input)), "key confusion");
    }
  }
  expect_refused(es256_token(p256, header_of("ES256"), payload()), "ES256 under the kid of an ES384 key");
  expect_refused(es384_token(p256, header_of("ES384", "p256"), payload()), "ES384 by a P-256 key");
  expect_refused(rsa_token(short_rsa, EVP_sha256(), header_of("RS256", "short"), payload()), "RSA of 1024 bits");
  expect_refused(rsa_token(rsa, EVP_sha384(), header_of("PS384", "rsa"), payload(), true), "PS384");
  expect_refused(rsa_token(rsa, EVP_sha384(), header_of("RS384", "rs256"), payload()), "RS384 by a key for RS256");
  expect_admitted(es384_token(key_, kHeader, payload()), "ES384");
  expect_admitted(es256_token(p256, header_of("ES256", "p256"), payload()), "ES256");
  expect_admitted(rsa_token(rsa, EVP_sha384(), header_of("RS384", "rsa"), payload()), "RS384");
  expect_admitted(rsa_token(rsa, EVP_sha256(), header_of("RS256", "rs256"), payload()), "RS256");
}

TEST_F(TrustAttackTest, N41_RefusesStrippedAndUnusualForms) {
  start();
  const std::string token = good();
  const auto second = token.rfind('.');
  expect_refused(token.substr(0, second), "no signature part");
  expect_refused(token.substr(0, second + 1), "an empty signature");
  expect_refused(token + ".x", "four parts");
  expect_refused("." + token, "an empty first part");
  expect_refused(token + ".." , "five parts, as a JWE has");
  const auto first = token.find('.');
  expect_refused(token.substr(0, first) + "." + token.substr(second), "a detached payload");
  expect_refused(token + "=", "padding");
  expect_refused(token.substr(0, second + 1) + "+" + token.substr(second + 2), "the alphabet of base64");
  for (const std::string_view members : {R"(,"b64":false,"crit":["b64"])", R"(,"crit":["exp"])", R"(,"enc":"A256GCM")", R"(,"zip":"DEF")", R"(,"alg":"none")"})
    expect_refused(es384_token(key_, header_with(members), payload()), std::string(members));
  expect_refused(es384_token(key_, R"({"alg":"ES384","typ":"JOSE","kid":"k1"})", payload()), "another typ");
  expect_refused(es384_token(key_, R"({"alg":"ES384","kid":"k1"})", payload()), "no typ");
  expect_refused(es384_token(key_, "[]", payload()), "a header that is no object");
  expect_refused(es384_token(key_, kHeader, "[]"), "claims that are no object");
  expect_refused(es384_token(key_, kHeader, payload() + "x"), "claims that are no JSON");
  expect_admitted(token, "the token itself");
}

TEST_F(TrustAttackTest, N42_RefusesBrokenSignaturesOfEllipticCurves) {
  start();
  const std::string input = signing_input(kHeader, payload());
  const std::string der = sign_bytes(key_, EVP_sha384(), input);
  const std::string raw = raw_signature(der, 48);
  const std::string zero(48, '\0');
  expect_refused(with_signature(input, zero + zero), "all zero, the psychic signature");
  expect_refused(with_signature(input, zero + raw.substr(48)), "r = 0");
  expect_refused(with_signature(input, raw.substr(0, 48) + zero), "s = 0");
  expect_refused(with_signature(input, raw.substr(0, 94)), "too short");
  expect_refused(with_signature(input, raw + std::string(2, '\0')), "too long");
  expect_refused(with_signature(input, zero.substr(0, 1) + raw.substr(0, 48) + zero.substr(0, 1) + raw.substr(48)), "padded halves");
  expect_refused(with_signature(input, der), "DER");
  std::string other = raw;
  other[10] = static_cast<char>(other[10] ^ 1);
  expect_refused(with_signature(input, other), "one bit");
  expect_refused(es384_token(make_ec("P-384"), kHeader, payload()), "another key");
  const std::string elsewhere = good();
  expect_refused(input + elsewhere.substr(elsewhere.rfind('.')), "the signature of another token");
  expect_admitted(with_signature(input, raw), "the signature itself");
}

TEST_F(TrustAttackTest, N43_TreatsTheKeyIdAsAnOpaqueText) {
  FakeServer issuer([this](const FakeRequest&) { return FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1"), ec_jwk(key_, "P-384", "a+b/c=")})}; });
  config_.tenant.jwks_file.clear();
  config_.tenant.jwks_url = issuer.url("/jwks");
  config_.tenant.private_networks = {"127.0.0.0/8"};
  start();
  for (const std::string& kid : {std::string("../../etc/passwd"), std::string("' or 1=1; --"), std::string("k1\\u0000"), std::string(1000, 'k'), std::string("unknown"), std::string("K1")})
    expect_refused(es384_token(key_, header_of("ES384", kid), payload()), kid);
  expect_refused(es384_token(key_, R"({"alg":"ES384","typ":"JWT"})", payload()), "no kid");
  expect_refused(es384_token(key_, R"({"alg":"ES384","typ":"JWT","kid":1})", payload()), "a number");
  expect_refused(es384_token(key_, header_of("ES384", std::string(5'000, 'k')), payload()), "longer than any kid");
  EXPECT_EQ(status(es384_token(key_, header_of("ES384", std::string(1 << 20, 'k')), payload())), 431) << "a megabyte";
  for (int i = 0; i < 50; ++i) expect_refused(es384_token(key_, header_of("ES384", "no-" + std::to_string(i)), payload()), "unknown");
  EXPECT_EQ(issuer.requests().size(), 1u) << "unknown keys must not make the server fetch again and again";
  expect_admitted(es384_token(key_, header_of("ES384", "a+b/c="), payload()), "an unusual kid that is in the set");
}

TEST_F(TrustAttackTest, N44_NeverFetchesWhatATokenNames) {
  FakeServer issuer([this](const FakeRequest& request) {
    if (request.target == "/redirect") return FakeReply{.status = 302, .body = "", .fields = "Location: /jwks\r\n"};
    return FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1")})};
  });
  const Pkey attacker = make_ec("P-384");
  FakeServer evil([&](const FakeRequest&) { return FakeReply{.body = jwk_set({ec_jwk(attacker, "P-384", "k1")})}; });
  config_.tenant.jwks_file.clear();
  config_.tenant.jwks_url = issuer.url("/jwks");
  config_.tenant.private_networks = {"127.0.0.0/8"};
  start();
  const std::string own = issuer.url("/jwks");
  for (const std::string& jku : {evil.url("/jwks"), issuer.url("/jwks?x"), issuer.url("/jwks/"), issuer.url("/redirect"), issuer.url("/redirect?to=" + evil.url()),
                                 "http://127.0.0.1:" + std::to_string(issuer.port()) + "@127.0.0.1:" + std::to_string(evil.port()) + "/jwks",
                                 std::string("file:///etc/passwd"), std::string("http://[::1]/jwks"), std::string("https://ehr.example/jwks"), std::string("")}) {
    for (const Pkey& key : {key_, attacker}) expect_refused(es384_token(key, header_with(R"(,"jku":")" + jku + "\""), payload()), jku);
  }
  expect_refused(es384_token(attacker, header_with(R"(,"x5u":")" + evil.url("/x5u") + "\""), payload()), "x5u");
  expect_refused(es384_token(attacker, header_with(R"(,"jwk":)" + ec_jwk(attacker, "P-384", "k1")), payload()), "jwk");
  EXPECT_TRUE(evil.requests().empty());
  expect_admitted(es384_token(key_, header_with(R"(,"jku":")" + own + "\""), payload()), "the tenant's own jku");
  for (const FakeRequest& request : issuer.requests()) EXPECT_EQ(request.target, "/jwks");
}

TEST_F(TrustAttackTest, N46_HoldsTheTimesToTheirBounds) {
  start();
  const auto at = [](std::int64_t seconds) { return std::to_string(kTrustNow + seconds); };
  for (const std::string& exp : {at(-61), std::string(), "\"" + at(300) + "\"", std::string("1e30"), std::string("-5"), std::string("null"), std::string("1e400")})
    expect_refused(es384_token(key_, kHeader, payload_with("exp", exp)), "exp " + exp);
  for (const std::string& iat : {at(62), std::string(), "\"" + at(0) + "\"", at(-3600), at(400)}) expect_refused(es384_token(key_, kHeader, payload_with("iat", iat)), "iat " + iat);
  for (const std::string& nbf : {at(300), at(62), "\"" + at(0) + "\""}) expect_refused(es384_token(key_, kHeader, payload(",\"nbf\":" + nbf)), "nbf " + nbf);
  expect_refused(es384_token(key_, kHeader, payload_with("exp", at(10 * 365 * 86'400))), "ten years");
  expect_admitted(es384_token(key_, kHeader, payload(",\"nbf\":" + at(-300))), "nbf five minutes before iat, as one large vendor writes it");
  expect_admitted(es384_token(key_, kHeader, payload(",\"nbf\":" + at(50))), "a client's clock that is a little fast");
  expect_admitted(es384_token(key_, kHeader, payload_with("exp", at(299) + ".5")), "a fraction of a second");
  now_ = kTrustNow + 330;
  expect_admitted(good(), "expired by less than the skew");
  now_ = kTrustNow + 361;
  expect_refused(good(), "expired by more than the skew");
}

TEST_F(TrustAttackTest, N47_WantsTheExactAudienceAndAKnownIssuer) {
  start();
  const std::string service(kTrustService), base(kPublicUrl);
  for (const std::string& aud : {std::string("/cds-services"), service + "/", service + "/feedback", service + "x", std::string("/cds-services/cathgate"), std::string(""), service + "?a=b"})
    expect_refused(es384_token(key_, kHeader, payload("", aud)), "aud " + aud);
  for (const std::string& aud : {"\"https://CATHGATE.example" + service + "\"", "\"http://cathgate.example" + service + "\"", "\"https://cathgate.example:443" + service + "\"", std::string("[]"),
                                 "[\"" + base + "\"]", std::string("[1]"), std::string("{}"), "[\"" + base + service + "\",1]"})
    expect_refused(es384_token(key_, kHeader, payload_with("aud", aud)), "aud " + aud);
  expect_admitted(es384_token(key_, kHeader, payload_with("aud", "[\"https://other.example\",\"" + base + service + "\"]")), "one of several audiences");
  const std::string feedback = service + "/feedback";
  expect_refused(good(), "the service's audience at feedback", feedback);
  EXPECT_EQ(status(es384_token(key_, kHeader, payload("", feedback)), feedback), 400) << "feedback's own audience";
  for (const std::string& iss : {std::string("\"https://ehr.example/\""), std::string("\"https://EHR.example\""), std::string("\"\""), std::string("null"), std::string("[\"https://ehr.example\"]")})
    expect_refused(es384_token(key_, kHeader, payload_with("iss", iss)), "iss " + iss);
}

TEST_F(TrustAttackTest, N48_AcceptsATokenOnce) {
  start();
  const std::string token = good();
  std::atomic<int> admitted{0}, refused{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i)
    clients.emplace_back([&] {
      const int answer = status(token);
      ++(answer == 400 ? admitted : refused);
    });
  for (auto& one : clients) one.join();
  EXPECT_EQ(admitted, 1) << "the same token, sixteen times at once";
  EXPECT_EQ(refused, 15);
  expect_refused(token, "again");
  stop();
  start();
  expect_refused(token, "after a restart");
  expect_refused(es384_token(key_, kHeader, payload_with("jti", "")), "no jti");
  expect_refused(es384_token(key_, kHeader, payload_with("jti", "\"\"")), "an empty jti");
  expect_refused(es384_token(key_, kHeader, payload("", kTrustService, std::string(300, 'j'))), "a jti of 300 bytes");
}

TEST_F(TrustAttackTest, N48_ForgetsNothingWhenItsMemoryIsFull) {
  row_limit_ = 2;
  start();
  const std::string first = good();
  expect_admitted(first, "1");
  expect_admitted(good(), "2");
  EXPECT_EQ(status(good()), 503) << "full: nobody is let in rather than anybody twice";
  now_ = kTrustNow + 1000;
  const std::string later = R"({"iss":"https://ehr.example","aud":"https://cathgate.example/cds-services/cathgate-angiography","iat":)" +
                            std::to_string(kTrustNow + 1000) + R"(,"exp":)" + std::to_string(kTrustNow + 1200) + R"(,"jti":"later"})";
  expect_admitted(es384_token(key_, kHeader, later), "what has expired makes room");
  expect_refused(first, "expired");
}

TEST_F(TrustAttackTest, N50_KeepsTenantsApart) {
  const Pkey second_key = make_ec("P-384");
  std::ofstream(file("second.json")) << jwk_set({ec_jwk(second_key, "P-384", "k1")});
  cds_hooks::TenantConfig second = config_.tenant;
  second.id = "second";
  second.issuer = "https://second.example";
  second.jwks_file = file("second.json");
  cds_hooks::TenantConfig ward = config_.tenant;
  ward.id = "ward";
  ward.issuer_tenant = "ward-7";
  config_.tenants = {second, ward};
  start();
  expect_refused(es384_token(second_key, kHeader, payload()), "the first tenant's name under the second's key");
  expect_admitted(es384_token(second_key, kHeader, payload_with("iss", "\"https://second.example\"")), "the second tenant");
  const std::string feedback = std::string(kTrustService) + "/feedback";
  constexpr std::string_view kFeedback =
      R"({"feedback":[{"card":"8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77","outcome":"overridden","overrideReason":{"userComment":"x"},"outcomeTimestamp":"2026-11-24T08:15:00Z"}]})";
  EXPECT_EQ(post("Authorization: Bearer " + es384_token(key_, kHeader, payload(R"(,"tenant":"ward-7")", feedback)) + "\r\n", feedback, kFeedback).status, 200);
  ASSERT_EQ(ledger_.feedback.size(), 1u);
  EXPECT_EQ(ledger_.feedback[0].tenant, "ward") << "the tenant claim chooses";
  for (const char* path : {"/cds-services", "/health/live"}) {
    HttpClient client(port_);
    EXPECT_EQ(client.exchange("GET", path)->status, 200) << "discovery and health hold nothing of a tenant";
  }
}

}  // namespace
}  // namespace cathgate::test
