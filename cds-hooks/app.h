// The server as a whole: builds every object in the order of who needs whom, serves until it is told to stop, and ends them
// in reverse.
#pragma once

#include <optional>
#include <string>

#include "cds-hooks/config.h"
#include "cds-hooks/hooks/service.h"
#include "engine/knowledge.h"
#include "quality/ledger.h"

namespace cathgate::cds_hooks {

// Serves until SIGTERM or SIGINT, then drains; a second one ends the program at once. SIGHUP reloads the knowledge.
// Returns the exit code: 0, or 1 when it could not start or had to cut answers off.
// `config_file` is read again on SIGHUP for what may change while the server runs: tenants and certificates; empty: there is
// none.
int run_server(const Config& config, const std::string& config_file, const KnowledgePlaces& places);

// Whether the knowledge holds the guidelines that the configuration names; otherwise the first problem.
std::optional<Error> check_guidelines(const Config& config, const Knowledge& knowledge);

// The configuration as the parts of the program take it.
TenantOptions tenant_options(const Config& config);
quality::LedgerOptions ledger_options(const Config& config);

}  // namespace cathgate::cds_hooks
