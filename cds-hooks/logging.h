// The log: one line for each event, on stderr. Only the fields below can be logged, and none of them can hold a patient's
// data: no body, no path, no identifier, no text of a client. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "cds-hooks/http/http_message.h"

namespace cathgate::cds_hooks {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

void set_log_level(LogLevel level);

// One request, at info (debug for health and metrics, warning for a 5xx).
void log_request(const RequestRecord& record);

// Something that the server did or met. `detail` is text of the program or of the operator's configuration (an address, a
// file's problem), never of a request.
void log_event(LogLevel level, std::string_view event, std::string_view detail = {});

}  // namespace cathgate::cds_hooks
