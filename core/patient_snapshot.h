// What is known about one patient at one instant, with the source of each fact. Built by fhir/, read by engine/.
// It holds facts, not conclusions: every measurement is kept, the choice among several is made by the engine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/time.h"

namespace cathgate {

enum class Comparator : std::uint8_t { exact, less, less_or_equal, greater, greater_or_equal };

// Where a value comes from. A fact read from free text may make advice more cautious; alone it never drives a deferral.
enum class Origin : std::uint8_t { coded, text, derived, clinician, assumed };

// One value of one fact. `value` is in the fact's canonical unit (see FactKind for booleans and categories).
struct Measurement {
  FactId fact = kNoFact;
  double value = 0;
  Comparator comparator = Comparator::exact;
  std::optional<TimeRange> at;  // when it was true (effective time); empty: undated
  Origin origin = Origin::coded;
  bool preliminary = false;     // status preliminary: used, and said so
  std::string source;           // "Observation/123", "QuestionnaireResponse/7"
  std::string method;           // assay, or the definition of a stenosis (">=50 %"); empty: not stated
  std::string site;             // vessel or segment: "LM", "LAD.proximal"; empty: not stated or the patient
  std::string session;          // values of one session belong together (one treadmill test, one questionnaire)
  std::string as_reported;      // "150 umol/L" where converted, otherwise empty
};

enum class Polarity : std::uint8_t { present, absent };

// A statement about a condition, a procedure in the past or a family history; `fact` is of kind boolean.
struct Diagnosis {
  FactId fact = kNoFact;
  Polarity polarity = Polarity::present;
  std::optional<TimeRange> since;  // onset, performed or recorded
  Origin origin = Origin::coded;
  std::string source;
};

// A drug of a class that the patient takes; `fact` is of kind boolean ("drug.statin").
struct Treatment {
  FactId fact = kNoFact;
  bool active = true;
  std::string source;
};

// Something about the input that a reader must know. Never a reason to stop.
struct DataIssue {
  enum class Kind : std::uint8_t { ignored, assumed, conflicting };
  Kind kind = Kind::ignored;
  std::string where;    // "prefetch.troponin.entry[4]" or "Observation/123"
  std::string code;     // stable, lower-case: "unknown_unit", "wrong_patient", "entered_in_error", "implausible_value"
  std::string message;  // English, one sentence; may name codes and units of the record, never names or dates of birth
  FactId fact = kNoFact;      // what it is about; none: the resource as a whole
  std::string detail = {};    // a code, unit or number that belongs into the sentence; the same limits as for `message`
  std::uint32_t entries = 1;  // how many alike this one stands for
  bool operator==(const DataIssue&) const = default;
};

struct PatientSnapshot {
  UnixSeconds as_of = 0;  // "now" for every age and every future check
  std::optional<TimeRange> birth_date;
  std::optional<bool> male;  // administrative gender: true male, false female, empty unknown or other
  bool deceased = false;
  std::vector<Measurement> measurements;
  std::vector<Diagnosis> diagnoses;
  std::vector<Treatment> treatments;
  std::vector<DataIssue> issues;
  std::array<bool, kRecordLists> list_complete{};  // by RecordList: was this list sent whole (unpaged, no error)
};

}  // namespace cathgate
