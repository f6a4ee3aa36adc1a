// Errors as FHIR OperationOutcome. The one place where an ErrorCode becomes an HTTP status.
#pragma once

#include <string_view>

#include "cds-hooks/http/http_message.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

int http_status(ErrorCode code);
// "Bad Request"; "Unknown" for a status that Cathgate never sends.
std::string_view status_phrase(int status);

// A refusal that says where: a path into the body ("prefetch.patient"), which becomes `expression`, or
// "http.Content-Length", which becomes `location`, as OperationOutcome asks for HTTP errors. `where` may be empty.
Reply refuse(int status, std::string_view where, std::string_view message);
Reply refuse(const Error& error);
// 503 with Retry-After.
Reply refuse_busy(std::string_view message);

}  // namespace cathgate::cds_hooks
