// TLS of the server over real sockets (N37), and CORS (N36).
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <filesystem>

#include "cds-hooks/http/server_tls.h"
#include "http_fixture.h"
#include "tests/support/fake_server.h"
#include "tests/support/server_process.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

// A TLS client that checks nothing but may be told what to speak; what it read from one exchange.
class TlsClient {
 public:
  TlsClient(unsigned short port, int lowest, int highest, const char* ciphers = nullptr, const std::string& certificate = {}) : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, lowest);
    SSL_CTX_set_max_proto_version(context_, highest);
    if (ciphers) SSL_CTX_set_cipher_list(context_, ciphers);
    if (!certificate.empty()) {
      SSL_CTX_use_certificate_file(context_, (certificate + ".crt").c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context_, (certificate + ".key").c_str(), SSL_FILETYPE_PEM);
    }
    session_ = SSL_new(context_);
    SSL_set_fd(session_, socket_.fd());
    open_ = SSL_connect(session_) == 1;
  }
  ~TlsClient() {
    SSL_free(session_);
    SSL_CTX_free(context_);
    ERR_clear_error();
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool open() const { return open_; }
  SSL* session() { return session_; }
  // The status of an answer; 0 when there is none.
  int ask(std::string_view request) {
    if (!open_ || SSL_write(session_, request.data(), static_cast<int>(request.size())) <= 0) return 0;
    std::string all;
    char bytes[4096];
    while (all.find("\r\n\r\n") == std::string::npos) {
      const int size = SSL_read(session_, bytes, sizeof bytes);
      if (size <= 0) return 0;
      all.append(bytes, static_cast<std::size_t>(size));
    }
    return std::atoi(all.c_str() + 9);
  }
  std::string common_name() {
    X509* certificate = SSL_get1_peer_certificate(session_);
    char name[256] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
  }

 private:
  HttpClient socket_;
  SSL_CTX* context_;
  SSL* session_ = nullptr;
  bool open_ = false;
};

class HttpTlsTest : public HttpTest {
 protected:
  void SetUp() override {
    const std::string path = make_certificate(folder_.path().string(), "server", "first.example");
    config_ = {path + ".crt", path + ".key", ""};
  }
  void start_tls() {
    const auto problem = tls_.load(config_);
    ASSERT_FALSE(problem) << problem->where << problem->message;
    tls_in_use_ = &tls_;
    start();
  }

  TemporaryFolder folder_{"tls"};
  cds_hooks::TlsConfig config_;
  cds_hooks::ServerTls tls_;
};

TEST_F(HttpTlsTest, N37_SpeaksTls12And13AndNothingOlder) {
  start_tls();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(port_, version, version);
    EXPECT_EQ(client.ask(kGet), 200);
    EXPECT_EQ(client.ask(kGet), 200) << "the connection is kept";
  }
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) EXPECT_FALSE(TlsClient(port_, version, version).open());
  for (const char* weak : {"AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "NULL", "DES-CBC3-SHA", "AES256-GCM-SHA384"})
    EXPECT_FALSE(TlsClient(port_, TLS1_2_VERSION, TLS1_2_VERSION, weak).open()) << weak;
}

TEST_F(HttpTlsTest, N37_RefusesRenegotiationAndPlainText) {
  start_tls();
  TlsClient client(port_, TLS1_2_VERSION, TLS1_2_VERSION);
  ASSERT_EQ(client.ask(kGet), 200);
  SSL_renegotiate(client.session());
  EXPECT_NE(SSL_do_handshake(client.session()) == 1 ? client.ask(kGet) : 0, 200);
  EXPECT_EQ(ask(kGet).status, 0) << "no plain HTTP on the TLS port";
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION).ask(kGet), 200) << "and it lives on";
}

TEST_F(HttpTlsTest, N37_EndsAHandshakeThatIsNeverFinished) {
  limits().header_timeout = 200ms;
  start_tls();
  HttpClient silent = client();
  HttpClient half = client();
  half.send(std::string_view("\x16\x03\x01\x00", 4));
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(half.at_end());
  for (int i = 0; i < 20; ++i) {
    HttpClient reset = client();
    reset.send(std::string_view("\x16\x03\x01\x00\x05", 5));
    reset.reset();
  }
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION).ask(kGet), 200);
}

TEST_F(HttpTlsTest, N37_TakesANewCertificateWithoutARestart) {
  start_tls();
  TlsClient before(port_, TLS1_2_VERSION, TLS1_3_VERSION);
  EXPECT_EQ(before.common_name(), "first.example");
  make_certificate(folder_.path().string(), "server", "second.example");
  ASSERT_FALSE(tls_.load(config_));
  EXPECT_EQ(before.ask(kGet), 200) << "what is open stays";
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION).common_name(), "second.example");
  std::filesystem::remove(config_.key);
  EXPECT_TRUE(tls_.load(config_)) << "a broken pair is refused";
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION).common_name(), "second.example") << "and the one in use stays";
}

TEST_F(HttpTlsTest, N37_AsksForAClientCertificateWhereACaIsNamed) {
  const std::string client_path = make_certificate(folder_.path().string(), "client", "ehr.example");
  const std::string stranger = make_certificate(folder_.path().string(), "stranger", "evil.example");
  config_.client_ca = client_path + ".crt";
  start_tls();
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION).ask(kGet), 0);
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION, nullptr, stranger).ask(kGet), 0);
  EXPECT_EQ(TlsClient(port_, TLS1_2_VERSION, TLS1_3_VERSION, nullptr, client_path).ask(kGet), 200);
}

class HttpCorsTest : public HttpTest {
 protected:
  HttpResponse preflight(const std::string& origin) {
    return ask("OPTIONS /echo HTTP/1.1\r\nHost: a\r\nOrigin: " + origin + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n\r\n");
  }
};

TEST_F(HttpCorsTest, N36_LetsOnlyTheNamedPagesCall) {
  options_.cors_origins = {"https://ehr.example"};
  start();
  const auto allowed = preflight("https://ehr.example");
  EXPECT_EQ(allowed.status, 204);
  EXPECT_TRUE(allowed.has("Access-Control-Allow-Origin: https://ehr.example"));
  EXPECT_TRUE(allowed.has("Access-Control-Allow-Methods: POST, OPTIONS"));
  EXPECT_TRUE(allowed.has("Access-Control-Allow-Headers: Authorization, Content-Type, Accept"));
  EXPECT_TRUE(allowed.has("Vary: Origin"));
  EXPECT_EQ(allowed.head.find("Credentials"), std::string::npos);
  for (const char* origin : {"https://evil.example", "null", "*", "https://ehr.example.evil.example", "http://ehr.example", "https://EHR.example", "https://ehr.example:8443", "https://ehr.example/"}) {
    EXPECT_EQ(preflight(origin).head.find("Access-Control"), std::string::npos) << origin;
  }
  const auto answer = ask(post("{}", "Origin: https://ehr.example\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Access-Control-Allow-Origin: https://ehr.example"));
  EXPECT_TRUE(ask(post("{}", "Origin: https://ehr.example\r\n", "/nowhere")).has("Access-Control-Allow-Origin: https://ehr.example")) << "the page may read refusals too";
  EXPECT_EQ(ask(post("{}", "Origin: https://evil.example\r\n")).head.find("Access-Control"), std::string::npos);
}

TEST_F(HttpCorsTest, N36_SaysNothingOfCorsByDefault) {
  start();
  EXPECT_EQ(preflight("https://ehr.example").head.find("Access-Control"), std::string::npos);
}

}  // namespace
}  // namespace cathgate::test
