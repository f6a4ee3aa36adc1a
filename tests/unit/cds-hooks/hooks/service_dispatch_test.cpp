// order-dispatch: the orders are found in the prefetch, or cannot be reached.
#include <gtest/gtest.h>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

constexpr UnixSeconds kNow = 1795507200;  // 2026-11-24T08:00:00Z, as the cases say

const ServiceKnowledge& knowledge() {
  static const auto loaded = ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return **loaded.value;
}

// The case's order as one that is being dispatched: named in the context, sent in the prefetch under `key`.
std::string dispatch_request(std::string_view reference, bool send_order) {
  const auto file = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
  const auto request = file->root()["request"];
  JsonWriter w;
  w.start_object().member("hook", "order-dispatch").member("hookInstance", "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
  w.key("context").start_object().member("patientId", request["context"]["patientId"].text()).member("performer", "Organization/cath-lab");
  w.key("dispatchedOrders").start_array().string(reference).end_array().end_object();
  w.key("prefetch").start_object();
  for (const auto member : request["prefetch"].members()) w.key(member.name()).value(member.value());
  if (send_order) w.key("dispatched-orders").value(request["context"]["draftOrders"]);
  w.end_object().end_object();
  return w.take();
}

Result<Answer> answer(const std::string& body) { return answer_hook(knowledge(), {}, "cathgate-angiography", body, kNow); }

TEST(OrderDispatch, AdvisesOnTheOrderThatIsDispatchedAndSuggestsNoChangeOfIt) {
  const auto given = answer(dispatch_request("ServiceRequest/ica", true));
  ASSERT_TRUE(given.ok()) << given.error().where << ": " << given.error().message;
  const auto document = JsonDocument::parse(given->body);
  const auto cards = document->root()["cards"];
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_TRUE(cards[std::size_t{0}]["suggestions"].is_missing());
  EXPECT_EQ(given->entry.order_reference, "ServiceRequest/ica");
  const auto again = recompute(knowledge(), [&] {
    auto entry = given->entry;
    entry.response = given->body;
    return entry;
  }());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, given->body);
}

TEST(OrderDispatch, AnOrderThatCannotBeReachedIs412) {
  const auto refused = answer(dispatch_request("ServiceRequest/ica", false));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::missing_data);
  EXPECT_EQ(refused.error().where, "context.dispatchedOrders");
  EXPECT_FALSE(answer(dispatch_request("ServiceRequest/another", true)).ok());
}

TEST(OrderDispatch, OrdersOfOtherTypesAreNotCathgates) {
  const auto given = answer(dispatch_request("MedicationRequest/m", true));
  ASSERT_TRUE(given.ok());
  EXPECT_EQ(given->body, R"({"cards":[]})");
}

TEST(OrderDispatch, NamesWhatIsMissingInTheContext) {
  const auto where = [](std::string_view context) {
    const auto refused = answer(R"({"hook":"order-dispatch","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":)" + std::string(context) + "}");
    return refused.ok() ? std::string("accepted") : refused.error().where;
  };
  EXPECT_EQ(where(R"({"patientId":"p","performer":"Organization/x"})"), "context.dispatchedOrders");
  EXPECT_EQ(where(R"({"patientId":"p","performer":"Organization/x","dispatchedOrders":[]})"), "context.dispatchedOrders");
  EXPECT_EQ(where(R"({"patientId":"p","performer":"Organization/x","dispatchedOrders":["x"]})"), "context.dispatchedOrders[0]");
  EXPECT_EQ(where(R"({"patientId":"p","dispatchedOrders":["ServiceRequest/x"]})"), "context.performer");
  const std::string whole = R"({"patientId":"p","performer":"Organization/x","dispatchedOrders":["ServiceRequest/x"],"fulfillmentTasks":)";
  for (const char* bad : {R"([{"resourceType":""}])", R"([{}])", R"([1])"}) EXPECT_EQ(where(whole + bad + "}"), "context.fulfillmentTasks[0]") << bad;
  EXPECT_EQ(where(whole + "{}}"), "context.fulfillmentTasks");
  EXPECT_EQ(where(R"({"performer":"Organization/x","dispatchedOrders":["ServiceRequest/x"]})"), "context.patientId");
}

}  // namespace
}  // namespace cathgate::cds_hooks
