// Every small change of a shipped rule is noticed by one of its examples, or is listed with its reason in
// rules/equivalent-mutants.json; and nothing is listed there that an example notices.
#include <gtest/gtest.h>

#include <set>

#include "core/json.h"
#include "rules/mutation.h"
#include "rules/rule_library.h"

namespace cathgate::rules {
namespace {

std::set<std::string> listed_changes() {
  std::set<std::string> listed;
  const auto document = load_json_file(CATHGATE_SOURCE_DIR "/rules/equivalent-mutants.json");
  if (!document) throw std::runtime_error(document.error().message);
  for (const auto entry : document->root()["equivalent"].elements()) {
    EXPECT_FALSE(entry["reason"].text().empty()) << entry["rule"].text();
    for (const auto mutant : entry["mutants"].elements()) listed.insert(std::string(entry["rule"].text()) + " | " + std::string(mutant.text()));
  }
  return listed;
}

TEST(MutationGate, AnExampleNoticesEveryChangeThatMakesADifference) {
  const auto facts = FactCatalogue::load(CATHGATE_SOURCE_DIR "/core/facts.json");
  ASSERT_TRUE(facts.ok());
  const auto library = RuleLibrary::load(CATHGATE_SOURCE_DIR "/rules/library", *facts.value);
  ASSERT_TRUE(library.ok());
  std::set<std::string> unnoticed;
  std::size_t tried = 0;
  for (const auto& rule : library.value->compiled())
    for (const auto& mutant : mutants_of(rule, *facts.value)) {
      ++tried;
      if (!examples_catch(mutant.rule, *facts.value)) unnoticed.insert(rule.info.id + " | " + mutant.what);
    }
  EXPECT_GT(tried, 1000u);
  EXPECT_EQ(unnoticed, listed_changes()) << "`cathgate rule propose ID` prints the examples that a rule lacks";
}

}  // namespace
}  // namespace cathgate::rules
