// The FHIR side of `cathgate mock-ehr`: one patient's record, searched as far as Cathgate searches, with faults on demand.
// No network here.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace cathgate::cds_hooks {

enum class MockFault : std::uint8_t {
  none,
  throttled,      // each address answers 429 once
  slow,           // conditions take three seconds
  outcome,        // observations answer 500 with an OperationOutcome
  paged,          // one resource a page
  wrong_patient,  // the Patient read is somebody else's
};
std::optional<MockFault> read_mock_fault(std::string_view name);

struct MockReply {
  int status = 200;
  std::string body;
  std::chrono::milliseconds delay{0};
  int retry_after_s = -1;  // negative: no such field
};

// One thread at a time.
class MockRecord {
 public:
  // Takes every resource of the prefetch of a request. `base` is the URL under which it answers ("http://127.0.0.1:1/fhir").
  MockRecord(JsonValue prefetch, std::string base, MockFault fault);

  // Answers GET of a target ("/fhir/Patient/p1", "/fhir/Observation?patient=p1&code=..."); 404 outside of the record.
  MockReply answer(std::string_view target);

 private:
  struct Resource {
    std::string type, id, text;
    std::vector<std::string> codes;  // "system|code"
  };
  void add(JsonValue resource);
  MockReply read(std::string_view type, std::string_view id) const;
  MockReply search(std::string_view type, std::string_view query) const;

  std::string base_, path_;
  MockFault fault_;
  std::vector<Resource> resources_;
  std::map<std::string, int, std::less<>> asked_;
};

}  // namespace cathgate::cds_hooks
