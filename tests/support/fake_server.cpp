#include "tests/support/fake_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <list>
#include <mutex>
#include <thread>

namespace cathgate::test {

std::string FakeRequest::field(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at != std::string::npos && at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::size_t colon = head.find(':', at + 2);
    if (colon == std::string::npos) break;
    std::string found = head.substr(at + 2, colon - at - 2);
    std::ranges::transform(found, found.begin(), [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    const std::size_t end = head.find("\r\n", at + 2);
    if (found == name) return head.substr(colon + 2, end - colon - 2);
  }
  return {};
}

struct FakeServer::State {
  Answer answer;
  SSL_CTX* tls = nullptr;
  int listener = -1;
  unsigned short port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> connections{0};
  mutable std::mutex mutex;
  std::vector<FakeRequest> requests;
  std::thread acceptor;
  std::list<std::thread> serving;

  ~State() {
    if (tls) SSL_CTX_free(tls);
  }
  void accept_all();
  void serve(int fd);
};

namespace {

// Bytes over a socket, through TLS where there is a session.
struct Wire {
  int fd;
  SSL* tls;
  const std::atomic<bool>& stopping;

  bool readable() const {
    while (!stopping) {
      if (tls && SSL_pending(tls) > 0) return true;
      pollfd wait{fd, POLLIN, 0};
      if (poll(&wait, 1, 20) > 0) return true;
    }
    return false;
  }
  bool read(std::string& into) const {
    if (!readable()) return false;
    char bytes[4096];
    const auto size = tls ? SSL_read(tls, bytes, sizeof bytes) : static_cast<int>(recv(fd, bytes, sizeof bytes, 0));
    if (size <= 0) return false;
    into.append(bytes, static_cast<std::size_t>(size));
    return true;
  }
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const auto size = tls ? SSL_write(tls, text.data(), static_cast<int>(text.size())) : static_cast<int>(send(fd, text.data(), text.size(), MSG_NOSIGNAL));
      if (size <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  void sleep(std::chrono::milliseconds time) const {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!stopping && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(5)));
  }
};

// False: the connection is to be closed.
bool send_reply(const Wire& wire, const FakeReply& reply) {
  wire.sleep(reply.delay);
  if (reply.hang_up) return false;
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " X\r\nContent-Type: " + reply.type +
                     "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n" + reply.fields + "\r\n";
  if (reply.dribble.count() == 0 && !reply.cut) return wire.write(head + reply.body);
  if (!wire.write(head)) return false;
  if (reply.cut) return wire.write(std::string_view(reply.body).substr(0, reply.body.size() / 2)), false;
  for (const char c : reply.body) {
    if (wire.stopping || !wire.write({&c, 1})) return false;
    wire.sleep(reply.dribble);
  }
  return true;
}

}  // namespace

void FakeServer::State::serve(int fd) {
  SSL* session = tls ? SSL_new(tls) : nullptr;
  if (session) SSL_set_fd(session, fd);
  const Wire wire{fd, session, stopping};
  bool open = !session || SSL_accept(session) == 1;
  std::string buffer;
  while (open && !stopping) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos && (open = wire.read(buffer))) {
    }
    if (!open) break;
    FakeRequest request;
    request.head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    const auto first = request.head.find(' ');
    request.target = request.head.substr(first + 1, request.head.find(' ', first + 1) - first - 1);
    {
      const std::lock_guard lock(mutex);
      requests.push_back(request);
    }
    open = send_reply(wire, answer(request));
  }
  if (session) SSL_shutdown(session), SSL_free(session);
  close(fd);
}

void FakeServer::State::accept_all() {
  while (!stopping) {
    pollfd wait{listener, POLLIN, 0};
    if (poll(&wait, 1, 20) <= 0) continue;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const timeval patience{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ++connections;
    serving.emplace_back([this, fd] { serve(fd); });
  }
}

FakeServer::FakeServer(Answer answer, const std::string& certificate, const std::string& key) : state_(std::make_shared<State>()) {
  state_->answer = std::move(answer);
  if (!certificate.empty()) {
    state_->tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(state_->tls, certificate.c_str());
    SSL_CTX_use_PrivateKey_file(state_->tls, key.c_str(), SSL_FILETYPE_PEM);
  }
  state_->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(state_->listener, reinterpret_cast<const sockaddr*>(&address), size);
  listen(state_->listener, 64);
  getsockname(state_->listener, reinterpret_cast<sockaddr*>(&address), &size);
  state_->port = ntohs(address.sin_port);
  state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

FakeServer::~FakeServer() {
  state_->stopping = true;
  state_->acceptor.join();
  for (auto& one : state_->serving) one.join();
  close(state_->listener);
}

unsigned short FakeServer::port() const { return state_->port; }
std::size_t FakeServer::connections() const { return state_->connections; }

std::string FakeServer::url(std::string_view path) const {
  return (state_->tls ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(state_->port) + std::string(path);
}

std::vector<FakeRequest> FakeServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::string make_certificate(const std::string& folder, const std::string& name, const std::string& host, long seconds) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), std::min(0L, seconds) - 60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  const std::string names = "DNS:" + host;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  const std::string path = folder + "/" + name;
  if (std::FILE* file = std::fopen((path + ".crt").c_str(), "w")) PEM_write_X509(file, certificate), std::fclose(file);
  if (std::FILE* file = std::fopen((path + ".key").c_str(), "w")) PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr), std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return path;
}

}  // namespace cathgate::test
