// The pages over real sockets: which are served when, under which headers, and that nothing beside them can be reached.
#include <filesystem>
#include <fstream>

#include "cds-hooks/http/pages.h"
#include "core/digest.h"
#include "tests/unit/cds-hooks/trust/trust_fixture.h"

namespace cathgate::test {
namespace {

class PagesTest : public TrustTest {
 protected:
  void SetUp() override {
    TrustTest::SetUp();
    start();
  }
  HttpResponse get(std::string_view path, std::string_view fields = "") {
    HttpClient client(port_);
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
    return client.receive();
  }
};

TEST_F(PagesTest, DoNotExistUnlessTheyAreSwitchedOn) {
  for (const char* path : {"/demo", "/assess", "/pages/settings", "/pages/pages.css", "/pages/demo.js"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  context_->pages.assess = true;
  EXPECT_EQ(get("/pages/settings").status, 200);
  for (const char* path : {"/demo", "/pages/demo.js", "/pages/demo-patients.json"}) EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(PagesTest, SettingsSayHowToSignIn) {
  context_->pages = {.demo = false, .assess = true, .token_url = "/sign-in/token"};
  context_->tenant.development_mode = false;
  EXPECT_EQ(get("/pages/settings").body,
            R"({"version":"0.1.0","development_mode":false,"demo":false,"assess":true,"token_url":"/sign-in/token"})");
}

TEST_F(PagesTest, ThatWereNotBuiltSayWhatIsMissing) {
  context_->pages.demo = true;
  const auto pages = knowledge_.current().pages;
  const auto response = get("/demo");
  if (pages->empty()) {
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(response.body.find("npm"), std::string::npos);
    return;
  }
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.has("Content-Type: text/html; charset=utf-8"));
  EXPECT_TRUE(response.has("Cache-Control: no-store"));
  EXPECT_TRUE(response.has("Referrer-Policy: no-referrer"));
  EXPECT_TRUE(response.has("Content-Security-Policy: " + cds_hooks::page_policy("")));
  const std::string tag = pages->find("demo.js")->etag;
  EXPECT_TRUE(get("/pages/demo.js").has("ETag: " + tag));
  const auto again = get("/pages/demo.js", "If-None-Match: \"other\", W/" + tag + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  for (const char* path : {"/pages/../package.json", "/pages/%2e%2e/package.json", "/pages/demo.html", "/pages/", "/demo/", "/pages/a/b"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST(PagesFolder, HoldsOnlyWhatABrowserLoads) {
  const TemporaryFolder folder("pages");
  std::filesystem::create_directory(folder.path() / "inner.js");
  for (const char* name : {"a.html", "a.js", "a.css", "a.json", "a.map", ".hidden", "a.ts"}) std::ofstream(folder.path() / name) << "text of " << name;
  const auto pages = cds_hooks::Pages::load(folder.path().string());
  EXPECT_EQ(pages.find("a.js")->body, "text of a.js");
  EXPECT_EQ(pages.find("a.js")->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(pages.find("a.js")->etag, "\"" + to_hex(sha256("text of a.js")).substr(0, 32) + "\"");
  for (const char* name : {"a.map", ".hidden", "a.ts", "inner.js", "", "../pages/a.js"}) EXPECT_EQ(pages.find(name), nullptr) << name;
  EXPECT_TRUE(cds_hooks::Pages::load((folder.path() / "nowhere").string()).empty());
}

TEST(PagesPolicy, OpensOnlyTheOriginOfTheSignIn) {
  EXPECT_TRUE(cds_hooks::page_policy("").ends_with("connect-src 'self'"));
  EXPECT_TRUE(cds_hooks::page_policy("/sign-in/token").ends_with("connect-src 'self'"));
  EXPECT_TRUE(cds_hooks::page_policy("https://sign-in.example/token?x=1").ends_with("connect-src 'self' https://sign-in.example:443"));
  EXPECT_EQ(cds_hooks::page_policy("").find("unsafe"), std::string::npos);
}

TEST(PagesTag, IsComparedWhole) {
  EXPECT_TRUE(cds_hooks::names_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(cds_hooks::names_etag("\"b\" , W/\"a\"", "\"a\""));
  EXPECT_TRUE(cds_hooks::names_etag("*", "\"a\""));
  for (const char* other : {"", ",", "a", "\"ab\"", "\"a"}) EXPECT_FALSE(cds_hooks::names_etag(other, "\"a\"")) << other;
}

}  // namespace
}  // namespace cathgate::test
