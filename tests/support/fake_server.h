// A small HTTP server whose every answer a test decides, faults included: late, slow, cut off, too large, over TLS or not.
// A thread for each connection. POSIX only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cathgate::test {

struct FakeRequest {
  std::string target;  // path and query as sent
  std::string head;    // request line and fields
  // The value of a field, empty when it is absent; `name` in lower case.
  std::string field(std::string_view name) const;
};

struct FakeReply {
  int status = 200;
  std::string type = "application/fhir+json";
  std::string body{};
  std::string fields{};                 // further ones, each with its line end
  std::chrono::milliseconds delay{0};   // before the first byte
  std::chrono::milliseconds dribble{0};  // between two bytes of the body; 0: all at once
  bool hang_up = false;                 // closes instead of answering
  bool cut = false;                     // closes after half of the body
};

class FakeServer {
 public:
  using Answer = std::function<FakeReply(const FakeRequest&)>;
  // Listens on a free port of 127.0.0.1. With `certificate` and `key` (PEM files) it speaks TLS.
  explicit FakeServer(Answer answer, const std::string& certificate = {}, const std::string& key = {});
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  unsigned short port() const;
  // "http://127.0.0.1:PORT" or "https://localhost:PORT", then `path`.
  std::string url(std::string_view path = {}) const;
  // What was asked so far, in the order of arrival.
  std::vector<FakeRequest> requests() const;
  std::size_t connections() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

// A self-signed certificate for `host` (DNS name) with its key as PEM files in `folder`, valid from now for `seconds`
// (negative: expired). Returns the path without ".crt" and ".key".
std::string make_certificate(const std::string& folder, const std::string& name, const std::string& host, long seconds = 86'400);

}  // namespace cathgate::test
