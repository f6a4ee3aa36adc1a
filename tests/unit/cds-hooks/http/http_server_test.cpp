// The HTTP layer over real sockets: routes, keep-alive, pipelining, bodies, refusals.
#include <sys/resource.h>

#include <ctime>
#include <thread>

#include "http_fixture.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

class HttpServerTest : public HttpTest {};

TEST_F(HttpServerTest, KeepsTheConnectionAndNamesTheTypeOfTheAnswer) {
  start();
  HttpClient one = client();
  for (int i = 0; i < 3; ++i) {
    one.send(kGet);
    const auto response = one.receive();
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.has("Content-Type: application/json"));
    EXPECT_TRUE(response.has("Cache-Control: no-store"));
    EXPECT_NE(response.head.find("\r\nDate: "), std::string::npos);
    EXPECT_FALSE(response.closes());
  }
  one.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(one.receive().closes());
  EXPECT_TRUE(one.at_end());
}

TEST_F(HttpServerTest, PassesBodiesThroughUnchangedHoweverTheyAreCut) {
  start();
  std::string body(300'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 7) body[i] = static_cast<char>('a' + i % 26);
  EXPECT_EQ(ask(post(body)).body, body);
  HttpClient one = client();
  const std::string small = post("[1,2,3]");
  for (const char c : small) one.send({&c, 1});
  EXPECT_EQ(one.receive().body, "[1,2,3]");
  one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
           "3\r\n[1,\r\n4;name=value\r\n2,3]\r\n0\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_EQ(one.receive().body, "[1,2,3]");
  one.send(kGet);
  EXPECT_EQ(one.receive().status, 200);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  std::string all;
  for (int i = 0; i < 1000; ++i) all += post("[" + std::to_string(i) + "]");
  HttpClient one = client();
  std::thread sender([&] { one.send(all); });
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(one.receive().body, "[" + std::to_string(i) + "]");
  sender.join();
  EXPECT_EQ(handled_, 1000);
}

TEST_F(HttpServerTest, RefusesWithAnOutcomeThatSaysWhere) {
  start();
  const auto response = ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(response.status, 415);
  EXPECT_TRUE(response.has("Content-Type: application/fhir+json"));
  EXPECT_EQ(response.body,
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"not-supported\",\"details\":{\"text\":"
            "\"Send application/json or application/fhir+json in UTF-8.\"},\"diagnostics\":\"415 Unsupported Media Type at http.Content-Type\","
            "\"location\":[\"http.Content-Type\"]}]}");
}

TEST_F(HttpServerTest, KnowsItsRoutes) {
  start();
  const auto status = [&](const std::string& method, const std::string& path) {
    return ask(method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n").status;
  };
  for (const char* path : {"/", "/hello/", "//hello", "/hello%2f", "/%68ello", "/echo/../hello", "/%2e%2e/hello", "/id//more", "/id/a/b/more", "/id/x"}) {
    EXPECT_EQ(status("GET", path), 404) << path;
  }
  EXPECT_EQ(status("GET", "/hello?a=b"), 200);
  EXPECT_EQ(status("GET", "/hello%00"), 400);
  EXPECT_EQ(ask(post("{}", "", "/id/some-service/more")).body, "some-service");
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"}) EXPECT_EQ(status(method, "/hello"), 405) << method;
  EXPECT_TRUE(ask("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n").has("Allow: GET, HEAD, OPTIONS"));
  EXPECT_TRUE(ask("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n").has("Allow: POST, OPTIONS"));
  const auto options = ask("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_TRUE(options.has("Allow: POST, OPTIONS"));
  EXPECT_EQ(options.head.find("Access-Control"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
  start();
  HttpClient one = client();
  one.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = one.receive(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 14"));
  one.send(kGet);
  EXPECT_EQ(one.receive().body, "{\"hello\":true}");
}

TEST_F(HttpServerTest, RefusesWrongContentTypes) {
  start();
  const auto status = [&](const std::string& type) {
    return ask("POST /echo HTTP/1.1\r\nHost: a\r\n" + type + "Content-Length: 2\r\n\r\n{}").status;
  };
  EXPECT_EQ(status(""), 415);
  EXPECT_EQ(status("Content-Type: multipart/form-data; boundary=x\r\n"), 415);
  EXPECT_EQ(status("Content-Type: application/json; charset=utf-16\r\n"), 415);
  EXPECT_EQ(status("Content-Type: application/fhir+json\r\n"), 200);
  EXPECT_EQ(status("Content-Type: application/json\r\nContent-Encoding: br\r\n"), 415);
}

TEST_F(HttpServerTest, BoundsTheBodyWithAndWithoutContentLength) {
  limits().max_body_bytes = 1000;
  start();
  EXPECT_EQ(ask(post(std::string(1000, ' '))).status, 200);
  const auto announced = ask(post(std::string(1001, ' ')));
  EXPECT_EQ(announced.status, 413);
  EXPECT_TRUE(announced.closes());
  const std::string start_chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(ask(start_chunked + "3e8\r\n" + std::string(1000, ' ') + "\r\n0\r\n\r\n").status, 200);
  EXPECT_EQ(ask(start_chunked + "3e8\r\n" + std::string(1000, ' ') + "\r\n1\r\n \r\n0\r\n\r\n").status, 413);
  EXPECT_EQ(ask(start_chunked + "ffffffff\r\n").status, 413);
  expect_alive();
}

TEST_F(HttpServerTest, LetsTheClientSeeTheRefusalWhileItIsStillSending) {
  limits().max_body_bytes = 1000;
  start();
  for (int i = 0; i < 20; ++i) {
    HttpClient one = client();
    one.send(post(std::string(400'000, ' ')));
    ASSERT_EQ(one.receive().status, 413);
  }
}

TEST_F(HttpServerTest, BoundsTheHead) {
  start();
  const std::string start_line = "GET /hello HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(ask(start_line + "X: " + std::string(9 * 1024, 'x') + "\r\n\r\n").status, 200);
  EXPECT_EQ(ask(start_line + "X: " + std::string(17 * 1024, 'x') + "\r\n\r\n").status, 431);
  EXPECT_EQ(ask("GET /" + std::string(64 * 1024, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").status, 431);
  std::string thousand = start_line;
  for (int i = 0; i < 1000; ++i) thousand += "a: b\r\n";
  EXPECT_EQ(ask(thousand + "\r\n").status, 431);
  expect_alive();
}

TEST_F(HttpServerTest, RefusesBrokenAndOverlongChunks) {
  start();
  const std::string start_chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string extension(600, 'e');
  EXPECT_EQ(ask(start_chunked + "2;" + extension + "\r\n{}\r\n0\r\n\r\n").status, 200);
  EXPECT_EQ(ask(start_chunked + "1;" + extension + "\r\n{\r\n1;" + extension + "\r\n}\r\n0\r\n\r\n").status, 400);
  EXPECT_EQ(ask(start_chunked + "2;" + std::string(4000, 'e') + "\r\n{}\r\n0\r\n\r\n").status, 400);
  EXPECT_EQ(ask(start_chunked + "0x2\r\n{}\r\n0\r\n\r\n").status, 400);
  EXPECT_EQ(ask(start_chunked + "2\r\n{}0\r\n\r\n").status, 400);
  EXPECT_EQ(ask(start_chunked + "fffffffffffffffff\r\n").status, 400);
  EXPECT_EQ(ask(start_chunked + "2\r\n{}\r\n0\r\n" + "X: " + std::string(100 * 1024, 'x') + "\r\n\r\n").status, 400);
  EXPECT_EQ(ask(start_chunked + "2\r\n{}\r\n0\r\nContent-Length: 7\r\n\r\n").status, 400);
  expect_alive();
}

// Two requests in one write, the second hidden from a parser that frames the first in another way.
TEST_F(HttpServerTest, NeverAnswersASmuggledRequest) {
  start();
  const std::string hidden = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string& framing :
       {std::string("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), std::string("Transfer-Encoding: xchunked\r\n"),
        std::string("Transfer-Encoding: chunked, identity\r\n"), std::string("Transfer-Encoding: identity\r\nContent-Length: 5\r\n"),
        std::string("Transfer-Encoding:\r\n chunked\r\n"), std::string("Content-Length: 5, 5\r\n"), std::string("Content-Length: 5\r\nContent-Length: 5\r\n"),
        std::string("Host: b\r\nContent-Length: 0\r\n"), std::string("Expect: x\r\n"), std::string("Upgrade: h2c\r\n")}) {
    HttpClient one = client();
    one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + framing + "\r\n" + hidden);
    const auto response = one.receive();
    EXPECT_TRUE(response.status == 400 || response.status == 501) << framing;
    EXPECT_TRUE(response.closes()) << framing;
    EXPECT_TRUE(one.at_end()) << framing;
  }
  HttpClient preface = client();
  preface.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_EQ(preface.receive().status, 400);
  EXPECT_TRUE(preface.at_end());
}

TEST_F(HttpServerTest, InvitesABodyOnlyWhenItWouldTakeIt) {
  start();
  HttpClient one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(one.receive().status, 100);
  one.send("{}");
  EXPECT_EQ(one.receive().body, "{}");
  one.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(one.receive().status, 413);
}

TEST_F(HttpServerTest, SurvivesAThrowingHandlerWithoutSayingWhy) {
  start();
  HttpClient one = client();
  one.send(post("{}", "", "/throw"));
  const auto response = one.receive();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  one.send(post("\"throw\"", "", "/slow"));
  EXPECT_EQ(one.receive().status, 500);
  one.send(kGet);
  EXPECT_EQ(one.receive().status, 200);
}

TEST_F(HttpServerTest, AnswersALateComputationWith503) {
  limits().request_deadline = 100ms;
  start();
  hold_ = true;
  const auto response = ask(post("{}", "", "/slow"));
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.has("Retry-After: 1"));
  hold_ = false;
  EXPECT_EQ(ask(post("{}", "", "/slow")).status, 200);
}

TEST_F(HttpServerTest, RefusesWhatTheQueueDoesNotHold) {
  limits().request_deadline = 5s;
  start();
  hold_ = true;
  std::vector<HttpClient> waiting;  // two are computed, two wait
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(client());
    waiting.back().send(post("{}", "", "/slow"));
    std::this_thread::sleep_for(30ms);
  }
  const auto started = cds_hooks::SteadyClock::now();
  const auto refused = ask(post("{}", "", "/slow"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Retry-After: 1"));
  EXPECT_LT(cds_hooks::SteadyClock::now() - started, 1s);
  expect_alive();
  hold_ = false;
  for (HttpClient& one : waiting) EXPECT_EQ(one.receive().status, 200);
}

TEST_F(HttpServerTest, DrainsBeforeItStops) {
  limits().request_deadline = 5s;
  start();
  hold_ = true;
  HttpClient idle = client();
  HttpClient busy = client();
  busy.send(post("{}", "", "/slow") + std::string(kGet));
  std::this_thread::sleep_for(50ms);
  std::thread stopper([&] { EXPECT_TRUE(server_->stop(3s)); });
  EXPECT_TRUE(idle.at_end());
  EXPECT_FALSE(HttpClient(port_).connected());
  hold_ = false;
  const auto response = busy.receive();
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.closes());
  stopper.join();
  server_.reset();
}

TEST_F(HttpServerTest, CutsOffWhatDoesNotEndInTime) {
  limits().request_deadline = 5s;
  start();
  hold_ = true;
  HttpClient busy = client();
  busy.send(post("{}", "", "/slow"));
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(server_->stop(100ms));
  hold_ = false;
  workers_.join();
  server_.reset();
}

TEST_F(HttpServerTest, SaysThatThePortIsTaken) {
  const auto port = start();
  options_.port = port;
  cds_hooks::HttpServer second(options_, {}, {});
  const auto refused = second.start();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().where, "server.port");
}

}  // namespace
}  // namespace cathgate::test
