// Clients that are slow, rude or many: each is cut off in time, and the next one is served.
#include <sys/resource.h>

#include <ctime>
#include <thread>

#include "http_fixture.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

class HttpAbuseTest : public HttpTest {
 protected:
  void SetUp() override {
    limits().header_timeout = 200ms;
    limits().body_timeout = 200ms;
    limits().write_timeout = 200ms;
    limits().idle_timeout = 300ms;
    limits().linger_timeout = 100ms;
  }
};

// Sends a byte at a time until the server has had enough.
HttpResponse drip(HttpClient& one, std::string_view bytes) {
  for (const char c : bytes) {
    if (!one.send({&c, 1})) break;
    std::this_thread::sleep_for(20ms);
  }
  return one.receive();
}

TEST_F(HttpAbuseTest, EndsASlowHead) {
  start();
  HttpClient one = client();
  EXPECT_EQ(drip(one, std::string_view(kGet).substr(0, 30)).status, 408);
  expect_alive();
}

TEST_F(HttpAbuseTest, EndsASlowBody) {
  start();
  HttpClient one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_EQ(drip(one, std::string(30, ' ')).status, 408);
}

TEST_F(HttpAbuseTest, EndsADribbleOfChunks) {
  start();
  HttpClient one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string chunks;
  for (int i = 0; i < 10; ++i) chunks += "1\r\n \r\n";
  EXPECT_EQ(drip(one, chunks).status, 408);
}

TEST_F(HttpAbuseTest, EndsAClientThatNeverSendsTheInvitedBody) {
  start();
  HttpClient one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(one.receive().status, 100);
  EXPECT_EQ(one.receive().status, 408);
  EXPECT_TRUE(one.at_end());
}

TEST_F(HttpAbuseTest, EndsAClientThatDoesNotRead) {
  start();
  HttpClient one = client();
  const std::string large = post(std::string(4'000'000, 'x'));
  std::thread sender([&] {
    for (int i = 0; i < 4 && one.send(large); ++i) {
    }
  });
  std::this_thread::sleep_for(800ms);
  EXPECT_EQ(server_->connections(), 0u);
  sender.join();
  expect_alive();
}

TEST_F(HttpAbuseTest, EndsIdleConnectionsSilently) {
  start();
  HttpClient one = client();
  EXPECT_EQ(one.receive().status, 0);
  EXPECT_TRUE(one.at_end());
}

TEST_F(HttpAbuseTest, SurvivesResetsAndHalfCloses) {
  start();
  for (int i = 0; i < 50; ++i) {
    HttpClient one = client();
    one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{");
    one.reset();
  }
  HttpClient half = client();
  half.send(kGet);
  half.shut_sending();
  EXPECT_EQ(half.receive().status, 200);
  EXPECT_TRUE(half.at_end());
  HttpClient partial = client();
  partial.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{");
  partial.shut_sending();
  EXPECT_EQ(partial.receive().status, 0);
  expect_alive();
}

TEST_F(HttpAbuseTest, TurnsAwayConnectionsBeyondTheLimit) {
  limits().max_connections = 3;
  limits().idle_timeout = 5s;
  start();
  std::vector<HttpClient> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(client());
    open.back().send(kGet);
    ASSERT_EQ(open.back().receive().status, 200);
  }
  HttpClient extra = client();
  const auto response = extra.receive();
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.has("Retry-After: 1"));
  EXPECT_EQ(refused_, 1);
  open.pop_back();
  std::this_thread::sleep_for(100ms);
  expect_alive();
}

TEST_F(HttpAbuseTest, ServesAmongManyIdleConnections) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit wide{before.rlim_max, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &wide);
  if (before.rlim_max < 4200) GTEST_SKIP() << "not enough file descriptors";
  limits().max_connections = 4000;
  limits().idle_timeout = 5s;
  start();
  std::vector<HttpClient> idle;
  for (int i = 0; i < 2000; ++i) idle.push_back(client());
  for (int i = 0; i < 20; ++i) expect_alive();
  EXPECT_GE(server_->connections(), 2000u);
  setrlimit(RLIMIT_NOFILE, &before);
}

// With no descriptor left, accept fails at once each time: the server must wait between attempts and serve afterwards.
TEST_F(HttpAbuseTest, DoesNotSpinWithoutFileDescriptors) {
  start();
  expect_alive();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  HttpClient placeholder = client();
  placeholder.send(kGet);
  ASSERT_EQ(placeholder.receive().status, 200);
  // The server must have closed what earlier clients left, or a descriptor comes free while none should.
  std::this_thread::sleep_for(100ms);
  const int client_fd = socket(AF_INET, SOCK_STREAM, 0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(client_fd) + 1;
  setrlimit(RLIMIT_NOFILE, &none);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(client_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::send(client_fd, kGet.data(), kGet.size(), MSG_NOSIGNAL);
  const std::clock_t cpu = std::clock();
  std::this_thread::sleep_for(500ms);
  const double used = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_LT(used, 0.2);
  EXPECT_GE(refused_, 1);
  EXPECT_LE(refused_, 10);
  const timeval patience{5, 0};
  setsockopt(client_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char byte = 0;
  EXPECT_EQ(recv(client_fd, &byte, 1, 0), 1);
  close(client_fd);
}

TEST_F(HttpAbuseTest, ServesManyConnectionsAtOnce) {
  limits().idle_timeout = 5s;
  limits().header_timeout = 5s;
  start();
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      HttpClient one = client();
      for (int j = 0; j < 100; ++j) {
        const std::string body = "[" + std::to_string(i) + "," + std::to_string(j) + "]";
        one.send(post(body, "", j % 2 ? "/echo" : "/slow"));
        const auto response = one.receive();
        good += response.status == 503 || response.body == body;
      }
    });
  }
  for (auto& one : clients) one.join();
  EXPECT_EQ(good, 800);
}

}  // namespace
}  // namespace cathgate::test
