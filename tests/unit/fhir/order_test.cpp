#include "fhir/order_reader.h"

#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

std::string order(const std::string& id, const std::string& system, const std::string& code,
                  const std::string& rest = R"("status":"draft")") {
  return R"({"resourceType":"ServiceRequest","id":")" + id + R"(","intent":"order",)" + kSubject +
         R"(,"code":{"coding":[{"system":")" + system + R"(","code":")" + code +
         R"(","display":"Coronary angiography"}]},)" + rest + "}";
}
struct Orders {
  JsonDocument drafts, prefetch;
  std::vector<DraftOrder> list;
};
Orders read(const std::vector<std::string>& resources, const std::string& prefetch = "{}") {
  Orders o{parse(bundle(resources)), parse(prefetch), {}};
  o.list = read_angiography_orders(terms(), facts(), o.drafts.root(), "p1", o.prefetch.root());
  return o;
}
std::optional<double> fact(const DraftOrder& o, const char* name) {
  for (const Measurement& m : o.facts)
    if (facts()[m.fact].name == name) return m.value;
  return std::nullopt;
}
std::string indication(const DraftOrder& o) {
  const auto value = fact(o, "order.indication");
  return value ? facts()[facts().require("order.indication")].categories[static_cast<std::size_t>(*value)] : "";
}

TEST(Order, AngiographyInEveryCodeSystem) {
  for (const auto& [system, code] :
       std::vector<std::pair<std::string, std::string>>{{kSnomed, "33367005"},
                                                        {kSnomed, "419416005"},
                                                        {"http://www.ama-assn.org/go/cpt", "93458"},
                                                        {"http://www.ama-assn.org/go/cpt", "93454"},
                                                        {"http://www.ama-assn.org/go/cpt", "93461"},
                                                        {"http://loinc.org", "80994-7"},
                                                        {"http://loinc.org", "18745-0"}}) {
    const auto o = read({order("a", system, code)});
    ASSERT_EQ(o.list.size(), 1u) << code;
    EXPECT_EQ(o.list[0].reference, "ServiceRequest/a");
    EXPECT_EQ(o.list[0].display, "Coronary angiography");
    EXPECT_EQ(o.list[0].priority, "routine");
    EXPECT_TRUE(o.list[0].usable);
  }
}

TEST(Order, OtherOrdersAreNotOurs) {
  EXPECT_TRUE(
      read({order("a", kSnomed, "419545005"), order("b", "http://loinc.org", "33367005"), order("c", "", "33367005"),
            R"({"resourceType":"MedicationRequest","id":"m"})", R"({"resourceType":"ServiceRequest","id":"n"})"})
          .list.empty());
  EXPECT_TRUE(read_angiography_orders(terms(), facts(), {}, "p1", {}).empty());
}

TEST(Order, TheRightOneOfSeveralIsNamed) {
  const auto o =
      read({order("ct", kSnomed, "419545005"), order("a", kSnomed, "33367005"), order("b", kSnomed, "419416005")});
  ASSERT_EQ(o.list.size(), 2u);
  EXPECT_EQ(o.list[0].reference, "ServiceRequest/a");
  EXPECT_EQ(o.list[1].reference, "ServiceRequest/b");
}

TEST(Order, StatusRules) {
  for (const char* good : {"draft", "active", "on-hold"})
    EXPECT_TRUE(read({order("a", kSnomed, "33367005", R"("status":")" + std::string(good) + "\"")}).list[0].usable)
        << good;
  for (const char* closed : {"completed", "revoked", "entered-in-error", "unknown", ""}) {
    const auto o = read({order("a", kSnomed, "33367005", R"("status":")" + std::string(closed) + "\"")});
    EXPECT_FALSE(o.list[0].usable) << closed;
    EXPECT_EQ(o.list[0].issues.size(), 1u) << closed;
  }
}

TEST(Order, ForeignModifiedAndNamelessOrdersAreRefused) {
  std::string foreign = order("a", kSnomed, "33367005");
  foreign.replace(foreign.find("Patient/p1"), 10, "Patient/p2");
  for (const std::string& bad :
       {foreign, order("a", kSnomed, "33367005", R"("status":"draft","modifierExtension":[{"url":"x"}])"),
        order("", kSnomed, "33367005"), order("a", kSnomed, "33367005", R"("status":"draft","doNotPerform":true)")}) {
    const auto o = read({bad});
    ASSERT_EQ(o.list.size(), 1u);
    EXPECT_FALSE(o.list[0].usable) << bad;
    EXPECT_EQ(o.list[0].issues.size(), 1u) << bad;
    EXPECT_TRUE(o.list[0].facts.empty()) << bad;
  }
}

TEST(Order, Urgency) {
  const auto urgent = [](const std::string& priority) {
    return *fact(read({order("a", kSnomed, "33367005", R"("status":"draft")" + priority)}).list[0], "order.urgent");
  };
  EXPECT_DOUBLE_EQ(urgent(""), 0);
  EXPECT_DOUBLE_EQ(urgent(R"(,"priority":"routine")"), 0);
  for (const char* p : {"urgent", "asap", "stat"})
    EXPECT_DOUBLE_EQ(urgent(R"(,"priority":")" + std::string(p) + "\""), 1) << p;
}

TEST(Order, IndicationFromReasonCode) {
  const auto because = [](const std::string& system, const std::string& code) {
    return indication(read({order("a", kSnomed, "33367005",
                                  R"("status":"draft","reasonCode":[{"coding":[{"system":")" + system +
                                      R"(","code":")" + code + "\"}]}]")})
                          .list[0]);
  };
  EXPECT_EQ(because(kIcd, "R07.9"), "coronary");
  EXPECT_EQ(because(kSnomed, "194828000"), "coronary");
  EXPECT_EQ(because(kIcd, "I35.0"), "valve");
  EXPECT_EQ(because(kIcd, "Z94.1"), "transplant");
  EXPECT_EQ(because(kIcd, "I42.0"), "cardiomyopathy");
  EXPECT_EQ(because(kIcd, "I46.9"), "cardiac_arrest");
  EXPECT_EQ(because(kIcd, "Z01.810"), "pre_operative");
  EXPECT_EQ(because(kIcd, "S72.0"), "");
}

TEST(Order, ACoronaryReasonIsNeverSilencedByAnother) {
  const auto o = read({order("a", kSnomed, "33367005",
                             R"("status":"draft","reasonCode":[{"coding":[{"system":")" + kIcd +
                                 R"(","code":"I35.0"}]},{"coding":[{"system":")" + kIcd + R"(","code":"I20.9"}]}])")});
  EXPECT_EQ(indication(o.list[0]), "coronary");
}

TEST(Order, IndicationFromAReferencedCondition) {
  const std::string because = R"("status":"draft","reasonReference":[{"reference":"Condition/v"}])";
  const auto o = read({order("a", kSnomed, "33367005", because)},
                      R"({"conditions":)" + bundle({condition("v", kIcd, "I35.0")}) + "}");
  EXPECT_EQ(indication(o.list[0]), "valve");
  const auto missing = read({order("a", kSnomed, "33367005", because)});
  EXPECT_EQ(indication(missing.list[0]), "");
  ASSERT_EQ(missing.list[0].issues.size(), 1u);
  EXPECT_EQ(missing.list[0].issues[0].code, "unknown_indication");
  EXPECT_TRUE(missing.list[0].usable);
}

TEST(Order, DisplayIsPlainAndShort) {
  std::string o = order("a", kSnomed, "33367005");
  o.replace(o.find("Coronary angiography"), 20, "A\\n<b>\\u0007" + std::string(200, 'x'));
  const auto display = read({o}).list[0].display;
  EXPECT_LE(display.size(), 80u);
  EXPECT_EQ(display.find('\n'), std::string::npos);
  EXPECT_EQ(display.find('\a'), std::string::npos);
}

TEST(Order, EveryTestHasACoding) {
  for (const char* test :
       {"calcium_score", "ccta", "exercise_ecg", "stress_echo", "spect", "pet", "stress_cmr", "ffr_ct"}) {
    const auto coding = order_coding(terms(), test);
    EXPECT_FALSE(coding.system.empty() || coding.code.empty() || coding.display.empty()) << test;
  }
  EXPECT_TRUE(order_coding(terms(), "no such test").code.empty());
}

}  // namespace
}  // namespace cathgate::fhir
