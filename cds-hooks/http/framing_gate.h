// The gate in front of every handler: reads the raw head of a request (request line and fields) and refuses whatever two
// parsers could frame differently (RFC 9112 section 6.3, 7.1, 11.2) before Beast sees it, because Beast 345 lets some of
// it through. Pure text, no socket. It does not know routes or bodies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cds-hooks/http/http_message.h"

namespace cathgate::cds_hooks {

// How much of a head has arrived. `malformed`: a bare LF, or a first byte that cannot start a method.
struct HeadScan {
  enum class State : std::uint8_t { incomplete, complete, malformed } state = State::incomplete;
  std::size_t size = 0;  // bytes of the head with its empty line, when complete
};
// `from`: bytes that an earlier call has already scanned.
HeadScan scan_head(std::string_view received, std::size_t from);

struct GateOptions {
  std::size_t max_fields = 100;
  std::string public_host;  // the one authority that an absolute-form target may name; empty: none may
};

// What the head says. The views point into the raw head.
struct RequestHead {
  Method method = Method::other;
  std::string_view path;          // without query, as sent: percent-encoding is never decoded
  std::string_view content_type;  // empty when absent
  std::string_view authorization; // the last one
  std::size_t authorizations = 0; // how many were sent
  std::string_view origin;        // empty when absent
  std::string_view accept_language;  // of the first such field; empty when absent
  std::string_view if_none_match;    // of the first such field; empty when absent
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;         // HTTP/1.1 without "Connection: close"
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

struct Refusal {
  int status = 400;
  std::string where;  // "http.Content-Length"
  std::string message;
};

// Fills `head`, or says why the request is refused (the connection must then be closed, never resynchronised).
// `raw` is one complete head, its empty line included.
std::optional<Refusal> inspect_head(std::string_view raw, const GateOptions& options, RequestHead& head);

// application/json or application/fhir+json, with no charset or UTF-8.
bool is_json_content_type(std::string_view content_type);

}  // namespace cathgate::cds_hooks
