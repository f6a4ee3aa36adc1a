#include "cds-hooks/http/outcome.h"

#include <algorithm>
#include <array>

#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

struct StatusText {
  int status;
  std::string_view phrase;
  std::string_view issue_code;  // of the FHIR value set issue-type
};

constexpr std::array kStatusTexts{
    StatusText{200, "OK", "informational"},
    StatusText{204, "No Content", "informational"},
    StatusText{304, "Not Modified", "informational"},
    StatusText{400, "Bad Request", "invalid"},
    StatusText{401, "Unauthorized", "login"},
    StatusText{404, "Not Found", "not-found"},
    StatusText{405, "Method Not Allowed", "not-supported"},
    StatusText{408, "Request Timeout", "timeout"},
    StatusText{412, "Precondition Failed", "processing"},
    StatusText{413, "Content Too Large", "too-long"},
    StatusText{415, "Unsupported Media Type", "not-supported"},
    StatusText{429, "Too Many Requests", "throttled"},
    StatusText{431, "Request Header Fields Too Large", "too-long"},
    StatusText{500, "Internal Server Error", "exception"},
    StatusText{501, "Not Implemented", "not-supported"},
    StatusText{503, "Service Unavailable", "transient"},
};

const StatusText* find(int status) {
  const auto found = std::ranges::find(kStatusTexts, status, &StatusText::status);
  return found == kStatusTexts.end() ? nullptr : &*found;
}

}  // namespace

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input: return 400;
    case ErrorCode::missing_data: return 412;
    case ErrorCode::not_found: return 404;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::internal: return 500;
  }
  return 500;
}

std::string_view status_phrase(int status) {
  const StatusText* text = find(status);
  return text ? text->phrase : "Unknown";
}

Reply refuse(int status, std::string_view where, std::string_view message) {
  const StatusText* text = find(status);
  std::string diagnostics = std::to_string(status) + " ";
  diagnostics += status_phrase(status);
  if (!where.empty()) diagnostics.append(" at ").append(where);
  JsonWriter json;
  json.start_object().member("resourceType", "OperationOutcome").key("issue").start_array().start_object();
  json.member("severity", "error").member("code", text ? text->issue_code : "exception");
  json.key("details").start_object().member("text", message).end_object();
  json.member("diagnostics", diagnostics);
  if (!where.empty()) {
    json.key(where.starts_with("http.") ? "location" : "expression").start_array().string(where).end_array();
  }
  json.end_object().end_array().end_object();
  Reply reply;
  reply.status = status;
  reply.content_type = kFhirJson;
  reply.body = json.take();
  return reply;
}

Reply refuse(const Error& error) {
  Reply reply = error.code == ErrorCode::internal
                    ? refuse(500, "", "The answer could not be produced; the fault is the server's.")
                    : refuse(http_status(error.code), error.where, error.message);
  if (error.code == ErrorCode::unavailable) reply.retry_after_s = 1;
  return reply;
}

Reply refuse_busy(std::string_view message) {
  Reply reply = refuse(503, "", message);
  reply.retry_after_s = 1;
  return reply;
}

}  // namespace cathgate::cds_hooks
