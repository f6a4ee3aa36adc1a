// What a card may do to an order: group G, 84.
#include "card_fixture.h"
#include "cds-hooks/cards/suggestions.h"

namespace cathgate::cds_hooks {
namespace {

struct Suggestions : CardTest {
  std::vector<std::string> ids;
  JsonDocument write(const Assessment& a, const fhir::DraftOrder& order, bool acute = false) {
    JsonWriter w;
    w.start_object();
    write_suggestions(w, context(), a, order, acute, sha256("card"), ids);
    w.end_object();
    return std::move(JsonDocument::parse(w.take()).value());
  }
  static std::size_t deletes(JsonValue card) {
    std::size_t count = 0;
    for (const auto suggestion : card["suggestions"].elements())
      for (const auto action : suggestion["actions"].elements()) count += action["type"].text() == "delete" ? 1 : 0;
    return count;
  }
};

TEST_F(Suggestions, OffersToReplaceTheDraftOrToAddTheTest) {
  const auto document = write(test_first(), draft());
  const auto suggestions = document.root()["suggestions"];
  ASSERT_EQ(suggestions.size(), 2u);
  EXPECT_EQ(document.root()["selectionBehavior"].text(), "at-most-one");
  const auto replace = suggestions[std::size_t{0}], add = suggestions[1];
  EXPECT_TRUE(replace["isRecommended"].boolean().value_or(false));
  EXPECT_TRUE(add["isRecommended"].is_missing());
  ASSERT_EQ(replace["actions"].size(), 2u);
  EXPECT_EQ(replace["actions"][1]["resourceId"].text(), "ServiceRequest/ica");
  EXPECT_EQ(add["actions"].size(), 1u);
  EXPECT_EQ(ids.size(), 2u);
}

TEST_F(Suggestions, TheNewOrderRepeatsTheIndicationAndNothingElse) {
  const auto document = write(test_first(), draft());
  const auto created = document.root()["suggestions"][std::size_t{0}]["actions"][std::size_t{0}]["resource"];
  EXPECT_EQ(created["status"].text(), "draft");
  EXPECT_EQ(created["intent"].text(), "order");
  EXPECT_EQ(created["subject"]["reference"].text(), "Patient/p1");
  EXPECT_EQ(created["encounter"]["reference"].text(), "Encounter/e1");
  EXPECT_EQ(created["requester"]["reference"].text(), "Practitioner/1");
  EXPECT_EQ(created["reasonCode"][std::size_t{0}]["coding"][std::size_t{0}]["code"].text(), "29857009");
  EXPECT_TRUE(created["reasonCode"][std::size_t{0}]["text"].is_missing())
      << "empty elements of the draft are not repeated";
  EXPECT_TRUE(created["note"].is_missing());
  EXPECT_EQ(created["meta"]["tag"][std::size_t{0}]["code"].text(), "cathgate");
  EXPECT_EQ(created["meta"]["security"][std::size_t{0}]["code"].text(), "AIAST");
  EXPECT_FALSE(created["code"]["coding"][std::size_t{0}]["code"].text().empty());
}

TEST_F(Suggestions, AnEndlessIndicationIsNotRepeated) {
  const auto huge = order(
      R"({"resourceType": "ServiceRequest", "id": "ica", "status": "draft", "subject": {"reference": "Patient/p1"}, "reasonCode": [{"text": ")" +
      std::string(100'000, 'x') + "\"}]}");
  const auto document = write(test_first(), huge);
  const auto created = document.root()["suggestions"][std::size_t{0}]["actions"][std::size_t{0}]["resource"];
  EXPECT_TRUE(created["reasonCode"].is_missing());
  EXPECT_EQ(created["subject"]["reference"].text(), "Patient/p1");
}

TEST_F(Suggestions, NeverDeletesASignedOrUrgentOrderOrInAnAcuteEncounter) {
  for (const std::string_view status : {"active", "on-hold", "completed", ""}) {
    auto order = draft();
    order.status = status;
    const auto document = write(test_first(), order);
    EXPECT_EQ(deletes(document.root()), 0u) << status;
    EXPECT_TRUE(document.root()["suggestions"][std::size_t{0}]["isRecommended"].boolean().value_or(false))
        << "to add the test is then what is recommended";
  }
  for (const std::string_view priority : {"urgent", "asap", "stat"}) {
    auto order = draft();
    order.priority = priority;
    EXPECT_EQ(deletes(write(test_first(), order).root()), 0u) << priority;
  }
  EXPECT_EQ(deletes(write(test_first(), draft(), true).root()), 0u);
}

TEST_F(Suggestions, OnlyATestThatComesFirstIsOffered) {
  for (int d = 0; d <= static_cast<int>(Decision::not_applicable); ++d) {
    auto a = test_first();
    a.decision = static_cast<Decision>(d);
    EXPECT_EQ(write(a, draft()).root()["suggestions"].size(), a.decision == Decision::test_first ? 2u : 0u) << d;
  }
  auto a = test_first();
  a.next_test.reset();
  EXPECT_TRUE(write(a, draft()).root()["suggestions"].is_missing());
}

TEST_F(Suggestions, ATenantCanSwitchThemOff) {
  tenant.offer_suggestions = false;
  EXPECT_TRUE(write(test_first(), draft()).root()["suggestions"].is_missing());
  EXPECT_TRUE(ids.empty());
}

}  // namespace
}  // namespace cathgate::cds_hooks
