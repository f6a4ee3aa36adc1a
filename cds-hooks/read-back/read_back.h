// Reads back what a hook call lacks from the EHR's FHIR server: all keys at once, under one deadline, with the call's own
// token. Pages are followed and redirects taken only below the server's base; one retry for what may pass.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <vector>

#include "cds-hooks/http/outbound.h"
#include "cds-hooks/read-back/read_back_plan.h"

namespace cathgate::cds_hooks {

struct ReadBackOptions {
  std::size_t max_pages = 10;
  std::size_t max_response_bytes = 8 << 20;  // of one page, and of one key
};

// Thread-safe.
class ReadBack {
 public:
  ReadBack(Outbound& outbound, const ReadBackOptions& options) : outbound_(outbound), options_(options) {}

  // One result for each query of the plan, in its order; what was not there at `deadline` is `late`. Never throws and never
  // waits longer. Runs on any I/O thread; the work is done on the outbound thread.
  boost::asio::awaitable<std::vector<FetchedKey>> fetch(ReadBackPlan plan, SteadyTime deadline);

 private:
  Outbound& outbound_;
  const ReadBackOptions options_;
};

// The pause that a Retry-After field asks for: seconds, or an HTTP date seen from `now`; nullopt when it is neither.
std::optional<std::chrono::seconds> read_retry_after(std::string_view field, UnixSeconds now);

}  // namespace cathgate::cds_hooks
