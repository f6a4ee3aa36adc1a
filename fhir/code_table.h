// One hash from (role, system, code) to a meaning. Built once at load, then immutable and thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fact_catalogue.h"

namespace cathgate::fhir {

// How well the meaning of a code is confirmed; the flags of terms.json "V" and "V-impl", "V-sec", "M".
enum class CodeFlag : std::uint8_t { verified, secondary, unconfirmed };

// What a code is used for: the same code means different things as a diagnosis and as the reason of an order.
enum class Role : std::uint8_t {
  measurement,      // Observation.code whose value is the fact
  statement,        // Condition.code, finding, conclusionCode: the code itself is the fact
  carrier,          // Observation.code or DiagnosticReport.code whose value or conclusion is a statement
  procedure,        // Procedure.code
  medication,       // medicationCodeableConcept, Medication.code
  allergen,         // AllergyIntolerance.code
  family,           // FamilyMemberHistory.condition.code
  relationship,     // FamilyMemberHistory.relationship
  order,            // ServiceRequest.code
  indication,       // ServiceRequest.reasonCode
  encounter_class,  // Encounter.class
  interpretation,   // Observation.interpretation
  answer,           // yes or no as a coded value
  value,            // a coded value of one fact
};

// The role as a key; values are kept apart by fact, so that "normal" of one test is not that of another.
struct RoleKey {
  std::uint32_t bits;
  RoleKey(Role role) : bits(static_cast<std::uint32_t>(role)) {}
  RoleKey(Role role, FactId fact) : bits(static_cast<std::uint32_t>(role) | ((fact + 1u) << 8)) {}
};

class CodeTable {
 public:
  struct Hit {
    std::uint32_t term = 0;  // an index into the terms, or the value's index for Role::value
    CodeFlag flag = CodeFlag::verified;
  };

  // A code that ends in '*' stands for every code that begins so. False: the code has a meaning in this role already.
  bool add(RoleKey role, std::string_view system, std::string_view code, Hit hit);

  // The exact code, otherwise the longest prefix. `code` may carry surrounding blanks.
  std::optional<Hit> find(RoleKey role, std::string_view system, std::string_view code) const;

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint32_t role;
    std::string system;
    std::string code;
    Hit hit;
  };
  const Entry* probe(std::uint64_t hash, std::uint32_t role, std::string_view system, std::string_view code) const;
  void grow();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // entry index + 1, open addressing; the size is a power of two
};

}  // namespace cathgate::fhir
