#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

std::string status(const char* name, const char* code) {
  return "\"" + std::string(name) + R"(":{"coding":[{"code":")" + code + "\"}]}";
}

TEST(Condition, PresentByCode) {
  const auto read = read_resources({condition("h", kSnomed, "38341003"), condition("d", kIcd, "E11.65"),
                                    condition("c", kIcd, "I25.119"), condition("f", kIcd, "E78.01"),
                                    condition("v", kIcd, "I20.1"), condition("m", kIcd, "I25.85")});
  for (const char* fact :
       {"risk.hypertension", "risk.diabetes", "history.coronary_disease", "risk.dyslipidaemia",
        "risk.familial_hypercholesterolaemia", "history.vasospastic_angina", "history.microvascular_angina"})
    EXPECT_EQ(read.diagnosis(fact), Polarity::present) << fact;
}

TEST(Condition, SeveralCodingsOfOneDiagnosisCountOnce) {
  const auto read = read_resources(
      {R"({"resourceType":"Condition","id":"d",)" + kSubject +
       R"(,"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"},{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"E11.9"}]}})"});
  EXPECT_EQ(read.snapshot->diagnoses.size(), 1u);
}

TEST(Condition, RefutedIsAbsentAndErrorsAreIgnored) {
  EXPECT_EQ(read_resources({condition("h", kIcd, "I10", status("verificationStatus", "refuted"))})
                .diagnosis("risk.hypertension"),
            Polarity::absent);
  const auto error = read_resources({condition("h", kIcd, "I10", status("verificationStatus", "entered-in-error"))});
  EXPECT_FALSE(error.diagnosis("risk.hypertension"));
  EXPECT_NE(error.issue("entered_in_error"), nullptr);
  const auto maybe = read_resources({condition("h", kIcd, "I25.10", status("verificationStatus", "provisional"))});
  EXPECT_FALSE(maybe.diagnosis("history.coronary_disease"));
  EXPECT_NE(maybe.issue("not_confirmed"), nullptr);
}

TEST(Condition, ResolvedCountsOnlyWhereItLasts) {
  EXPECT_FALSE(read_resources({condition("h", kIcd, "I10", status("clinicalStatus", "resolved"))})
                   .diagnosis("risk.hypertension"));
  EXPECT_FALSE(
      read_resources({condition("h", kIcd, "I10", R"("abatementDateTime":"2020")")}).diagnosis("risk.hypertension"));
  EXPECT_EQ(read_resources({condition("m", kIcd, "I25.2", status("clinicalStatus", "resolved"))})
                .diagnosis("history.myocardial_infarction"),
            Polarity::present);
}

TEST(Condition, AnInfarctIsAcuteOnlyWhenItIsRecent) {
  const auto today = read_resources({condition("m", kIcd, "I21.4", R"("onsetDateTime":"2026-11-24T02:00:00Z")")});
  EXPECT_EQ(today.diagnosis("acute.coronary_syndrome"), Polarity::present);
  EXPECT_FALSE(today.diagnosis("history.myocardial_infarction"));
  for (const char* when : {R"("onsetDateTime":"2019-03-01","recordedDate":"2026-11-24")",
                           R"("recordedDate":"2026-11-20T00:00:00Z")", R"("recordedDate":"2026")", R"("note":[])"}) {
    const auto old = read_resources({condition("m", kSnomed, "22298006", when)});
    EXPECT_FALSE(old.diagnosis("acute.coronary_syndrome")) << when;
    EXPECT_EQ(old.diagnosis("history.myocardial_infarction"), Polarity::present) << when;
  }
  const auto stemi = read_resources({condition("m", kIcd, "I21.09", R"("recordedDate":"2026-11-24T05:00:00Z")")});
  EXPECT_EQ(stemi.diagnosis("acute.st_elevation_infarction"), Polarity::present);
  const auto resolved = read_resources({condition(
      "m", kIcd, "I21.4", R"("onsetDateTime":"2026-11-24T02:00:00Z",)" + status("clinicalStatus", "resolved"))});
  EXPECT_EQ(resolved.diagnosis("history.myocardial_infarction"), Polarity::present);
}

TEST(Condition, TheEdgeOfTheAcuteWindow) {
  // kNow is 2026-11-24T06:00:00Z; the window of terms.json is 24 hours (operational).
  EXPECT_TRUE(read_resources({condition("u", kIcd, "I20.0", R"("recordedDate":"2026-11-23T06:00:00Z")")})
                  .diagnosis("acute.unstable_angina"));
  const auto late = read_resources({condition("u", kIcd, "I20.0", R"("recordedDate":"2026-11-23T05:59:59Z")")});
  EXPECT_FALSE(late.diagnosis("acute.unstable_angina"));
  EXPECT_NE(late.issue("acute_in_the_past"), nullptr);
}

TEST(Condition, OfTheCurrentEncounterIsRecent) {
  const std::string encounter =
      R"({"resourceType":"Encounter","id":"e1","status":"in-progress",)" + kSubject +
      R"(,"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"period":{"start":"2026-11-20T08:00:00Z"}})";
  const auto dated =
      read_resources({encounter, condition("m", kIcd, "I21.4", R"("onsetDateTime":"2026-11-20T10:00:00Z")")}, "e1");
  EXPECT_EQ(dated.diagnosis("acute.coronary_syndrome"), Polarity::present);
  const auto linked =
      read_resources({encounter, condition("m", kIcd, "I21.4", R"("encounter":{"reference":"Encounter/e1"})")}, "e1");
  EXPECT_EQ(linked.diagnosis("acute.coronary_syndrome"), Polarity::present);
  EXPECT_DOUBLE_EQ(linked.value("encounter.acute"), 1);
}

TEST(Condition, UndatedUnstableAnginaCountsAsNow) {
  const auto read = read_resources({condition("u", kSnomed, "4557003")});
  EXPECT_EQ(read.diagnosis("acute.unstable_angina"), Polarity::present);
  EXPECT_NE(read.issue("undated_acute"), nullptr);
}

TEST(Condition, AnginaTypesGivePoints) {
  // Three items typical, two atypical: Vrints C et al. Eur Heart J 2024;45:3415, Figure 4.
  EXPECT_DOUBLE_EQ(read_resources({condition("a", kSnomed, "429559004", R"("recordedDate":"2026-11-20")")})
                       .value("symptom.chest_pain_points"),
                   3);
  EXPECT_DOUBLE_EQ(read_resources({condition("a", kSnomed, "371807002")}).value("symptom.chest_pain_points"), 2);
  // The character of chest pain is never assumed.
  EXPECT_TRUE(read_resources({condition("a", kSnomed, "29857009"), condition("b", kIcd, "I20.9")})
                  .of("symptom.chest_pain_points")
                  .empty());
  EXPECT_DOUBLE_EQ(read_resources({condition("a", kSnomed, "85284003")}).value("symptom.ccs_class"), 3);
}

TEST(Condition, AnUnconfirmedCodeIsSaid) {
  const auto read = read_resources({condition("k", kSnomed, "709044004")});
  EXPECT_EQ(read.diagnosis("history.chronic_kidney_disease"), Polarity::present);
  ASSERT_NE(read.issue("unconfirmed_code"), nullptr);
  EXPECT_EQ(read.issue("unconfirmed_code")->kind, DataIssue::Kind::assumed);
}

std::string procedure(const char* state, const char* code = "415070008") {
  return R"({"resourceType":"Procedure","id":"x","status":")" + std::string(state) + "\"," + kSubject +
         R"(,"code":{"coding":[{"system":"http://snomed.info/sct","code":")" + code +
         R"("}]},"performedPeriod":{"start":"2018-01-02T00:00:00Z","end":"2018-01-02T01:00:00Z"}})";
}
TEST(Procedure, OnlyCompletedCounts) {
  const auto read = read_resources({procedure("completed")});
  EXPECT_EQ(read.diagnosis("history.pci"), Polarity::present);
  EXPECT_EQ(read.snapshot->diagnoses.front().since->latest - read.snapshot->diagnoses.front().since->earliest, 3600);
  EXPECT_EQ(read_resources({procedure("completed", "232717009")}).diagnosis("history.cabg"), Polarity::present);
  EXPECT_EQ(read_resources({procedure("completed", "33367005")}).diagnosis("invasive.angiography_done"),
            Polarity::present);
  for (const char* state : {"not-done", "preparation", "in-progress", ""})
    EXPECT_NE(read_resources({procedure(state)}).issue("not_completed"), nullptr) << state;
  EXPECT_NE(read_resources({procedure("entered-in-error")}).issue("entered_in_error"), nullptr);
}

std::string relative(const std::string& relation, const std::string& onset, const std::string& more = "") {
  return R"({"resourceType":"FamilyMemberHistory","id":"f","status":"completed","patient":{"reference":"Patient/p1"})" +
         more + R"(,"relationship":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":")" +
         relation + R"("}]},"condition":[{"code":{"coding":[{"system":"http://snomed.info/sct","code":"22298006"}]})" +
         (onset.empty() ? "" : "," + onset) + "}]}";
}
std::string age(int years) {
  return R"("onsetAge":{"value":)" + std::to_string(years) +
         R"(,"unit":"a","system":"http://unitsofmeasure.org","code":"a"})";
}

TEST(FamilyHistory, PrematureMeansBefore55InMenAnd65InWomen) {
  // Vrints C et al. Eur Heart J 2024;45:3415, Figure 4 legend.
  const std::pair<std::string, bool> cases[] = {
      {relative("FTH", age(54)), true},
      {relative("FTH", age(55)), false},
      {relative("BRO", age(54)), true},
      {relative("MTH", age(64)), true},
      {relative("MTH", age(65)), false},
      {relative("NSIS", age(64)), true},
      {relative("SIB", age(54)), true},
      {relative("SIB", age(65)), false},
      {relative("SIB", age(60), R"(,"sex":{"coding":[{"code":"female"}]})"), true},
      {relative("FTH", R"("onsetRange":{"high":{"value":50,"unit":"years"}})"), true}};
  for (const auto& [text, premature] : cases) {
    const auto read = read_resources({text});
    EXPECT_EQ(read.diagnosis("risk.family_history").has_value(), premature) << text;
    EXPECT_EQ(read.issue("family_onset_unknown"), nullptr) << text;
  }
}

TEST(FamilyHistory, AnUnknownOnsetMakesTheListIncomplete) {
  for (const auto& text : {relative("FTH", ""), relative("SIB", age(60)), relative("MTH", R"("onsetString":"young")"),
                           relative("FTH", R"("onsetAge":{"value":50})")}) {
    const auto read = read_prefetch(R"({"patient":)" + kPatient + R"(,"family-history":)" + bundle({text}) + "}");
    EXPECT_FALSE(read.diagnosis("risk.family_history")) << text;
    EXPECT_NE(read.issue("family_onset_unknown"), nullptr) << text;
    EXPECT_FALSE(read.complete(RecordList::family_history)) << text;
  }
}

TEST(FamilyHistory, OtherRelativesSayNothing) {
  const auto read = read_resources({relative("GRFTH", age(40)), relative("COUSN", age(40))});
  EXPECT_FALSE(read.diagnosis("risk.family_history"));
  EXPECT_TRUE(read.snapshot->issues.empty() || read.issue("duplicate_id"));
}

std::string allergy(const std::string& rest) {
  return R"({"resourceType":"AllergyIntolerance","id":"a","patient":{"reference":"Patient/p1"},)" + rest + "}";
}
const std::string kContrast = R"("code":{"text":"Iodinated contrast media"})";

TEST(Allergy, ContrastAndItsSeverity) {
  const auto mild = read_resources({allergy(kContrast)});
  EXPECT_EQ(mild.diagnosis("allergy.contrast"), Polarity::present);
  EXPECT_FALSE(mild.diagnosis("allergy.contrast_severe"));
  for (const char* severe : {R"(,"criticality":"high")", R"(,"reaction":[{"severity":"mild"},{"severity":"severe"}])"})
    EXPECT_EQ(read_resources({allergy(kContrast + severe)}).diagnosis("allergy.contrast_severe"), Polarity::present)
        << severe;
  EXPECT_EQ(read_resources({allergy(kContrast + "," + status("verificationStatus", "refuted"))})
                .diagnosis("allergy.contrast"),
            Polarity::absent);
  EXPECT_FALSE(
      read_resources({allergy(kContrast + "," + status("clinicalStatus", "resolved"))}).diagnosis("allergy.contrast"));
  EXPECT_FALSE(read_resources({allergy(R"("code":{"text":"Penicillin"})")}).diagnosis("allergy.contrast"));
  EXPECT_EQ(read_resources({condition("z", kIcd, "Z91.041")}).diagnosis("allergy.contrast"), Polarity::present);
}

std::string request(const std::string& medication, const std::string& state = "active", const std::string& more = "") {
  return R"({"resourceType":"MedicationRequest","id":"m","intent":"order","status":")" + state + "\"," + kSubject +
         "," + medication + more + "}";
}
std::string drug(const char* system, const char* code) {
  return R"("medicationCodeableConcept":{"coding":[{"system":")" + std::string(system) + R"(","code":")" + code +
         "\"}]}";
}
constexpr const char* kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

TEST(Medication, ByIngredientClassAndName) {
  EXPECT_TRUE(read_resources({request(drug(kRxNorm, "83367"))}).treatment("drug.statin"));
  EXPECT_TRUE(read_resources({request(drug("http://www.whocc.no/atc", "C07AB02"))}).treatment("drug.beta_blocker"));
  const auto named =
      read_resources({request(R"("medicationCodeableConcept":{"text":"Atorvastatin 20 MG Oral Tablet"})")});
  EXPECT_TRUE(named.treatment("drug.statin"));
  EXPECT_NE(named.issue("read_by_name"), nullptr);
  EXPECT_FALSE(
      read_resources({request(R"("medicationCodeableConcept":{"text":"Paracetamol"})")}).treatment("drug.statin"));
}

TEST(Medication, StatusAndIntent) {
  EXPECT_TRUE(read_resources({request(drug(kRxNorm, "83367"))}).treatment("drug.statin")->active);
  for (const char* state : {"completed", "stopped", "on-hold"})
    EXPECT_FALSE(read_resources({request(drug(kRxNorm, "83367"), state)}).treatment("drug.statin")->active) << state;
  for (const char* state : {"draft", "cancelled", "entered-in-error", "unknown", ""})
    EXPECT_FALSE(read_resources({request(drug(kRxNorm, "83367"), state)}).treatment("drug.statin")) << state;
  std::string plan = request(drug(kRxNorm, "83367"));
  plan.replace(plan.find("\"order\""), 7, "\"proposal\"");
  EXPECT_FALSE(read_resources({plan}).treatment("drug.statin"));
  EXPECT_FALSE(
      read_resources({request(drug(kRxNorm, "83367"), "active", R"(,"doNotPerform":true)")}).treatment("drug.statin"));
  const std::string statement = R"({"resourceType":"MedicationStatement","id":"s","status":"active",)" + kSubject +
                                "," + drug(kRxNorm, "1191") + "}";
  EXPECT_TRUE(read_resources({statement}).treatment("drug.aspirin"));
}

TEST(Medication, ReferencesAreResolved) {
  const std::string code =
      R"("code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"6918"}]})";
  const auto contained = read_resources(
      {request(R"("medicationReference":{"reference":"#x"},"contained":[{"resourceType":"Medication","id":"x",)" +
               code + "}]")});
  EXPECT_TRUE(contained.treatment("drug.beta_blocker"));
  const auto included = read_resources({request(R"("medicationReference":{"reference":"Medication/x"})"),
                                        R"({"resourceType":"Medication","id":"x",)" + code + "}"});
  EXPECT_TRUE(included.treatment("drug.beta_blocker"));
  const auto missing = read_prefetch(R"({"patient":)" + kPatient + R"(,"medications":)" +
                                     bundle({request(R"("medicationReference":{"reference":"Medication/x"})")}) + "}");
  EXPECT_NE(missing.issue("medication_not_sent"), nullptr);
  EXPECT_FALSE(missing.complete(RecordList::medications));
}

}  // namespace
}  // namespace cathgate::fhir
