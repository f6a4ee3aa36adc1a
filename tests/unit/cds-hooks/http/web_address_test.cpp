// Addresses that Cathgate may call and those that lead elsewhere.
#include "cds-hooks/http/web_address.h"

#include <gtest/gtest.h>

namespace cathgate::cds_hooks {
namespace {

TEST(WebAddress, TakesApartWhatIsPlain) {
  const auto address = read_web_address("https://FHIR.example:8443/r4/Patient/1?a=b");
  ASSERT_TRUE(address);
  EXPECT_TRUE(address->tls);
  EXPECT_EQ(address->host, "fhir.example");
  EXPECT_EQ(address->port, "8443");
  EXPECT_EQ(address->target, "/r4/Patient/1?a=b");
  EXPECT_EQ(read_web_address("http://a")->origin(), "http://a:80");
  EXPECT_EQ(read_web_address("https://[::1]/x")->origin(), "https://[::1]:443");
}

TEST(WebAddress, RefusesEverythingElse) {
  for (const char* text : {"", "a", "/a", "ftp://a/", "file:///etc/passwd", "gopher://a/", "https://", "https:///x", "https://u@a/", "https://u:p@a/", "https://a/#f", "https://a:0/",
                           "https://a:99999/", "https://a b/", "https://a/\r\nX: y", "https://a%00b/", "https://a:/", "javascript:x"})
    EXPECT_FALSE(read_web_address(text)) << text;
}

// N53: links of pages and redirects.
TEST(WebAddress, FollowsOnlyBelowTheBase) {
  constexpr std::string_view kBase = "https://fhir.example/r4";
  const auto target = [&](std::string_view link) {
    const auto found = resolve_below(kBase, link);
    return found ? found->target : std::string("refused");
  };
  EXPECT_EQ(target("https://fhir.example/r4/Observation?page=2"), "/r4/Observation?page=2");
  EXPECT_EQ(target("https://fhir.example:443/r4?_getpages=1"), "/r4?_getpages=1");
  EXPECT_EQ(target("Observation?page=2"), "/r4/Observation?page=2");
  for (const char* link : {"https://evil.example/r4/Observation", "http://fhir.example/r4/Observation", "https://fhir.example:444/r4/x", "https://fhir.example/other", "https://fhir.example/r4/../admin",
                           "https://fhir.example/r4x/Observation", "//evil.example/r4/x", "https://fhir.example@evil.example/r4/x", "../admin", "/admin", "file:///etc/passwd",
                           "https://fhir.example/r4/%2e%2e/admin"})
    EXPECT_EQ(target(link), "refused") << link;
}

// N51: whatever a name resolves to.
TEST(WebAddress, KnowsTheAddressesThatAreNotThePublicInternet) {
  const auto may = [](const char* text, std::vector<Network> allowed = {}) { return may_connect(boost::asio::ip::make_address(text), allowed); };
  for (const char* text : {"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::",
                           "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"})
    EXPECT_FALSE(may(text)) << text;
  for (const char* text : {"8.8.8.8", "172.32.0.1", "193.0.0.1", "2606:4700::1111", "::ffff:8.8.8.8"}) EXPECT_TRUE(may(text)) << text;
  EXPECT_TRUE(may("10.1.2.3", {*read_network("10.1.0.0/16")}));
  EXPECT_FALSE(may("10.2.2.3", {*read_network("10.1.0.0/16")}));
  EXPECT_TRUE(may("127.0.0.1", {*read_network("127.0.0.1")}));
  EXPECT_FALSE(may("127.0.0.2", {*read_network("127.0.0.1")}));
  EXPECT_FALSE(read_network("10.0.0.0/33"));
  EXPECT_FALSE(read_network("10.0.0/8"));
}

TEST(WebAddress, EncodesWhatATemplateMustNotCarry) {
  EXPECT_EQ(percent_encode("a/b?c&d|e../$everything"), "a%2Fb%3Fc%26d%7Ce..%2F%24everything");
  EXPECT_EQ(percent_encode_reference("Observation?code=http://loinc.org|1-2"), "Observation?code=http://loinc.org%7C1-2");
}

}  // namespace
}  // namespace cathgate::cds_hooks
