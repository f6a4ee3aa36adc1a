// The shipped knowledge: every file of rules/library is sound and every example holds.
#include <gtest/gtest.h>

#include "rules/rule_library.h"

namespace cathgate::rules {
namespace {

TEST(ShippedLibrary, LoadsWithoutAProblemAndEveryExampleHolds) {
  const auto facts = FactCatalogue::load(CATHGATE_SOURCE_DIR "/core/facts.json");
  ASSERT_TRUE(facts.ok());
  const auto loaded = RuleLibrary::load(CATHGATE_SOURCE_DIR "/rules/library", *facts.value);
  for (const auto& e : loaded.errors) ADD_FAILURE() << e.where << ": " << e.message;
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded.value->run_examples(*facts.value).empty());
  EXPECT_GT(loaded.value->rule_count(), 0u);
  EXPECT_GE(loaded.value->example_count(), 2 * loaded.value->rule_count());
}

}  // namespace
}  // namespace cathgate::rules
