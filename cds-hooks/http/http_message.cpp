#include "cds-hooks/http/http_message.h"

#include <array>

namespace cathgate::cds_hooks {

std::string_view endpoint_name(Endpoint endpoint) {
  static constexpr std::array<std::string_view, kEndpoints> kNames{"none",     "discovery", "hook",
                                                                   "feedback", "health",    "metrics", "openapi", "page"};
  return kNames[static_cast<std::size_t>(endpoint)];
}

}  // namespace cathgate::cds_hooks
