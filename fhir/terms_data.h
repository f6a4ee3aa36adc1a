// What terms.json holds after load, for the readers of this folder. Plain data; nobody else includes it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/patient_snapshot.h"
#include "fhir/cad_rads_text.h"
#include "fhir/code_table.h"
#include "fhir/order_reader.h"
#include "fhir/terms.h"
#include "fhir/units.h"

namespace cathgate::fhir {

// "This code says: the fact has that value."
struct Effect {
  FactId fact = kNoFact;
  double value = 0;
  Comparator comparator = Comparator::exact;
};

// One entry of terms.json. Which fields matter depends on the role of its codes.
struct Term {
  std::vector<Effect> says;
  std::vector<Effect> otherwise;  // statements: what it says when it is not recent; allergens: what it adds when severe
  bool recent = false;            // statements: `says` only when dated in this encounter or the acute window
  bool undated_is_recent = false;
  bool lasting = false;            // statements: a resolved condition still counts (a past infarct)
  FactId fact = kNoFact;           // measurements: the fact that the value is of
  FactId limit_fact = kNoFact;     // measurements: the boolean "above its own reference range"
  FactId limit_value_fact = kNoFact;  // measurements: the upper end of that range itself
  bool encounter_session = false;  // measurements: the session is the encounter
  bool author_required = false;    // questionnaire items: an opinion that must have an author
  double number = 0;               // interpretations, answers, encounter classes, indications, relationships
  std::vector<std::pair<std::string, double>> strings;  // lower-case words of valueString that are accepted
};

// How one prefetch key counts for the completeness of a list.
struct PrefetchKey {
  std::string key;
  RecordList list = RecordList::none;
  bool addition = false;  // only widens the list: it may be absent, but not broken
};

struct Terms::Impl {
  std::string version;
  CodeTable codes;
  std::vector<Term> terms;
  std::vector<std::pair<std::string, std::uint32_t>> drug_names;  // lower-case ingredient -> term
  std::vector<std::pair<std::string, std::uint32_t>> allergen_names;
  UnitTable units;
  CadRadsWords cad_rads_words;

  std::string fact_system;            // code = name of a fact
  std::string value_system;           // code = name of a category
  std::vector<std::string> own_tags;  // "system|code" of meta.tag by which Cathgate marks what it wrote

  std::string questionnaire_url;
  std::string questionnaire_version;
  std::unordered_map<std::string, std::uint32_t> questionnaire_items;  // linkId -> term

  FactId cad_rads = kNoFact, cad_rads_non_diagnostic = kNoFact, cad_rads_plaque = kNoFact, cad_rads_hrp = kNoFact,
         cad_rads_ischaemia = kNoFact, cad_rads_stent = kNoFact, cad_rads_graft = kNoFact, cad_rads_exception = kNoFact;
  FactId encounter_acute = kNoFact, order_indication = kNoFact, order_urgent = kNoFact, onset_days = kNoFact, onset_hours = kNoFact;
  std::vector<Effect> normal_study;  // what interpretation N of a carrier says
  std::vector<std::string> urgent_priorities;
  double premature_male_years = 0, premature_female_years = 0;
  std::vector<std::string> age_units;  // of FamilyMemberHistory.onsetAge: years only

  UnixSeconds acute_window_s = 0;
  UnixSeconds future_tolerance_s = 0;
  std::size_t max_issues = 0;  // of one snapshot
  std::size_t max_alike = 0;   // issues of one message; more are told by their number

  std::vector<PrefetchKey> prefetch_keys;
  std::vector<std::pair<std::string, std::string>> templates;
  std::vector<std::pair<std::string, OrderCoding>> tests;
  std::vector<std::string> fact_codes;  // names of facts that the own CodeSystem lists

  const Term& term(std::uint32_t index) const { return terms[index]; }
};

}  // namespace cathgate::fhir
