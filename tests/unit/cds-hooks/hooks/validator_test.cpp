#include "cds-hooks/hooks/response_validator.h"

#include <gtest/gtest.h>

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kDraftOrders = R"({"resourceType": "Bundle", "entry": [
  {"resource": {"resourceType": "ServiceRequest", "id": "ica", "status": "draft"}},
  {"resource": {"resourceType": "ServiceRequest", "id": "signed", "status": "active"}},
  {"resource": {"resourceType": "ServiceRequest", "id": "now", "status": "draft", "priority": "stat"}},
  {"resource": {"resourceType": "MedicationRequest", "id": "drug", "status": "draft"}}]})";

constexpr std::string_view kGood = R"({"cards": [{
  "uuid": "3a1f8a52-0000-8000-8000-000000000001", "summary": "Advice: two facts.", "indicator": "warning", "detail": "Text, 3 < 4",
  "source": {"label": "Cathgate", "topic": {"system": "http://snomed.info/sct", "code": "33367005"}},
  "suggestions": [{"label": "Replace", "uuid": "3a1f8a52-0000-8000-8000-000000000002", "isRecommended": true, "actions": [
    {"type": "create", "description": "Order", "resource": {"resourceType": "ServiceRequest", "id": "new", "status": "draft", "intent": "order",
      "code": {"text": "CCTA"}, "subject": {"reference": "Patient/1"}}},
    {"type": "delete", "description": "Remove", "resourceId": "ServiceRequest/ica"}]},
    {"label": "Add", "uuid": "3a1f8a52-0000-8000-8000-000000000003"}],
  "selectionBehavior": "at-most-one",
  "overrideReasons": [{"code": "a", "system": "urn:x", "display": "A"}],
  "links": [{"label": "Guideline", "url": "https://example.org", "type": "absolute"}]}]})";

std::optional<Error> check(const std::string& response) {
  const auto orders = JsonDocument::parse(std::string(kDraftOrders));
  const auto document = JsonDocument::parse(response);
  if (!document) {
    ADD_FAILURE() << document.error().message;
    return std::nullopt;
  }
  return validate_response(document->root(), orders->root());
}

// The good response with one text replaced.
std::optional<Error> check_with(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const auto at = text.find(from);
  if (at == std::string::npos)
    ADD_FAILURE() << "not in the good response: " << from;
  else
    text.replace(at, from.size(), to);
  return check(text);
}

TEST(Validator, AcceptsAGoodResponse) {
  const auto error = check(std::string(kGood));
  EXPECT_FALSE(error) << error->where << ": " << error->message;
}

TEST(Validator, AcceptsNoCards) {
  EXPECT_FALSE(check(R"({"cards": []})"));
}

// A drug is proposed, never ordered, and without a dose.
TEST(Validator, ADrugIsOnlyProposed) {
  constexpr std::string_view kOrder = R"({"resourceType": "ServiceRequest", "id": "new", "status": "draft", "intent": "order",
      "code": {"text": "CCTA"}, "subject": {"reference": "Patient/1"}})";
  const auto drug = [](std::string_view intent, std::string_view more) {
    return R"({"resourceType": "MedicationRequest", "id": "new", "status": "draft", "intent": ")" + std::string(intent) +
           R"(", "medicationCodeableConcept": {"text": "a class"}, "subject": {"reference": "Patient/1"})" + std::string(more) + "}";
  };
  EXPECT_FALSE(check_with(kOrder, drug("proposal", "")));
  EXPECT_TRUE(check_with(kOrder, drug("order", "")));
  EXPECT_TRUE(check_with(kOrder, drug("proposal", R"(, "dosageInstruction": [{"text": "daily"}])")));
}

struct Broken {
  std::string_view name, from, to, where;
};

class BrokenResponse : public testing::TestWithParam<Broken> {};

TEST_P(BrokenResponse, IsRefusedWithItsPlace) {
  const auto error = check_with(GetParam().from, GetParam().to);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::internal);
  EXPECT_EQ(error->where, GetParam().where);
}

const Broken kBroken[] = {
    {"X2_null", R"("code": "33367005")", R"("code": null)", "code"},
    {"X3_empty_string", R"("label": "Add")", R"("label": "")", "label"},
    {"X3_empty_array", R"([{"code": "a", "system": "urn:x", "display": "A"}])", "[]", "overrideReasons"},
    {"X3_empty_object", R"({"text": "CCTA"})", "{}", "code"},
    {"C1_uuid", "3a1f8a52-0000-8000-8000-000000000001", "card-1", "cards[0].uuid"},
    {"C2_no_summary", R"("summary")", R"("title")", "cards[0].summary"},
    {"C2_two_lines", "Advice: two facts.", R"(Advice:\ntwo facts.)", "cards[0].summary"},
    {"C3_html", "Text, 3 < 4", "Text <b>bold</b>", "cards[0].detail"},
    {"C3_comment", "Text, 3 < 4", "Text <!-- x -->", "cards[0].detail"},
    {"C4_indicator", R"("warning")", R"("hard-stop")", "cards[0].indicator"},
    {"C5_source", R"("source": {)", R"("origin": {)", "cards[0].source"},
    {"C6_label", R"("label": "Cathgate",)", "", "cards[0].source.label"},
    {"C9_topic", R"("system": "http://snomed.info/sct", )", "", "cards[0].source.topic.system"},
    {"C11_behavior", R"("at-most-one")", R"("all")", "cards[0].selectionBehavior"},
    {"C12_display", R"(, "display": "A")", "", "cards[0].overrideReasons[0].display"},
    {"G1_label", R"("label": "Replace", )", "", "cards[0].suggestions[0].label"},
    {"G2_uuid", "3a1f8a52-0000-8000-8000-000000000003", "x", "cards[0].suggestions[1].uuid"},
    {"G3_recommended", R"("label": "Add",)", R"("label": "Add", "isRecommended": true,)", "cards[0].suggestions"},
    {"G6_type", R"("type": "create")", R"("type": "update")", "cards[0].suggestions[0].actions[0].type"},
    {"G7_description", R"("description": "Order", )", "", "cards[0].suggestions[0].actions[0].description"},
    {"G8_no_id", R"("id": "new", )", "", "cards[0].suggestions[0].actions[0].resource.id"},
    {"G8_status", R"("status": "draft", "intent")", R"("status": "active", "intent")",
     "cards[0].suggestions[0].actions[0].resource.status"},
    {"G10_unknown", "ServiceRequest/ica", "ServiceRequest/other", "cards[0].suggestions[0].actions[1].resourceId"},
    {"G84_signed", "ServiceRequest/ica", "ServiceRequest/signed", "cards[0].suggestions[0].actions[1].resourceId"},
    {"G84_stat", "ServiceRequest/ica", "ServiceRequest/now", "cards[0].suggestions[0].actions[1].resourceId"},
    {"G84_other_type", "ServiceRequest/ica", "MedicationRequest/drug", "cards[0].suggestions[0].actions[1].resourceId"},
    {"G11_delete_alone",
     R"("type": "create", "description": "Order", "resource": {"resourceType": "ServiceRequest", "id": "new", "status": "draft", "intent": "order",
      "code": {"text": "CCTA"}, "subject": {"reference": "Patient/1"}})",
     R"("type": "delete", "description": "Remove", "resourceId": "ServiceRequest/ica")",
     "cards[0].suggestions[0].actions"},
    {"L1_type", R"("type": "absolute")", R"("type": "app")", "cards[0].links[0].type"},
    {"L1_script", "https://example.org", "javascript:alert(1)", "cards[0].links[0].url"},
    {"L2_context", R"("type": "absolute")", R"("type": "absolute", "appContext": "x")", "cards[0].links[0].appContext"},
    {"Y1_system_actions", R"({"cards": [)", R"({"systemActions": [1], "cards": [)", "systemActions"},
};

INSTANTIATE_TEST_SUITE_P(Rules, BrokenResponse, testing::ValuesIn(kBroken),
                         [](const auto& broken) { return std::string(broken.param.name); });

TEST(Validator, CountsTheSummaryInCodePoints) {
  std::string chinese;
  for (int i = 0; i < 139; ++i) chinese += "造";
  EXPECT_FALSE(check_with("Advice: two facts.", chinese));
  const auto error = check_with("Advice: two facts.", chinese + "影");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->where, "cards[0].summary");
}

TEST(Validator, RefusesSevenOverrideReasons) {
  std::string reasons;
  for (int i = 0; i < 6; ++i) reasons += R"({"code": "b", "system": "urn:x", "display": "B"}, )";
  const auto error = check_with(R"("overrideReasons": [)", R"("overrideReasons": [)" + reasons);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->where, "cards[0].overrideReasons");
}

TEST(Validator, RefusesWhatIsNoResponse) {
  EXPECT_TRUE(check("{}"));
  EXPECT_TRUE(check("[]"));
  EXPECT_TRUE(check(R"({"cards": {}})"));
}

}  // namespace
}  // namespace cathgate::cds_hooks
