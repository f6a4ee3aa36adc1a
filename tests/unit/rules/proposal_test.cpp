// Proposed examples: they notice what the written ones leave open, hold for the rule as it is, and say when nothing is left.
#include <algorithm>

#include "rules/mutation.h"
#include "rules/proposal.h"
#include "rules/rule.h"
#include "tests/unit/rules/fixture.h"

namespace cathgate::rules {
namespace {

const std::string kHead = "{'id': 't.a', 'version': '1.0.0', 'stage': 'decision', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'warning',"
                          "'effect': {'type': 'note'}, 'text': {'en': {'summary': 'x'}}, 'when': ";
const std::string kExamples = ", 'examples': [{'name': 'in', 'facts': {'symptom.ccs_class': 3}, 'expect': 'fires'}, {'name': 'out', 'facts': {'symptom.ccs_class': 1}, 'expect': 'silent'}";

std::string rule_of(const std::string& when, const std::string& more = "") { return kHead + when + kExamples + more + "]}"; }

const Rule& only(const RuleLibrary& library) { return library.compiled().front(); }

TEST(Proposal, NoticesWhatTheExamplesLeaveOpen) {
  const std::string when = "{'all': [{'fact': 'symptom.ccs_class', 'from': 3, 'max_age_days': 90, 'age_basis': 'operational'},"
                           "{'not': {'all': [{'fact': 'ecg.lbbb', 'known': true}, {'fact': 'ecg.lbbb', 'is': true}]}}]}";
  const auto library = library_of(rule_of(when));
  const auto proposal = propose_examples(only(library), test_facts());
  ASSERT_FALSE(proposal.examples.empty());
  EXPECT_TRUE(proposal.equivalent.empty());
  EXPECT_TRUE(proposal.open.empty());
  std::string more;
  for (const auto& example : proposal.examples) more += ", " + example.json;
  const auto better = library_of(rule_of(when, more));  // loads: every proposed example holds
  for (const auto& mutant : mutants_of(only(better), test_facts())) EXPECT_TRUE(examples_catch(mutant.rule, test_facts())) << mutant.what;
  EXPECT_TRUE(propose_examples(only(better), test_facts()).examples.empty());
}

TEST(Proposal, SaysWhatMakesNoDifference) {
  const auto library = library_of(rule_of("{'any': [{'fact': 'symptom.ccs_class', 'from': 3}, {'fact': 'symptom.ccs_class', 'from': 4}]}"));
  const auto proposal = propose_examples(only(library), test_facts());
  const auto says = [&](std::string_view what) { return std::count(proposal.equivalent.begin(), proposal.equivalent.end(), what); };
  EXPECT_EQ(says("test 0: condition 1 of 2 is dropped"), 1);
  EXPECT_EQ(says("test 0: condition 0 of 2 is dropped"), 0) << "from 3 is what the rule rests on";
}

// An age limit that is written twice for one fact ("known, and 3 or more") is one thing.
TEST(Mutation, ChangesALimitThatIsWrittenTwiceAsOne) {
  const auto library = library_of(rule_of("{'all': [{'fact': 'symptom.ccs_class', 'known': true, 'max_age_days': 90, 'age_basis': 'operational'},"
                                          "{'fact': 'symptom.ccs_class', 'from': 3, 'max_age_days': 90, 'age_basis': 'operational'}]}"));
  int limits = 0;
  for (const auto& mutant : mutants_of(only(library), test_facts())) {
    if (mutant.what.find("age limit") == std::string::npos) continue;
    ++limits;
    const auto& nodes = mutant.rule.when.nodes();
    EXPECT_EQ(nodes[1].max_age_days, nodes[2].max_age_days) << mutant.what;
    EXPECT_NE(nodes[1].max_age_days, 90) << mutant.what;
  }
  EXPECT_EQ(limits, 3);
}

// An example written as a change of another one.
TEST(Examples, MayChangeAnotherExample) {
  const std::string when = "{'fact': 'symptom.ccs_class', 'from': 3, 'max_age_days': 90, 'age_basis': 'operational'}";
  const auto library = library_of(rule_of(when, ", {'like': 'in', 'but': {'symptom.ccs_class': null}, 'expect': 'unknown'}"));
  const auto& example = only(library).examples.back();
  EXPECT_TRUE(example.variant);
  EXPECT_EQ(example.name, "in, but other symptom.ccs_class");
  EXPECT_TRUE(example.facts.empty());
}

}  // namespace
}  // namespace cathgate::rules
