// What an endpoint sees of a request and what it gives back. No Beast, no socket: a test can call a handler directly.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cathgate::cds_hooks {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

enum class Method : std::uint8_t { get, head, post, options, other };

// The endpoints, as metrics and the log name them; `none` is a request that reached no endpoint.
enum class Endpoint : std::uint8_t { none, discovery, hook, feedback, health, metrics, openapi, page };
inline constexpr std::size_t kEndpoints = 8;
std::string_view endpoint_name(Endpoint endpoint);

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kFhirJson = "application/fhir+json";
inline constexpr std::string_view kPlainText = "text/plain; version=0.0.4; charset=utf-8";

struct Tenant;

struct Request {
  std::string service_id;  // the {id} of the path; empty where the route has none
  std::shared_ptr<const Tenant> tenant;  // whose call it is; null where the route asks for none
  std::string body;        // an endpoint may move it away
  SteadyTime arrived{};    // its last byte
  std::string accept_language;  // the header; empty: none
  std::string if_none_match;    // the header; empty: none
  SteadyTime deadline{};   // the answer is late after this instant
};

struct Reply {
  int status = 200;
  std::string_view content_type = kJson;  // static storage
  std::string body;
  std::string language;     // of the body where it depends on Accept-Language: sent as Content-Language, with Vary; empty: neither
  std::string etag;         // with its quotes: the client may keep the body but asks again each time; empty: it keeps nothing
  std::string page_policy;  // the Content-Security-Policy of a page; empty: not a page
  std::string allow;        // the Allow header of 405 and OPTIONS; empty: none
  int retry_after_s = 0;    // the Retry-After header; 0: none
  bool authenticate = false;  // says that a Bearer token is needed (WWW-Authenticate of a 401)
  std::string decision;     // decision codes for the log, comma-separated; never anything of the patient
};

// One answered or refused request, for the log and the metrics.
struct RequestRecord {
  Endpoint endpoint = Endpoint::none;
  std::string_view service;  // empty: none
  int status = 0;
  std::size_t bytes_in = 0;
  std::size_t bytes_out = 0;
  std::chrono::nanoseconds latency{};  // from the last byte of the request to the first of the answer
  std::string_view decision;
};

}  // namespace cathgate::cds_hooks
