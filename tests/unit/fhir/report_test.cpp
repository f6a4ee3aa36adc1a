#include <set>

#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

std::string report(const std::string& rest, const std::string& id = "r") {
  return R"({"resourceType":"DiagnosticReport","id":")" + id + R"(","status":"final",)" + kSubject +
         R"(,"code":{"coding":[{"system":"http://snomed.info/sct","code":"419545005"}]},"effectiveDateTime":"2026-11-20T09:00:00Z",)" +
         rest + "}";
}

TEST(Report, CadRadsInTheConclusion) {
  const auto read = read_resources({report(R"("conclusion":"Impression: CAD-RADS 4A/P3/HRP. Prior CAD-RADS 2.")")});
  EXPECT_EQ(read.category("ccta.cad_rads"), "4A");
  EXPECT_EQ(read.category("ccta.plaque_burden"), "P3");
  EXPECT_DOUBLE_EQ(read.value("ccta.high_risk_plaque"), 1);
  EXPECT_DOUBLE_EQ(read.value("ccta.non_diagnostic"), 0);
  EXPECT_EQ(read.of("ccta.cad_rads").front()->origin, Origin::text);
  EXPECT_EQ(read.of("ccta.cad_rads").front()->session, "DiagnosticReport/r");
}

TEST(Report, ACategoryWithoutItsLetterIsABound) {
  const auto read = read_resources({report(R"("conclusion":"CAD-RADS 4")")});
  EXPECT_EQ(read.category("ccta.cad_rads"), "4A");
  EXPECT_EQ(read.of("ccta.cad_rads").front()->comparator, Comparator::greater_or_equal);
  EXPECT_NE(read.issue("cad_rads_without_letter"), nullptr);
}

TEST(Report, CodedWinsOverTheSameText) {
  const auto read = read_resources({report(
      R"("conclusion":"CAD-RADS 3","conclusionCode":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"130726"}]}])")});
  EXPECT_EQ(read.category("ccta.cad_rads"), "3");
  EXPECT_EQ(read.of("ccta.cad_rads").front()->origin, Origin::coded);
}

TEST(Report, CategoryWithModifierN) {
  const auto read = read_resources({report(R"("conclusion":"CAD-RADS 3/N")")});
  EXPECT_EQ(read.category("ccta.cad_rads"), "3");
  EXPECT_DOUBLE_EQ(read.value("ccta.non_diagnostic"), 1);
  const auto only = read_resources({report(R"("conclusion":"CAD-RADS N")")});
  EXPECT_TRUE(only.of("ccta.cad_rads").empty());
  EXPECT_DOUBLE_EQ(only.value("ccta.non_diagnostic"), 1);
}

TEST(Report, ContradictionsAndThePastAreSaid) {
  const auto two = read_resources({report(R"("conclusion":"CAD-RADS 3 or 4A")")});
  EXPECT_EQ(two.of("ccta.cad_rads").size(), 2u);
  EXPECT_NE(two.issue("cad_rads_conflicting"), nullptr);
  const auto past = read_resources({report(R"("conclusion":"Prior CAD-RADS 4A.")")});
  EXPECT_TRUE(past.of("ccta.cad_rads").empty());
  EXPECT_NE(past.issue("cad_rads_past"), nullptr);
}

TEST(Report, StatusAndNarrative) {
  std::string text = report(R"("conclusion":"CAD-RADS 2")");
  EXPECT_TRUE(
      read_resources({text.replace(text.find("final"), 5, "preliminary")}).of("ccta.cad_rads").at(0)->preliminary);
  // The narrative is markup for people; it is never read.
  const auto narrative =
      read_resources({report(R"("text":{"status":"generated","div":"<div><script>CAD-RADS 5</script></div>"})")});
  EXPECT_TRUE(narrative.snapshot->measurements.empty());
}

TEST(Encounter, TheContextDecides) {
  const auto encounter = [](const std::string& id, const std::string& code, const std::string& state = "in-progress") {
    return R"({"resourceType":"Encounter","id":")" + id + R"(","status":")" + state + "\"," + kSubject +
           R"(,"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":")" + code +
           R"("},"period":{"start":"2026-11-24T01:00:00Z"}})";
  };
  EXPECT_DOUBLE_EQ(read_resources({encounter("a", "AMB"), encounter("b", "EMER")}, "a").value("encounter.acute"), 0);
  EXPECT_DOUBLE_EQ(read_resources({encounter("a", "AMB"), encounter("b", "EMER")}, "b").value("encounter.acute"), 1);
  EXPECT_DOUBLE_EQ(read_resources({encounter("a", "AMB"), encounter("b", "EMER")}).value("encounter.acute"), 1);
  EXPECT_TRUE(read_resources({encounter("b", "EMER", "finished")}).of("encounter.acute").empty());
  EXPECT_DOUBLE_EQ(read_resources({encounter("b", "IMP", "planned")}, "b").value("encounter.acute"), 1);
  EXPECT_NE(read_resources({encounter("b", "EMER", "cancelled")}, "b").issue("cancelled"), nullptr);
  EXPECT_NE(read_resources({encounter("b", "XYZ")}).issue("encounter_class_unknown"), nullptr);
  EXPECT_TRUE(read_resources({encounter("a", "AMB")}, "other").of("encounter.acute").empty());
}

std::string response(const std::string& items, const std::string& version = "|1.0.0", const std::string& more = "") {
  return R"({"resourceType":"QuestionnaireResponse","id":"q","status":"completed",)" + kSubject +
         R"(,"questionnaire":"https://cathgate.org/fhir/Questionnaire/chest-pain)" + version +
         R"(","authored":"2026-11-23T10:00:00Z")" + more + R"(,"item":[)" + items + "]}";
}
std::string answer(const std::string& link, const std::string& value) {
  return R"({"linkId":")" + link + R"(","answer":[{)" + value + "}]}";
}
std::string coded(const std::string& code) {
  return R"("valueCoding":{"system":"https://cathgate.org/fhir/CodeSystem/fact-value","code":")" + code + "\"}";
}

TEST(Questionnaire, AnswersBecomeFacts) {
  const auto read = read_resources({response(
      R"({"linkId":"symptoms","item":[)" + answer("main-symptom", coded("chest_pain")) + "," +
      answer("pain-location", R"("valueBoolean":true)") + "," + answer("pain-exertional", R"("valueBoolean":false)") +
      "," + answer("ccs-class", R"("valueInteger":2)") + "," + answer("onset", R"("valueDate":"2026-11-13")") + "]}," +
      answer("smoking", coded("former")) + "," + answer("diabetes", R"("valueBoolean":false)"))});
  EXPECT_EQ(read.category("symptom.main"), "chest_pain");
  EXPECT_DOUBLE_EQ(read.value("symptom.pain_location"), 1);
  EXPECT_DOUBLE_EQ(read.value("symptom.pain_exertional"), 0);
  EXPECT_DOUBLE_EQ(read.value("symptom.ccs_class"), 2);
  EXPECT_NEAR(read.value("symptom.onset_days"), 10.5, 1.0);
  EXPECT_EQ(read.category("risk.smoking"), "former");
  EXPECT_DOUBLE_EQ(read.value("risk.diabetes"), 0);
  EXPECT_TRUE(read.of("symptom.pain_relieved").empty());
  EXPECT_EQ(read.of("symptom.main").front()->session, "QuestionnaireResponse/q");
  EXPECT_TRUE(read.snapshot->issues.empty());
}

TEST(Questionnaire, OtherVersionsAreRefusedAndOthersIgnored) {
  for (const char* version : {"|2.0.0", "", "|"})
    EXPECT_NE(read_resources({response(answer("chest-pain", R"("valueBoolean":true)"), version)})
                  .issue("unknown_questionnaire_version"),
              nullptr)
        << version;
  EXPECT_TRUE(read_resources({response("", "-other|1.0.0")}).snapshot->issues.empty());
}

TEST(Questionnaire, ALikelihoodNeedsAnAuthor) {
  const auto item = answer("clinician-likelihood", R"("valueDecimal":35)");
  EXPECT_NE(read_resources({response(item)}).issue("no_author"), nullptr);
  const auto read = read_resources({response(item, "|1.0.0", R"(,"author":{"reference":"Practitioner/7"})")});
  EXPECT_DOUBLE_EQ(read.value("clinician.likelihood"), 35);
  EXPECT_EQ(read.of("clinician.likelihood").front()->origin, Origin::clinician);
  EXPECT_EQ(read.of("clinician.likelihood").front()->method, "Practitioner/7");
}

TEST(Questionnaire, WrongAnswersBecomeIssues) {
  EXPECT_NE(read_resources({response(answer("ccs-class", R"("valueInteger":7)"))}).issue("implausible_value"), nullptr);
  EXPECT_NE(read_resources({response(answer("chest-pain", R"("valueString":"yes")"))}).issue("unknown_value"), nullptr);
  EXPECT_NE(read_resources({response(answer("onset", R"("valueDate":"2027-01-01")"))}).issue("onset_after_answer"), nullptr);
  EXPECT_NE(
      read_resources({response(R"({"linkId":"chest-pain","answer":[{"valueBoolean":true},{"valueBoolean":false}]})")})
          .issue("several_answers"),
      nullptr);
  EXPECT_EQ(read_resources({response(answer("onset", R"("valueDate":"2026-08")"))})
                .of("symptom.onset_days")
                .at(0)
                ->comparator,
            Comparator::greater_or_equal);
}

JsonDocument published(const std::string& name) {
  auto document = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/docs/fhir/" + name + ".json");
  EXPECT_TRUE(document.ok()) << name;
  return std::move(document).value();
}
void collect_items(JsonValue parent, std::set<std::string>& links, std::set<std::string>& facts_asked) {
  for (JsonValue item : parent["item"].elements()) {
    if (item["type"].text() != "group") {
      EXPECT_TRUE(links.emplace(item["linkId"].text()).second);
      facts_asked.emplace(item["code"][std::size_t{0}]["code"].text());
      const auto known = terms().impl().questionnaire_items.find(std::string(item["linkId"].text()));
      ASSERT_NE(known, terms().impl().questionnaire_items.end()) << item["linkId"].text();
      EXPECT_EQ(facts()[terms().impl().term(known->second).fact].name, item["code"][std::size_t{0}]["code"].text());
      for (JsonValue option : item["answerOption"].elements()) {
        const auto fact = facts().find(item["code"][std::size_t{0}]["code"].text());
        ASSERT_TRUE(fact);
        EXPECT_TRUE(terms().impl().codes.find({Role::value, *fact}, option["valueCoding"]["system"].text(),
                                              option["valueCoding"]["code"].text()));
      }
    }
    collect_items(item, links, facts_asked);
  }
}

TEST(Published, QuestionnaireAndTermsAgree) {
  const auto q = published("Questionnaire-chest-pain");
  EXPECT_EQ(q.root()["url"].text(), terms().impl().questionnaire_url);
  EXPECT_EQ(q.root()["version"].text(), terms().impl().questionnaire_version);
  std::set<std::string> links, facts_asked, expected;
  collect_items(q.root(), links, facts_asked);
  for (const auto& [link, term] : terms().impl().questionnaire_items) expected.insert(link);
  EXPECT_EQ(links, expected);
}

TEST(Published, CodeSystemHoldsExactlyTheFactsOfTheRecord) {
  const auto system = published("CodeSystem-fact");
  EXPECT_EQ(system.root()["url"].text(), terms().impl().fact_system);
  std::set<std::string> listed, expected;
  for (JsonValue c : system.root()["concept"].elements()) listed.emplace(c["code"].text());
  for (const auto& name : terms().impl().fact_codes) expected.insert(name);
  EXPECT_EQ(listed, expected);
  EXPECT_EQ(system.root()["count"].integer(), static_cast<std::int64_t>(listed.size()));
}

TEST(Published, EveryCategoryIsAValueCode) {
  const auto system = published("CodeSystem-fact-value");
  EXPECT_EQ(system.root()["url"].text(), terms().impl().value_system);
  std::set<std::string> listed, expected{"N"};
  for (JsonValue c : system.root()["concept"].elements()) listed.emplace(c["code"].text());
  for (std::size_t i = 0; i < facts().size(); ++i)
    if (facts()[static_cast<FactId>(i)].stage == Stage::record)
      expected.insert(facts()[static_cast<FactId>(i)].categories.begin(),
                      facts()[static_cast<FactId>(i)].categories.end());
  EXPECT_EQ(listed, expected);
  for (const char* name : {"ValueSet-cad-rads", "ValueSet-test-result"}) {
    const auto set = published(name);
    const JsonValue include = set.root()["compose"]["include"][std::size_t{0}];
    EXPECT_EQ(include["system"].text(), terms().impl().value_system);
    for (JsonValue c : include["concept"].elements()) EXPECT_TRUE(listed.contains(std::string(c["code"].text())));
  }
}

}  // namespace
}  // namespace cathgate::fhir
