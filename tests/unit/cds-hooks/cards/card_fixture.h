// Hand-made assessments for the tests of the card writers: no engine, no record, only what a card is made of.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "cds-hooks/cards/card_context.h"
#include "cds-hooks/hooks/service.h"
#include "core/digest.h"

namespace cathgate::cds_hooks {

template <class T>
const T& loaded_or_throw(const Loaded<T>& loaded) {
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

inline const FactCatalogue& test_facts() {
  static const auto loaded = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
  return loaded_or_throw(loaded);
}
inline const Messages& test_messages() {
  static const auto loaded = Messages::load(std::string(CATHGATE_SOURCE_DIR) + "/cds-hooks/messages");
  return loaded_or_throw(loaded);
}
inline const CardCodes& test_codes() {
  static const auto loaded = CardCodes::load(std::string(CATHGATE_SOURCE_DIR) + "/cds-hooks/codes.json");
  return loaded_or_throw(loaded);
}
inline const fhir::Terms& test_terms() {
  static const auto loaded = fhir::Terms::load(std::string(CATHGATE_SOURCE_DIR) + "/fhir/terms.json", test_facts());
  return loaded_or_throw(loaded);
}

inline FactId fact(std::string_view name) {
  return test_facts().require(name);
}
inline Evidence evidence(std::string_view name, double value) {
  return {fact(name), FactValue::exactly(value)};
}
inline Evidence recorded(std::string_view name, double value, std::string_view source, std::string_view at) {
  Evidence e = evidence(name, value);
  e.value.origin = Origin::coded;
  e.value.source = source;
  e.value.at = read_fhir_time(at);
  return e;
}

inline constexpr UnixSeconds kNow = 1795507200;  // 2026-11-24T08:00:00Z

struct CardTest : testing::Test {
  TenantOptions tenant;
  Citation esc{"Vrints C et al. Eur Heart J 2024;45:3415-3537", "10.1093/eurheartj/ehae177", "",
               "Recommendation Table 8"};

  CardContext context(ServiceKind service = ServiceKind::angiography) const {
    return {test_facts(), test_messages().in("en"), test_codes(), test_terms(), tenant,
            service,      "0123456789abcdef0123",   false};
  }

  static fhir::DraftOrder order(std::string_view json) {
    static std::vector<JsonDocument> kept;
    kept.push_back(std::move(JsonDocument::parse(std::string(json)).value()));
    const auto resource = kept.back().root();
    fhir::DraftOrder draft;
    draft.reference = "ServiceRequest/" + std::string(resource["id"].text());
    draft.display = resource["code"]["text"].text();
    draft.status = resource["status"].text();
    draft.priority = resource["priority"].is_missing() ? "routine" : std::string(resource["priority"].text());
    draft.resource = resource;
    return draft;
  }
  static fhir::DraftOrder draft() {
    return order(
        R"({"resourceType": "ServiceRequest", "id": "ica", "status": "draft", "intent": "order", "code": {"text": "Coronary angiography"},
      "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"}, "requester": {"reference": "Practitioner/1"},
      "reasonCode": [{"coding": [{"system": "http://snomed.info/sct", "code": "29857009"}], "text": ""}], "note": [{"text": "not repeated"}]})");
  }

  // RF-CL 26.5 % and no test: the guideline worked example of ESC 2024 Figure 8 (man, 55 years, typical, 2 risk
  // factors; the formula of Winther 2020 gives 26.5 %).
  Assessment test_first() const {
    Assessment a;
    a.as_of = kNow;
    a.decision = Decision::test_first;
    a.severity = Severity::warning;
    a.decision_reason = "reason.likelihood_moderate";
    Likelihood l;
    l.point = l.low = l.high = 0.265125;
    l.point_given = true;
    l.class_name = "moderate";
    l.steps.push_back(
        {"rf-cl", "1.0.0", "RF-CL", 0, 0.265125, 0.265125, 0.265125, std::nullopt, EvidenceStatus::verified, &esc, {}});
    l.table_percent = 27;
    a.likelihood = l;
    a.drivers = {evidence("likelihood.percent", 26.5125), evidence("result.anatomical_diagnostic", 0)};
    Finding finding;
    finding.id = "esc-2024.ccta";
    finding.summary = "CCTA is preferred to rule out disease at a likelihood of {likelihood.percent}";
    finding.detail = "Functional imaging is the alternative.";
    finding.citation = &esc;
    finding.guideline_class = "I";
    finding.guideline_level = "A";
    finding.evidence = {evidence("likelihood.percent", 26.5125)};
    a.statements.push_back({finding, Statement::Action::ccta});
    a.next_test = NextTest{cathgate::Test::ccta,
                           0.0142,
                           0.6156,
                           Decision::defer,
                           Decision::test_first,
                           0.583,
                           {cathgate::Test::stress_echo},
                           {{cathgate::Test::exercise_ecg, "", "excluded.not_for_rule_out"}}};
    a.reversal = {"reversal.acute_symptoms", "reversal.test_abnormal"};
    a.evidence = {recorded("patient.age_years", 55, "Patient/p1", ""),
                  recorded("symptom.pain_location", 1, "QuestionnaireResponse/q1", "2026-11-20T10:00:00Z"),
                  recorded("risk.diabetes", 0, "Condition/c9", "2020"), evidence("likelihood.percent", 26.5125)};
    a.assumed_absent = {fact("risk.family_history")};
    a.issues = {
        {DataIssue::Kind::ignored, "prefetch.lipids.entry[2]", "unknown_unit", "The unit <b>mg</b> is not known."}};
    return a;
  }
};

}  // namespace cathgate::cds_hooks
