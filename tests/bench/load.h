// A light load generator: one thread, coroutines, requests made before the clock starts, answers read only as far as their
// length. It speaks to servers that frame answers by Content-Length.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cathgate::bench {

struct Target {
  unsigned short port = 0;
  std::vector<std::string> requests;  // whole HTTP requests, sent in turn; not empty
};

// POSTs of JSON bodies to one path on a keep-alive connection.
Target make_target(unsigned short port, const std::string& path, const std::vector<std::string>& bodies);

struct Load {
  double seconds = 0;                // from the first request to the last answer
  std::vector<double> latencies_ms;  // of the answers with status 200, sorted
  std::size_t failures = 0;          // other statuses and broken connections

  double per_second() const { return seconds > 0 ? static_cast<double>(latencies_ms.size()) / seconds : 0; }
  double percentile(double p) const;  // 0 when there is none
};

// Closed loop: each connection sends its next request when the answer is there.
Load run_closed_loop(const Target& target, std::size_t connections, double seconds);

// Open loop: request i is due at i / per_second, and its latency counts from then, whether or not a connection was free to
// send it: a server that stalls is charged for every request that should have been sent meanwhile (no coordinated omission).
Load run_open_loop(const Target& target, double per_second, double seconds, std::size_t connections);

}  // namespace cathgate::bench
