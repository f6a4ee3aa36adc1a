// A raw HTTP client for tests: sends exactly the bytes it is given, reads one response or until the peer closes.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cathgate::test {

struct HttpResponse {
  int status = 0;  // 0: the peer closed without one
  std::string head;
  std::string body;

  bool has(std::string_view header_line) const { return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos; }
  bool closes() const { return has("Connection: close"); }
};

class HttpClient {
 public:
  explicit HttpClient(unsigned short port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  HttpClient(HttpClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_), buffer_(std::move(other.buffer_)) {}
  HttpClient& operator=(HttpClient&&) = delete;
  ~HttpClient() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  // False when the peer no longer takes the bytes.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void shut_sending() { shutdown(fd_, SHUT_WR); }
  // Closes with a reset instead of a farewell.
  void reset() {
    const linger hard{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(std::exchange(fd_, -1));
  }

  // The next response; interim ones (100) count as one without a body. `head_only`: to a HEAD request.
  HttpResponse receive(bool head_only = false) {
    HttpResponse response;
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return response;
    }
    response.head = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    response.status = std::atoi(response.head.c_str() + 9);
    const std::size_t length = content_length(response.head);
    if (head_only) return response;
    while (buffer_.size() < length && more()) {
    }
    response.body = buffer_.substr(0, length);
    buffer_.erase(0, std::min(length, buffer_.size()));
    return response;
  }
  // One request and its whole answer; empty when the connection is broken or breaks before the answer has arrived whole.
  std::optional<HttpResponse> exchange(std::string_view method, std::string_view target, std::string_view body = {}) {
    std::string request(method);
    request.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (method == "POST") {
      request.append("Content-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    request.append("\r\n").append(body);
    if (!connected_ || !send(request)) return std::nullopt;
    HttpResponse response = receive();
    if (response.status == 0 || response.body.size() < content_length(response.head)) return std::nullopt;
    return response;
  }
  // Whether the peer has closed: nothing more comes.
  bool at_end() { return buffer_.empty() && !more() && ended_; }

 private:
  static std::size_t content_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
  }
  bool more() {
    char bytes[16384];
    const ssize_t size = recv(fd_, bytes, sizeof bytes, 0);
    if (size > 0) buffer_.append(bytes, static_cast<std::size_t>(size));
    else ended_ = size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    return size > 0;
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
  std::string buffer_;
};

}  // namespace cathgate::test
