// The hook request: CDS Hooks checklist 1.3, 1.15 and its tolerances.
#include <gtest/gtest.h>

#include "cds-hooks/hooks/hook_request.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kSign = R"({"hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
  "fhirServer": "https://ehr.example/r4",
  "fhirAuthorization": {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs", "subject": "cathgate"},
  "context": {"userId": "Practitioner/1", "patientId": "p1", "encounterId": "e1",
    "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "ServiceRequest", "id": "ica"}}]}},
  "prefetch": {"patient": {"resourceType": "Patient", "id": "p1"}}, "somethingNew": [1], "extension": {"org.example": 1}})";

std::string with(std::string_view from, std::string_view to, std::string text = std::string(kSign)) {
  const auto at = text.find(from);
  if (at == std::string::npos)
    ADD_FAILURE() << "not there: " << from;
  else
    text.replace(at, from.size(), to);
  return text;
}

void expect_refused(const std::string& body, std::string_view where,
                    std::string_view service = "cathgate-angiography") {
  const auto document = JsonDocument::parse(body);
  ASSERT_TRUE(document.ok()) << document.error().message;
  const auto request = read_hook_request(document->root(), service);
  ASSERT_FALSE(request.ok()) << where;
  EXPECT_EQ(request.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(request.error().where, where);
}

TEST(HookRequest, ReadsOrderSign) {
  const auto document = JsonDocument::parse(std::string(kSign));
  const auto request = read_hook_request(document->root(), "cathgate-angiography");
  ASSERT_TRUE(request.ok()) << request.error().where;
  EXPECT_EQ(request->hook, Hook::order_sign);
  EXPECT_EQ(request->patient_id, "p1");
  EXPECT_EQ(request->encounter_id, "e1");
  EXPECT_TRUE(request->prefetch.is_object());
  EXPECT_TRUE(request->issues.empty());
}

TEST(HookRequest, PrefetchAndEncounterAreOptional) {
  auto body = with(R"("encounterId": "e1",)", "");
  body = with(R"("prefetch": {"patient": {"resourceType": "Patient", "id": "p1"}}, )", "", body);
  const auto document = JsonDocument::parse(body);
  const auto request = read_hook_request(document->root(), "cathgate-angiography");
  ASSERT_TRUE(request.ok()) << request.error().where;
  EXPECT_TRUE(request->prefetch.is_missing());
}

TEST(HookRequest, AResourceTypeBeforeAnIdIsToleratedAndReported) {
  const auto document = JsonDocument::parse(with(R"("patientId": "p1")", R"("patientId": "Patient/p1")"));
  const auto request = read_hook_request(document->root(), "cathgate-angiography");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->patient_id, "p1");
  ASSERT_EQ(request->issues.size(), 1u);
  EXPECT_EQ(request->issues[0].where, "context.patientId");
  EXPECT_EQ(request->issues[0].code, "typed_id");
}

TEST(HookRequest, NamesTheFirstElementThatIsWrong) {
  expect_refused("[]", "");
  expect_refused(with(R"("hook": "order-sign",)", ""), "hook");
  expect_refused(with("order-sign", "patient-view"), "hook");
  expect_refused(with("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "42"), "hookInstance");
  expect_refused(with("https://ehr.example/r4", "ftp://ehr.example"), "fhirServer");
  expect_refused(with(R"("fhirServer": "https://ehr.example/r4",)", ""), "fhirServer");
  expect_refused(with(R"("access_token": "t", )", ""), "fhirAuthorization.access_token");
  expect_refused(with("Bearer", "MAC"), "fhirAuthorization.token_type");
  expect_refused(with("300", R"("300")"), "fhirAuthorization.expires_in");
  expect_refused(with(R"("userId": "Practitioner/1", )", ""), "context.userId");
  expect_refused(with("Practitioner/1", "1"), "context.userId");
  expect_refused(with(R"("patientId": "p1", )", ""), "context.patientId");
  expect_refused(with(R"("patientId": "p1")", R"("patientId": "Group/1")"), "context.patientId");
  expect_refused(with(R"("patientId": "p1")", R"("patientId": 7)"), "context.patientId");
  expect_refused(with(R"("encounterId": "e1")", R"("encounterId": "")"), "context.encounterId");
  expect_refused(with("draftOrders", "orders"), "context.draftOrders");
  expect_refused(with("Bundle", "List"), "context.draftOrders.resourceType");
  expect_refused(with(R"({"resource": {"resourceType": "ServiceRequest", "id": "ica"}})", R"({"resource": 7})"),
                 "context.draftOrders.entry[0].resource");
  expect_refused(with(R"({"patient": {"resourceType": "Patient", "id": "p1"}})", "[]"), "prefetch");
  expect_refused(with(R"({"org.example": 1})", "[]"), "extension");
}

TEST(HookRequest, SelectionsMustBeAmongTheDrafts) {
  const auto select = with("order-sign", "order-select");
  expect_refused(select, "context.selections");
  expect_refused(with(R"("draftOrders")", R"("selections": ["ServiceRequest/other"], "draftOrders")", select),
                 "context.selections[0]");
  expect_refused(with(R"("draftOrders")", R"("selections": ["ica"], "draftOrders")", select), "context.selections[0]");
  const auto document =
      JsonDocument::parse(with(R"("draftOrders")", R"("selections": ["ServiceRequest/ica"], "draftOrders")", select));
  const auto request = read_hook_request(document->root(), "cathgate-angiography");
  ASSERT_TRUE(request.ok()) << request.error().where;
  EXPECT_EQ(request->selections, std::vector<std::string_view>{"ServiceRequest/ica"});
}

TEST(HookRequest, EncounterStartNeedsAnEncounterAndNoOrders) {
  const auto start = with("order-sign", "encounter-start");
  expect_refused(with(R"("encounterId": "e1",)", "", start), "context.encounterId", "cathgate-chest-pain");
  const auto document = JsonDocument::parse(with("draftOrders", "ignored", start));
  EXPECT_TRUE(read_hook_request(document->root(), "cathgate-chest-pain").ok());
}

TEST(HookRequest, AnUnknownServiceIsNotFound) {
  const auto document = JsonDocument::parse(std::string(kSign));
  const auto request = read_hook_request(document->root(), "cathgate");
  ASSERT_FALSE(request.ok());
  EXPECT_EQ(request.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace cathgate::cds_hooks
