// Read-back over real sockets: what is missing is fetched, what cannot be fetched is said, and only the Patient is required.
#include "read_back_fixture.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

TEST_F(ReadBackTest, GivesTheCardOfACompletePrefetch) {
  start();
  const auto whole = ask_whole();
  ASSERT_EQ(whole.status, 200) << whole.body;
  ASSERT_NE(whole.body.find("\"summary\""), std::string::npos);
  EXPECT_TRUE(fhir_->requests().empty()) << "a case names no FHIR server";
  const auto read = ask({});
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.body, whole.body);
  const auto templates = knowledge_.current().knowledge->terms.prefetch_templates();
  EXPECT_EQ(fhir_->requests().size(), templates.size()) << "every key once";
  for (const FakeRequest& request : fhir_->requests()) {
    EXPECT_EQ(request.field("authorization"), "Bearer " + std::string(kToken));
    EXPECT_EQ(request.field("accept"), "application/fhir+json");
  }
  EXPECT_LE(fhir_->connections(), outbound_options_.max_connections);
  const auto again = ask({});
  EXPECT_EQ(again.body, whole.body);
  EXPECT_LE(fhir_->connections(), outbound_options_.max_connections) << "connections are kept";
}

TEST_F(ReadBackTest, AsksOnlyForWhatIsMissing) {
  start();
  const auto whole = ask_whole();
  const auto read = ask({.prefetch = prefetch_without({"conditions"})});
  EXPECT_EQ(read.body, whole.body);
  EXPECT_EQ(asked(target_of("conditions")), 1u);
  EXPECT_EQ(asked(target_of("patient")), 0u);
}

// The truth table of prefetch_state.h, row by row, for the required key and for a list, without and with a FHIR server.
TEST_F(ReadBackTest, FollowsTheTruthTableOfPrefetch) {
  using cds_hooks::PrefetchState;
  using cds_hooks::WithoutReadBack;
  start();
  const std::string id = patient();
  const auto outcome = R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]})";
  const std::string next = R"("link":[{"relation":"next","url":")" + fhir_->url("/r4/next") + "\"}]";
  const std::map<PrefetchState, std::pair<std::string, std::string>> values = {
      {PrefetchState::absent, {"", ""}},
      {PrefetchState::null, {"null", "null"}},
      {PrefetchState::empty, {empty_bundle(), empty_bundle()}},
      {PrefetchState::outcome, {outcome, outcome}},
      {PrefetchState::paged, {R"({"resourceType":"Bundle","entry":[{"resource":)" + given("patient") + "}]," + next + "}", R"({"resourceType":"Bundle","entry":[],)" + next + "}"}},
      {PrefetchState::wrong_type, {R"({"resourceType":"Practitioner","id":"x"})", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Practitioner","id":"x"}}]})"}},
      {PrefetchState::wrong_patient, {R"({"resourceType":"Patient","id":"somebody-else"})", ""}},
      {PrefetchState::satisfied, {given("patient"), empty_bundle()}},
  };
  for (const cds_hooks::PrefetchRule& rule : cds_hooks::kPrefetchRules) {
    const auto& [for_patient, for_list] = values.at(rule.state);
    const auto with = [&](const std::string& key, const std::string& value) {
      const std::string rest = prefetch_without({key});
      return value.empty() ? rest : rest.substr(0, rest.size() - 1) + ",\"" + key + "\":" + value + "}";
    };
    const auto judged = JsonDocument::parse("{\"v\":" + (for_patient.empty() ? std::string("0") : for_patient) + "}");
    if (!for_patient.empty()) { EXPECT_EQ(cds_hooks::judge_prefetch(judged->root()["v"], "Patient/x", id), rule.state) << rule.name; }

    const auto alone = ask({.prefetch = with("patient", for_patient), .authorised = false});
    const int expected = rule.required == WithoutReadBack::answer ? 200 : rule.required == WithoutReadBack::invalid ? 400 : 412;
    EXPECT_EQ(alone.status, expected) << rule.name << ": " << alone.body;
    if (expected == 412) { EXPECT_NE(alone.body.find("prefetch.patient"), std::string::npos) << rule.name; }
    if (expected == 200) { EXPECT_NE(alone.body.find("\"summary\""), std::string::npos) << rule.name << ": a thin record is a card, not silence"; }

    const std::size_t before = asked(target_of("patient")) + asked("/r4/next");
    const auto helped = ask({.prefetch = with("patient", for_patient)});
    EXPECT_EQ(asked(target_of("patient")) + asked("/r4/next") > before, rule.read_back) << rule.name;
    if (rule.read_back) { EXPECT_EQ(helped.status, 200) << rule.name << ": " << helped.body; }

    if (rule.state == PrefetchState::wrong_patient) continue;  // a list has no such state: its entries are judged one by one
    const auto unhelped = ask({.prefetch = with("conditions", for_list), .authorised = false});
    EXPECT_EQ(unhelped.status, 200) << rule.name << ": a list is never required";
    const std::size_t lists = asked(target_of("conditions")) + asked("/r4/next");
    const auto fetched = ask({.prefetch = with("conditions", for_list)});
    EXPECT_EQ(fetched.status, 200) << rule.name;
    EXPECT_EQ(asked(target_of("conditions")) + asked("/r4/next") > lists, rule.read_back) << rule.name;
  }
}

TEST_F(ReadBackTest, AnswersWithACardWhenTheFhirServerHasNoSuchPatient) {
  for (const int status : {404, 410}) {
    reply_with(target_of("patient"), {{.status = status}});
    if (!server_) start();
    const auto answer = ask({});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find("no Patient resource"), std::string::npos);
  }
}

TEST_F(ReadBackTest, SaysOnTheCardWhichKeyWasMissed) {
  request_deadline_ = 400ms;
  read_back_deadline_ = 1500ms;
  reply_with(target_of("conditions"), {{.delay = 4s}});
  reply_with(target_of("ecg"), {{.status = 403}});
  reply_with(target_of("lipids"), {{.status = 200, .type = "text/html", .body = "<html>log in</html>"}});
  start();
  const auto begun = cds_hooks::SteadyClock::now();
  const auto answer = ask({});
  EXPECT_LT(cds_hooks::SteadyClock::now() - begun, 2s);
  ASSERT_EQ(answer.status, 200) << answer.body;
  for (const char* said : {"did not answer in time", "did not let Cathgate read", "answered with an error"}) EXPECT_NE(answer.body.find(said), std::string::npos) << said << answer.body;
}

TEST_F(ReadBackTest, RefusesWith412OnlyWhenThePatientCannotBeReached) {
  for (const FakeReply& fault : {FakeReply{.status = 401}, FakeReply{.status = 403}, FakeReply{.status = 500}, FakeReply{.hang_up = true}, FakeReply{.body = "{}"},
                                 FakeReply{.body = R"({"resourceType":"OperationOutcome"})"}, FakeReply{.body = R"({"resourceType":"Patient","id":"somebody-else"})"},
                                 FakeReply{.status = 200, .type = "text/html", .body = "<html>"}, FakeReply{.body = given("patient"), .cut = true}}) {
    outbound_options_.breaker_failures = 1000;
    reply_with(target_of("patient"), {fault});
    if (!server_) start();
    const auto answer = ask({});
    EXPECT_EQ(answer.status, 412) << fault.status << fault.body << answer.body;
    EXPECT_NE(answer.body.find("prefetch.patient"), std::string::npos);
    EXPECT_NE(answer.body.find("OperationOutcome"), std::string::npos);
  }
}

TEST_F(ReadBackTest, FollowsPagesOfItsOwnAndOfTheClients) {
  const auto list = JsonDocument::parse(given("conditions"));
  ASSERT_TRUE(list->root()["entry"].is_array() || list->root().is_null());
  const auto page = [&](const std::string& entries, const std::string& next) {
    return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]" + (next.empty() ? "" : R"(,"link":[{"relation":"next","url":")" + next + "\"}]") + "}";
  };
  const std::string condition = R"({"resource":{"resourceType":"Condition","id":"dm","subject":{"reference":"Patient/)" + patient() +
                                R"("},"clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}}})";
  const std::string hidden = page(condition, "");
  start();
  const auto expected = ask({.prefetch = prefetch_without({"conditions"}).substr(0, prefetch_without({"conditions"}).size() - 1) + ",\"conditions\":" + hidden + "}"});
  ASSERT_EQ(expected.status, 200);
  reply_with(target_of("conditions"), {{.body = page("", fhir_->url("/r4?page=2"))}});
  reply_with("/r4?page=2", {{.body = page("", "page3")}});
  reply_with("/r4/page3", {{.body = hidden}});
  EXPECT_EQ(ask({.prefetch = prefetch_without({"conditions"})}).body, expected.body) << "a condition on the third page";
  const std::string rest = prefetch_without({"conditions"});
  EXPECT_EQ(ask({.prefetch = rest.substr(0, rest.size() - 1) + ",\"conditions\":" + page("", fhir_->url("/r4/page3")) + "}"}).body, expected.body) << "the client sent the first page";
}

TEST_F(ReadBackTest, ChecksTheScopes) {
  start();
  EXPECT_EQ(ask({.scope = "launch openid"}).status, 412);
  EXPECT_EQ(ask({.scope = "patient/Observation.rs"}).status, 412);
  EXPECT_TRUE(fhir_->requests().empty()) << "nothing is asked for that the token does not cover";
  const auto some = ask({.scope = "patient/Patient.r user/Observation.read"});
  EXPECT_EQ(some.status, 200);
  EXPECT_NE(some.body.find("did not let Cathgate read"), std::string::npos);
  EXPECT_EQ(asked(target_of("conditions")), 0u);
  EXPECT_EQ(ask({.scope = "user/*.cruds"}).body, ask_whole().body);
  const auto part = ask({.scope = "patient/*.r patient/*.s?category=vital-signs"});
  EXPECT_EQ(part.status, 200);
  EXPECT_NE(part.body, ask_whole().body) << "a part is never taken for the whole";
}

TEST_F(ReadBackTest, TakesATokenOnlyForItsPatient) {
  start();
  EXPECT_EQ(ask({.patient = "somebody-else"}).status, 400);
  EXPECT_TRUE(fhir_->requests().empty());
  EXPECT_EQ(ask({.patient = patient()}).status, 200);
}

TEST_F(ReadBackTest, DoesNotUseATokenThatHasExpired) {
  start();
  EXPECT_EQ(ask({.expires_in = 0}).status, 412);
  EXPECT_TRUE(fhir_->requests().empty());
}

}  // namespace
}  // namespace cathgate::test
