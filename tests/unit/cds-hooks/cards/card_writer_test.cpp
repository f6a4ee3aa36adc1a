#include "cds-hooks/cards/card_writer.h"

#include "card_fixture.h"
#include "cds-hooks/cards/card_detail.h"
#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/cards/card_summary.h"
#include "cds-hooks/hooks/response_validator.h"

namespace cathgate::cds_hooks {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct CardWriter : CardTest {
  std::string write(const Assessment& a, const fhir::DraftOrder* order,
                    ServiceKind service = ServiceKind::angiography) const {
    JsonWriter w;
    w.start_object().key("cards").start_array();
    write_card(w, context(service), a, order, false, sha256("card"));
    w.end_array().end_object();
    return w.take();
  }
};

TEST_F(CardWriter, SummaryGivesTheAdviceAndTheTwoFactsThatDroveIt) {
  EXPECT_EQ(
      write_summary(context(), test_first()),
      "Coronary CT angiography first, before invasive angiography: likelihood 26.5 %; no diagnostic anatomical test.");
}

TEST_F(CardWriter, FactsThatDoNotFitAreLeftOutNotCut) {
  auto a = test_first();
  a.drivers = {evidence("symptom.pain_location", 1), evidence("likelihood.percent", 26.5125)};
  EXPECT_LT(code_points(write_summary(context(), a)), 140u);
  a.drivers[0] = evidence("ecg.st_elevation_equivalent", 1);
  EXPECT_TRUE(write_summary(context(), a).ends_with("."));
}

TEST_F(CardWriter, EverySummaryIsShortWhateverTheFacts) {
  for (int d = 0; d < static_cast<int>(Decision::not_applicable); ++d)
    for (const auto service : {ServiceKind::angiography, ServiceKind::chest_pain})
      for (FactId f = 0; f < test_facts().size(); ++f) {
        auto a = test_first();
        a.decision = static_cast<Decision>(d);
        a.drivers = {{f, FactValue::exactly(1)},
                     {static_cast<FactId>(test_facts().size() - 1 - f), FactValue::exactly(0)}};
        a.missing = {{f, UnknownReason::never_sent}, {0, UnknownReason::too_old}};
        const auto summary = write_summary(context(service), a);
        EXPECT_LT(code_points(summary), 140u) << summary;
        EXPECT_FALSE(holds(summary, "{")) << summary;
      }
}

TEST_F(CardWriter, InsufficientDataNamesTheInputThatIsMissing) {
  auto a = test_first();
  a.decision = Decision::insufficient_data;
  a.missing = {{fact("symptom.pain_exertional"), UnknownReason::never_sent}};
  EXPECT_EQ(write_summary(context(), a),
            "No advice yet on this angiogram; missing: Brought on by physical or emotional stress.");
}

TEST_F(CardWriter, OnlyAnEmergencyIsCritical) {
  auto a = test_first();
  a.severity = Severity::critical;
  auto indicator = [&](Decision d) {
    a.decision = d;
    const auto document = JsonDocument::parse(write(a, nullptr));
    return std::string(document->root()["cards"][std::size_t{0}]["indicator"].text());
  };
  EXPECT_EQ(indicator(Decision::emergency), "critical");
  EXPECT_EQ(indicator(Decision::angiography_recommended), "warning");
  EXPECT_EQ(indicator(Decision::test_first), "warning");
  EXPECT_EQ(indicator(Decision::defer), "info");
}

TEST_F(CardWriter, LinksToThePageForFindingsByHandWhereTheSiteAllowsIt) {
  const auto links = [&] {
    const auto document = JsonDocument::parse(write(test_first(), nullptr));
    return JsonWriter().value(document->root()["cards"][std::size_t{0}]["links"]).take();
  };
  EXPECT_FALSE(holds(links(), "url"));
  tenant.assess_url = "https://cathgate.example/assess";
  EXPECT_EQ(links(), R"([{"label":"Enter findings by hand and assess again","url":"https://cathgate.example/assess","type":"absolute"}])");
  const auto document = JsonDocument::parse(write(test_first(), nullptr));
  EXPECT_FALSE(validate_response(document->root(), JsonValue()));
}

TEST_F(CardWriter, DetailShowsWhatTheReaderNeedsToJudge) {
  const auto order = draft();
  const auto detail = write_detail(context(), test_first(), &order);
  for (const std::string_view part :
       {"**The likelihood is moderate",
        "**Next test: coronary CT angiography**; a normal result would give 1.4 % (angiography can be deferred), an abnormal one 61.6 % (one more test first). By its published ratios it rightly settles the question in about 58 % of such patients.",
        "Also suitable: stress echocardiography.",
        "Not suitable: exercise ECG (not suited to rule out obstructive disease).",
        "not for patient care",
        "not clinically signed off",
        "Coronary angiography (ServiceRequest/ica)",
        "**Likelihood of obstructive coronary disease: 26.5 % (moderate)**, no published interval.",
        "- RF-CL 1.0.0: 26.5 % [1]",
        "ESC 2024 table gives 27 %",
        "| Age | 55 years | undated | Patient/p1 |",
        "2026-11-20 | QuestionnaireResponse/q1",
        "Recorded or calculated as no: Diabetes.",
        "- CCTA is preferred to rule out disease at a likelihood of 26.5 %. Functional imaging is the alternative. "
        "(class I, level A; [1] Recommendation Table 8)",
        "An abnormal result of the next test.",
        "**Urgent reassessment at once",
        "does not mention them: Premature coronary disease",
        "The unit ‹b>mg‹/b> is not known. (prefetch.lipids.entry\\[2\\])",
        "knowledge 0123456789ab, assessed 2026-11-24",
        "[1] Vrints C et al. Eur Heart J 2024;45:3415-3537, doi 10.1093/eurheartj/ehae177"})
    EXPECT_TRUE(holds(detail, part)) << part << "\nin\n" << detail;
  EXPECT_LT(detail.size(), 5'000u);
}

TEST_F(CardWriter, AnEmergencyCardGivesNoLikelihoodAndNoAdviceToWait) {
  auto a = test_first();
  a.decision = Decision::emergency;
  a.likelihood.reset();
  a.likelihood_silence = "silent.acute";
  a.next_test.reset();
  const auto detail = write_detail(context(), a, nullptr);
  EXPECT_TRUE(holds(detail, "No likelihood is given"));
  EXPECT_FALSE(holds(detail, "What would change this advice"));
}

TEST_F(CardWriter, ManyIssuesAreCounted) {
  auto a = test_first();
  a.issues.assign(400, {DataIssue::Kind::ignored, "prefetch.x", "unknown_unit", "A unit is not known."});
  const auto detail = write_detail(context(), a, nullptr);
  EXPECT_TRUE(holds(detail, "and 395 more remarks"));
  EXPECT_LT(detail.size(), 5'000u);
}

TEST_F(CardWriter, PreventionSaysWhetherTheRecordShowsTheDrug) {
  auto a = test_first();
  Finding finding;
  finding.summary = "Statin for coronary plaque";
  finding.citation = &esc;
  finding.evidence = {evidence("drug.statin", 0)};
  finding.missing = {{fact("drug.aspirin"), UnknownReason::list_incomplete}};
  a.statements.push_back({finding, Statement::Action::prevention});
  const auto detail = write_detail(context(), a, nullptr);
  EXPECT_TRUE(holds(detail, "Statin: not on the medication list."));
  EXPECT_TRUE(holds(detail, "Aspirin: not known"));
}

TEST_F(CardWriter, TextOfTheOrderIsHarmless) {
  auto order = draft();
  order.display = "<img src=x> | [click](http://evil) \u202Etxt";
  const auto detail = write_detail(context(), test_first(), &order);
  EXPECT_FALSE(holds(detail, "<img"));
  EXPECT_TRUE(holds(detail, "\\| \\[click\\](http\\://evil) txt"));
}

TEST_F(CardWriter, TheCardPassesTheValidator) {
  const auto order = draft();
  const auto bundle = JsonDocument::parse(
      R"({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "ServiceRequest", "id": "ica", "status": "draft"}}]})");
  for (int d = 0; d < static_cast<int>(Decision::not_applicable); ++d) {
    auto a = test_first();
    a.decision = static_cast<Decision>(d);
    const auto document = JsonDocument::parse(write(a, &order));
    ASSERT_TRUE(document.ok());
    const auto problem = validate_response(document->root(), bundle->root());
    EXPECT_FALSE(problem) << d << " " << problem->where << ": " << problem->message;
  }
}

TEST_F(CardWriter, AnUnusableOrderGetsNoAdvice) {
  auto order = draft();
  order.usable = false;
  order.issues = {
      {DataIssue::Kind::ignored, "draftOrders.entry[0]", "wrong_patient", "The order is another patient's."}};
  JsonWriter w;
  w.start_object().key("cards").start_array();
  write_unusable_card(w, context(), order, kNow, sha256("card"));
  w.end_array().end_object();
  const auto document = JsonDocument::parse(w.take());
  EXPECT_FALSE(validate_response(document->root(), JsonValue()));
  const auto card = document->root()["cards"][std::size_t{0}];
  EXPECT_TRUE(holds(card["detail"].text(), "another patient"));
  EXPECT_TRUE(card["suggestions"].is_missing());
}

TEST_F(CardWriter, TheIdentityDependsOnEveryInputButTheTime) {
  const CardIdentity base{"cathgate-angiography", "clinic", "p1", "ServiceRequest/ica", "{}", "defer", "k"};
  const auto id = card_uuid(digest_of(base));
  EXPECT_TRUE(is_uuid(id));
  EXPECT_EQ(card_uuid(digest_of(base)), id);
  auto other = base;
  other.tenant = "other";
  EXPECT_NE(card_uuid(digest_of(other)), id);
  other = base;
  other.decision = "test_first";
  EXPECT_NE(card_uuid(digest_of(other)), id);
  other = base;
  other.tenant = "clinicp", other.patient_id = "1";
  EXPECT_NE(card_uuid(digest_of(other)), id) << "fields do not run into each other";
  EXPECT_NE(part_uuid(digest_of(base), "add"), part_uuid(digest_of(base), "replace"));
}

}  // namespace
}  // namespace cathgate::cds_hooks
