// What may stand under a prefetch key, and what each case means: the truth table of CDS Hooks "Prefetch", as a table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/json.h"

namespace cathgate::cds_hooks {

enum class PrefetchState : std::uint8_t {
  absent,         // not tried, or failed without a word
  null,           // the client looked and there is nothing
  empty,          // the same, as 3.0 says it: a Bundle without entries
  outcome,        // the client's own query failed
  paged,          // a part of the answer, with a link to the next
  wrong_type,     // not what the template asks for
  wrong_patient,  // a Patient resource of somebody else
  satisfied,
};

// What happens to a key when nothing can be read back.
enum class WithoutReadBack : std::uint8_t {
  answer,        // the answer goes on
  precondition,  // 412 when the key is required: the data could not be reached
  invalid,       // 400 when the key is required: the call contradicts itself
};

struct PrefetchRule {
  PrefetchState state;
  std::string_view name;
  bool read_back;        // worth asking the FHIR server; never when the client has already looked
  WithoutReadBack required;
  bool list_complete;    // what is not in the list is known to be absent
};

inline constexpr std::array<PrefetchRule, 8> kPrefetchRules = {{
    {PrefetchState::absent, "absent", true, WithoutReadBack::precondition, false},
    {PrefetchState::null, "null", false, WithoutReadBack::answer, true},
    {PrefetchState::empty, "zero entries", false, WithoutReadBack::answer, true},
    {PrefetchState::outcome, "OperationOutcome", false, WithoutReadBack::precondition, false},
    {PrefetchState::paged, "paged", true, WithoutReadBack::answer, false},
    {PrefetchState::wrong_type, "wrong type", true, WithoutReadBack::precondition, false},
    {PrefetchState::wrong_patient, "wrong patient", false, WithoutReadBack::invalid, false},
    {PrefetchState::satisfied, "satisfied", false, WithoutReadBack::answer, true},
}};

constexpr const PrefetchRule& prefetch_rule(PrefetchState state) { return kPrefetchRules[static_cast<std::size_t>(state)]; }

// The type that a template asks for ("Observation?..." or "Patient/..."), and whether it reads one instance.
std::string_view template_type(std::string_view query);
bool reads_instance(std::string_view query);

// `value`: what stands under the key, missing when the key is absent. A Bundle is of the wrong type when it holds resources
// and none of them is of the template's; a Bundle under a template that reads an instance is judged by its entries.
PrefetchState judge_prefetch(JsonValue value, std::string_view query, std::string_view patient_id);

// The URL of a Bundle's next page, empty when there is none.
std::string_view next_link(JsonValue bundle);

}  // namespace cathgate::cds_hooks
