// A case: a whole request with the decisions that a clinician expects and, beside it, the card (tests/cases/*.json). For tests
// and for the tools of authors.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"

namespace cathgate::cds_hooks {

struct CaseFile {
  std::string name;  // of the file, without ".json"
  JsonDocument document;
  std::string service;
  UnixSeconds now = 0;
  TenantOptions tenant;  // "tenant": {"unavailable": [...], "language": "es", "guideline": "aha-2021",
                         // "recalibration": a file of the learned score, beside the cases}
  std::string accept_language;
  std::vector<std::string> decisions;

  // The body of the hook call.
  std::string request() const;
};

// Errors name the file and what it lacks: "service", "now" or "request".
Result<CaseFile> read_case_file(const std::string& path);
// The paths of all *.json of a folder, in alphabetical order; empty when there is no such folder.
std::vector<std::string> list_case_files(const std::string& folder);

}  // namespace cathgate::cds_hooks
