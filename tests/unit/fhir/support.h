// What the tests of this folder share: the catalogue and terms as shipped, and short ways to write resources.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/json.h"
#include "fhir/order_reader.h"
#include "fhir/snapshot_reader.h"
#include "fhir/terms.h"
#include "fhir/terms_data.h"

namespace cathgate::fhir {

inline constexpr UnixSeconds kNow = 1795500000;  // 2026-11-24T06:00:00Z

inline const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
  return *loaded.value;
}

inline const Terms& terms() {
  static const auto loaded = [] {
    auto l = Terms::load(std::string(CATHGATE_SOURCE_DIR) + "/fhir/terms.json", facts());
    for (const Error& e : l.errors) ADD_FAILURE() << e.where << ": " << e.message;
    return l;
  }();
  return *loaded.value;
}

inline JsonDocument parse(std::string text) {
  auto document = JsonDocument::parse(std::move(text));
  EXPECT_TRUE(document.ok()) << (document.ok() ? "" : document.error().where + ": " + document.error().message);
  return std::move(document).value();
}

inline const std::string kPatient = R"({"resourceType":"Patient","id":"p1","gender":"male","birthDate":"1960-05-01"})";
inline const std::string kSubject = R"("subject":{"reference":"Patient/p1"})";

// {"resourceType":"Bundle","entry":[{"resource":...}]}
inline std::string bundle(const std::vector<std::string>& resources, const std::string& extra = "") {
  std::string text = R"({"resourceType":"Bundle","type":"searchset")" + extra + R"(,"entry":[)";
  for (std::size_t i = 0; i < resources.size(); ++i) text += (i ? "," : "") + (R"({"resource":)" + resources[i] + "}");
  return text + "]}";
}

// An Observation of p1 with a LOINC code; `rest` are further members, the value among them.
inline std::string observation(const std::string& id, const std::string& loinc, const std::string& rest,
                               const std::string& at = "2026-11-23T08:00:00Z") {
  return R"({"resourceType":"Observation","id":")" + id + R"(","status":"final",)" + kSubject +
         R"(,"code":{"coding":[{"system":"http://loinc.org","code":")" + loinc + R"("}]},"effectiveDateTime":")" + at +
         "\"," + rest + "}";
}
// The same with a fact of Cathgate's own CodeSystem.
inline std::string own_observation(const std::string& id, const std::string& fact, const std::string& rest,
                                   const std::string& at = "2026-11-23T08:00:00Z") {
  return R"({"resourceType":"Observation","id":")" + id + R"(","status":"final",)" + kSubject +
         R"(,"code":{"coding":[{"system":"https://cathgate.org/fhir/CodeSystem/fact","code":")" + fact +
         R"("}]},"effectiveDateTime":")" + at + "\"," + rest + "}";
}
inline std::string quantity(double value, const std::string& unit, const std::string& comparator = "") {
  std::string text = std::to_string(value);
  return R"("valueQuantity":{"value":)" + text + (comparator.empty() ? "" : R"(,"comparator":")" + comparator + "\"") +
         R"(,"unit":")" + unit + R"(","system":"http://unitsofmeasure.org","code":")" + unit + "\"}";
}
inline std::string condition(const std::string& id, const std::string& system, const std::string& code,
                             const std::string& rest = "") {
  return R"({"resourceType":"Condition","id":")" + id + "\"," + kSubject + R"(,"code":{"coding":[{"system":")" +
         system + R"(","code":")" + code + "\"}]}" + (rest.empty() ? "" : "," + rest) + "}";
}
inline const std::string kSnomed = "http://snomed.info/sct";
inline const std::string kIcd = "http://hl7.org/fhir/sid/icd-10-cm";

// A snapshot together with the text that its tests look at.
struct Read {
  std::optional<PatientSnapshot> snapshot;
  std::optional<Error> error;
  std::vector<const Measurement*> of(const std::string& fact) const {
    std::vector<const Measurement*> found;
    for (const Measurement& m : snapshot->measurements)
      if (facts()[m.fact].name == fact) found.push_back(&m);
    return found;
  }
  // The only value of a fact; anything else fails the test.
  double value(const std::string& fact) const {
    const auto all = of(fact);
    EXPECT_EQ(all.size(), 1u) << fact;
    return all.empty() ? -9999 : all.front()->value;
  }
  std::string category(const std::string& fact) const {
    const auto all = of(fact);
    EXPECT_EQ(all.size(), 1u) << fact;
    return all.empty() ? "" : facts()[all.front()->fact].categories[static_cast<std::size_t>(all.front()->value)];
  }
  std::optional<Polarity> diagnosis(const std::string& fact) const {
    for (const Diagnosis& d : snapshot->diagnoses)
      if (facts()[d.fact].name == fact) return d.polarity;
    return std::nullopt;
  }
  const Treatment* treatment(const std::string& fact) const {
    for (const Treatment& t : snapshot->treatments)
      if (facts()[t.fact].name == fact) return &t;
    return nullptr;
  }
  const DataIssue* issue(const std::string& code) const {
    for (const DataIssue& i : snapshot->issues)
      if (i.code == code) return &i;
    return nullptr;
  }
  bool complete(RecordList list) const { return snapshot->list_complete[static_cast<std::size_t>(list)]; }
};

inline Read read_prefetch(const std::string& prefetch, const std::string& encounter = "") {
  Read read;
  const auto document = parse(prefetch);
  SnapshotInput input;
  input.prefetch = document.root();
  input.patient_id = "p1";
  input.as_of = kNow;
  input.encounter_id = encounter;
  auto result = read_snapshot(terms(), facts(), input);
  if (result.ok())
    read.snapshot = std::move(*result);
  else
    read.error = result.error();
  return read;
}
// Patient p1 with these resources under a key that stands for no list.
inline Read read_resources(const std::vector<std::string>& resources, const std::string& encounter = "") {
  return read_prefetch(R"({"patient":)" + kPatient + R"(,"other":)" + bundle(resources) + "}", encounter);
}

}  // namespace cathgate::fhir
