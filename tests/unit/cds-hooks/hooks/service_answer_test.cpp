// The whole path from a body to a body, and what may go wrong on it.
#include <gtest/gtest.h>

#include "cds-hooks/hooks/service.h"
#include "core/digest.h"
#include "core/json.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {
namespace {

constexpr UnixSeconds kNow = 1795507200;  // 2026-11-24T08:00:00Z
constexpr std::string_view kService = "cathgate-angiography";

const ServiceKnowledge& knowledge() {
  static const auto loaded = ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return **loaded.value;
}

std::string order(std::string_view id, std::string_view code = "33367005", std::string_view extra = "",
                  std::string_view patient = "p1") {
  return R"({"resource": {"resourceType": "ServiceRequest", "id": ")" + std::string(id) +
         R"(", "status": "draft", "intent": "order", "subject": {"reference": "Patient/)" + std::string(patient) +
         R"("}, "code": {"coding": [{"system": "http://snomed.info/sct", "code": ")" + std::string(code) + R"("}]})" +
         std::string(extra) + "}}";
}

std::string request(
    const std::string& orders, std::string_view hook = "order-sign", std::string_view context = "",
    std::string_view prefetch =
        R"("patient": {"resourceType": "Patient", "id": "p1", "gender": "male", "birthDate": "1970-01-01"})") {
  return R"({"hook": ")" + std::string(hook) +
         R"(", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {"userId": "Practitioner/1", "patientId": "p1", )" +
         std::string(context) + R"("draftOrders": {"resourceType": "Bundle", "entry": [)" + orders +
         R"(]}}, "prefetch": {)" + std::string(prefetch) + "}}";
}

Result<Answer> answer(std::string body, std::string_view service = kService) {
  return answer_hook(knowledge(), {}, service, std::move(body), kNow);
}

std::size_t cards_of(const Answer& a) {
  return JsonDocument::parse(a.body)->root()["cards"].size();
}

TEST(AnswerHook, AnOrderThatIsSomethingElseGetsNoCard) {
  const auto a = answer(request(order("x", "77477000")));
  ASSERT_TRUE(a.ok()) << a.error().message;
  EXPECT_EQ(a->body, R"({"cards":[]})");
  EXPECT_EQ(a->entry.decision, "no_card");
  EXPECT_TRUE(a->decisions.empty());
}

TEST(AnswerHook, OfSeveralOrdersTheRightOneIsNamed) {
  const auto a = answer(request(order("ct", "77477000") + "," + order("ica-1") + "," + order("ica-2")));
  ASSERT_TRUE(a.ok()) << a.error().message;
  ASSERT_EQ(cards_of(*a), 2u);
  const auto document = JsonDocument::parse(a->body);
  const auto cards = document->root()["cards"];
  EXPECT_NE(cards[std::size_t{0}]["detail"].text().find("ServiceRequest/ica-1"), std::string_view::npos);
  EXPECT_NE(cards[1]["detail"].text().find("ServiceRequest/ica-2"), std::string_view::npos);
  EXPECT_NE(cards[std::size_t{0}]["uuid"].text(), cards[1]["uuid"].text());
}

TEST(AnswerHook, MoreOrdersThanAnyoneReadsAreRefused) {
  std::string orders = order("ica");
  for (int i = 0; i < 19; ++i) orders += "," + order("ica-" + std::to_string(i));
  EXPECT_EQ(cards_of(*answer(request(orders))), 20u);
  const auto a = answer(request(orders + "," + order("one-more")));
  ASSERT_FALSE(a.ok());
  EXPECT_EQ(a.error().where, "context.draftOrders");
}

TEST(AnswerHook, FillsTheLedgerEntry) {
  const auto a = answer(request(order("ica")));
  ASSERT_TRUE(a.ok());
  const auto& e = a->entry;
  EXPECT_EQ(e.service_id, kService);
  EXPECT_EQ(e.hook, "order-sign");
  EXPECT_EQ(e.hook_instance, "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
  EXPECT_EQ(e.patient_id, "p1");
  EXPECT_EQ(e.order_reference, "ServiceRequest/ica");
  EXPECT_EQ(e.as_of, kNow);
  EXPECT_EQ(e.knowledge_digest, knowledge().digest);
  EXPECT_EQ(e.card_ids.size(), 1u);
  EXPECT_EQ(a->decisions.size(), 1u);
  EXPECT_EQ(e.decision, a->decisions.front());
  EXPECT_TRUE(e.response.empty());
  EXPECT_TRUE(JsonDocument::parse(e.facts).ok());
}

TEST(AnswerHook, TheSameCallGivesTheSameBytes) {
  const auto body = request(order("ica"));
  EXPECT_EQ(answer(body)->body, answer(body)->body);
}

TEST(AnswerHook, OrderSelectKeepsTheCardOfADraftThatStays) {
  const auto signing = answer(request(order("ica")));
  const auto selected = answer(request(order("ica") + "," + order("lab", "77477000"), "order-select",
                                       R"("selections": ["ServiceRequest/ica"], )"));
  const auto staying = answer(request(order("ica") + "," + order("lab", "77477000"), "order-select",
                                      R"("selections": ["ServiceRequest/lab"], )"));
  ASSERT_TRUE(signing.ok() && selected.ok() && staying.ok());
  EXPECT_EQ(selected->body, signing->body);
  EXPECT_EQ(staying->body, signing->body);
}

TEST(AnswerHook, AChangedFactMakesANewCard) {
  const auto before = answer(request(order("ica")));
  const auto after = answer(
      request(order("ica"), "order-sign", "",
              R"("patient": {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1970-01-01"})"));
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_NE(before->entry.card_ids, after->entry.card_ids);
}

TEST(AnswerHook, AnOrderOfAnotherPatientIsRefusedOnTheCard) {
  const auto a = answer(request(order("ica", "33367005", "", "p2")));
  ASSERT_TRUE(a.ok()) << a.error().message;
  ASSERT_EQ(cards_of(*a), 1u);
  EXPECT_EQ(a->decisions, std::vector<std::string>{"insufficient_data"});
  EXPECT_EQ(a->body.find("suggestions"), std::string::npos);
}

TEST(AnswerHook, AnOrderThatIsOverGetsNoCard) {
  auto body = request(order("ica"));
  body.replace(body.find("\"draft\""), 7, "\"revoked\"");
  const auto a = answer(body);
  ASSERT_TRUE(a.ok());
  EXPECT_EQ(a->body, R"({"cards":[]})");
  EXPECT_EQ(a->decisions, std::vector<std::string>{"not_applicable"});
}

TEST(AnswerHook, WithoutThePatientTheAnswerIs412) {
  const auto a = answer(request(order("ica"), "order-sign", "", ""));
  ASSERT_FALSE(a.ok());
  EXPECT_EQ(a.error().code, ErrorCode::missing_data);
}

TEST(AnswerHook, AnotherPatientsRecordIsRefused) {
  const auto a =
      answer(request(order("ica"), "order-sign", "", R"("patient": {"resourceType": "Patient", "id": "p2"})"));
  ASSERT_FALSE(a.ok());
  EXPECT_EQ(a.error().code, ErrorCode::invalid_input);
}

TEST(AnswerHook, BadJsonNamesItsPlace) {
  const auto a = answer("{\"hook\": }");
  ASSERT_FALSE(a.ok());
  EXPECT_EQ(a.error().code, ErrorCode::invalid_input);
  EXPECT_FALSE(a.error().where.empty() && a.error().message.empty());
}

TEST(AnswerHook, TheTokenIsNotKept) {
  auto body = request(order("ica"));
  body.insert(
      1,
      R"("fhirServer": "https://ehr.example", "fhirAuthorization": {"access_token": "secret-token-7", "token_type": "Bearer", "expires_in": 300, "scope": "x", "subject": "y"}, )");
  const auto a = answer(body);
  ASSERT_TRUE(a.ok()) << a.error().where;
  EXPECT_EQ(a->body.find("secret-token-7"), std::string::npos);
  EXPECT_EQ(a->entry.facts.find("secret-token-7"), std::string::npos);
}

TEST(AnswerHook, HostileTextOfTheOrderStaysText) {
  const auto a = answer(
      request(order("ica", "33367005",
                    R"(, "note": [{"text": "<script>"}], "reasonCode": [{"text": "<img src=x onerror=alert(1)>"}])")));
  ASSERT_TRUE(a.ok()) << a.error().where << a.error().message;
  const auto document = JsonDocument::parse(a->body);
  EXPECT_EQ(document->root()["cards"][std::size_t{0}]["detail"].text().find("<"), std::string_view::npos);
}

TEST(AnswerHook, TheChestPainServiceSpeaksOnlyOfChestPain) {
  auto view = [](std::string_view prefetch) {
    return answer(
        R"({"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {"userId": "Practitioner/1", "patientId": "p1"}, "prefetch": {"patient": {"resourceType": "Patient", "id": "p1", "gender": "male", "birthDate": "1970-01-01"})" +
            std::string(prefetch) + "}}",
        "cathgate-chest-pain");
  };
  const auto silent = view("");
  ASSERT_TRUE(silent.ok()) << silent.error().message;
  EXPECT_EQ(silent->body, R"({"cards":[]})");
  const auto pain = view(
      R"(, "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "recordedDate": "2026-11-20",
    "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"coding": [{"system": "http://snomed.info/sct", "code": "29857009"}]}}}]})");
  ASSERT_TRUE(pain.ok()) << pain.error().message;
  ASSERT_EQ(cards_of(*pain), 1u);
  EXPECT_TRUE(
      JsonDocument::parse(pain->body)->root()["cards"][std::size_t{0}]["summary"].text().starts_with("Chest pain"));
  EXPECT_EQ(pain->body.find("suggestions"), std::string::npos) << "no order, nothing to replace";
}

TEST(MarkNotRecorded, SaysSoOnEveryCardAndChangesNothingElse) {
  const auto a = answer(request(order("ica-1") + "," + order("ica-2")));
  ASSERT_TRUE(a.ok());
  const auto marked = mark_not_recorded(knowledge().messages, "en", a->body);
  const auto before = JsonDocument::parse(a->body), after = JsonDocument::parse(marked);
  ASSERT_TRUE(after.ok());
  for (std::size_t i = 0; i < 2; ++i) {
    const auto was = before->root()["cards"][i], is = after->root()["cards"][i];
    EXPECT_TRUE(is["detail"].text().starts_with(was["detail"].text()));
    EXPECT_NE(is["detail"].text().find("not recorded"), std::string_view::npos);
    EXPECT_EQ(is["uuid"].text(), was["uuid"].text());
    EXPECT_EQ(is["summary"].text(), was["summary"].text());
  }
  EXPECT_EQ(mark_not_recorded(knowledge().messages, "en", R"({"cards":[]})"), R"({"cards":[]})");
}

TEST(Recompute, RefusesWhatItCannotRead) {
  quality::LedgerEntry stored;
  stored.facts =
      R"({"service": "cathgate-angiography", "snapshot": {"measurements": [{"fact": "no.such.fact", "value": 1}]}})";
  EXPECT_FALSE(recompute(knowledge(), stored).ok());
  stored.facts = "{}";
  EXPECT_FALSE(recompute(knowledge(), stored).ok());
}

}  // namespace
}  // namespace cathgate::cds_hooks
