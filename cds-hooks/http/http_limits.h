// Every bound of the HTTP layer in one place; the configuration fills it (deploy/cathgate.example.toml says what each costs).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace cathgate::cds_hooks {

struct HttpLimits {
  std::size_t max_connections = 1024;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_header_fields = 100;
  std::size_t max_body_bytes = 8 * 1024 * 1024;
  std::size_t max_chunk_extension_bytes = 1024;         // summed over a request
  std::chrono::milliseconds header_timeout{5'000};      // from the first byte of a head to its last
  std::chrono::milliseconds body_timeout{10'000};       // from the head to the last byte of the body
  std::chrono::milliseconds write_timeout{10'000};      // one answer
  std::chrono::milliseconds idle_timeout{60'000};       // between two requests
  std::chrono::milliseconds linger_timeout{1'000};      // reading on after a refusal, so that the client sees it
  std::chrono::milliseconds request_deadline{400};      // from the last byte of the request to its answer
};

struct HttpOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 8080;  // 0: any free one
  std::size_t io_threads = 2;
  std::string public_host;     // see GateOptions
  std::vector<std::string> cors_origins;  // browsers' pages that may call ("https://ehr.example"); exact, never a pattern
  HttpLimits limits;
};

// What a client leaves waiting in the connection buffer at most: requests beyond it wait in the kernel.
inline constexpr std::size_t kConnectionBuffer = 64 * 1024;

}  // namespace cathgate::cds_hooks
