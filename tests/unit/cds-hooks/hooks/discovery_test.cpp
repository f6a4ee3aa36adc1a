#include <gtest/gtest.h>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

const ServiceKnowledge& knowledge() {
  static const auto loaded = ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return **loaded.value;
}

TEST(Discovery, PublishesOneServiceForSeveralHooks) {
  const auto document = JsonDocument::parse(write_discovery(knowledge(), {}, "en"));
  const auto services = document->root()["services"];
  ASSERT_EQ(services.size(), 3u);
  EXPECT_EQ(services[std::size_t{0}]["id"].text(), services[1]["id"].text());
  EXPECT_EQ(services[std::size_t{0}]["hook"].text(), "order-sign");
  EXPECT_EQ(services[1]["hook"].text(), "order-select");
  EXPECT_EQ(services[2]["id"].text(), "cathgate-angiography");
  EXPECT_EQ(services[2]["hook"].text(), "order-dispatch");
  EXPECT_FALSE(services[2]["prefetch"]["dispatched-orders"].text().empty()) << "the context only names the orders";
}

TEST(Discovery, TheChestPainServiceIsOffUnlessAskedFor) {
  const auto document = JsonDocument::parse(write_discovery(knowledge(), {.chest_pain_service = true}, "en"));
  ASSERT_EQ(document->root()["services"].size(), 5u);
  EXPECT_EQ(document->root()["services"][2]["id"].text(), "cathgate-chest-pain");
}

// D4-D11 of the checklist, and Inferno's service checks.
TEST(Discovery, EveryServiceHasWhatTheStandardRequires) {
  const auto document = JsonDocument::parse(write_discovery(knowledge(), {.chest_pain_service = true}, "en"));
  for (const auto service : document->root()["services"].elements()) {
    for (const std::string_view name :
         {"hook", "title", "description", "id", "version", "hookVersion", "usageRequirements"})
      EXPECT_FALSE(service[name].text().empty()) << name;
    EXPECT_NE(service["usageRequirements"].text().find("FHIR R4"), std::string_view::npos);
    ASSERT_GT(service["prefetch"].size(), 1u);
    EXPECT_EQ(service["prefetch"]["patient"].text(), "Patient/{{context.patientId}}");
    for (const auto member : service["prefetch"].members()) {
      EXPECT_FALSE(member.value().text().empty()) << member.name();
      EXPECT_EQ(member.value().text().find("encounterId"), std::string_view::npos)
          << "encounterId is optional for these hooks: " << member.name();
    }
  }
}

}  // namespace
}  // namespace cathgate::cds_hooks
