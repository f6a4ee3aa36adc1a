// `cathgate mock-ehr`: an EHR without a browser. It serves a key set and one patient's record, signs a hook call, sends it to a
// CDS service and shows what comes back. For integrators and tests; synthetic patients only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cds-hooks/commands/mock_record.h"

namespace cathgate::cds_hooks {

struct MockEhrOptions {
  std::string service = "http://127.0.0.1:8080";  // base of the CDS service
  std::string service_id = "cathgate-angiography";
  std::string audience;       // base that the token's aud begins with; empty: as `service`
  std::string case_file;      // a hook request, or a file of tests/cases that holds one: sent, and its prefetch is the record
  std::string issuer = "http://127.0.0.1:8090";
  std::string ca_file;        // who vouches for an https service; empty: the system's list
  unsigned short port = 8090;  // of the key set (/jwks.json) and of FHIR (/fhir), on 127.0.0.1
  std::string prefetch = "all";  // "all", "some" (every second key) or "none"
  MockFault fault = MockFault::none;
  bool sign = true;           // false: no Authorization header
  bool serve = false;         // goes on serving after the call, until it is ended
};

// 0 when the service answered 200, 1 otherwise.
int run_mock_ehr(const MockEhrOptions& options);

}  // namespace cathgate::cds_hooks
