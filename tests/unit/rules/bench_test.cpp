// The tools of authors: a rule in words, its truth table at the edges, and rules with one thing wrong.
#include <algorithm>

#include "rules/edges.h"
#include "rules/mutation.h"
#include "rules/rule_words.h"
#include "tests/unit/rules/fixture.h"

namespace cathgate::rules {
namespace {

const std::string kRule =
    "{'id': 't.a', 'version': '1.0.0', 'stage': 'decision', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'warning',"
    "'when': {'all': [{'fact': 'symptom.ccs_class', 'from': 3, 'max_age_days': 90, 'age_basis': 'operational'},"
    "{'not': {'all': [{'fact': 'ecg.lbbb', 'known': true}, {'fact': 'ecg.lbbb', 'is': true}]}}]},"
    "'effect': {'type': 'recommend', 'action': 'angiography'}, 'recommendation': {'class': 'I', 'level': 'C'},"
    "'text': {'en': {'summary': 'x'}}, 'examples': ["
    "{'name': 'at', 'facts': {'symptom.ccs_class': {'value': 3, 'days_old': 90}}, 'expect': 'fires'},"
    "{'name': 'below', 'facts': {'symptom.ccs_class': 2.999}, 'expect': 'silent'},"
    "{'name': 'lbbb', 'facts': {'symptom.ccs_class': 3, 'ecg.lbbb': true}, 'expect': 'silent'},"
    "{'name': 'old', 'facts': {'symptom.ccs_class': {'value': 3, 'days_old': 91}}, 'expect': 'unknown'}]}";

const std::string kTable =
    "{'id': 't.table', 'version': '1.0.0', 'stage': 'result', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'info',"
    "'table': {'on': 'ccta.cad_rads', 'steps': [{'from': '1', 'id': 'open', 'effect': {'type': 'define', 'fact': 'result.anatomical_open'}, 'text': {'en': {'summary': 'Open'}}},"
    "{'above': '2', 'id': 'narrow', 'effect': {'type': 'forbid_defer'}, 'text': {'en': {'summary': 'Narrow'}}}]},"
    "'examples': [{'name': 'a', 'facts': {'ccta.cad_rads': '1'}, 'step': 'open'}, {'name': 'b', 'facts': {'ccta.cad_rads': '3'}, 'step': 'narrow'},"
    "{'name': 'c', 'facts': {'ccta.cad_rads': '0'}, 'expect': 'silent'}]}";

const Rule& only(const RuleLibrary& library) { return library.compiled().front(); }

TEST(RuleWords, SayWhatTheCompiledRuleTests) {
  const auto library = library_of(kRule);
  EXPECT_EQ(condition_words(only(library).when, test_facts(), ""),
            "all of:\n"
            "  CCS class (symptom.ccs_class) is 3 or more, not older than 90 days\n"
            "  not:\n"
            "    Left bundle branch block (ecg.lbbb) is known to be yes\n");
  EXPECT_EQ(effect_words(only(library).info.steps[0].effect, test_facts()), "recommends invasive angiography");
  EXPECT_EQ(recommendation_words(only(library).info.steps[0]), "class I, level C");
}

TEST(RuleWords, SayWhereAStepLies) {
  const auto library = library_of(kTable);
  EXPECT_EQ(step_words(only(library), 0, test_facts()), "1 or more and less than 3");
  EXPECT_EQ(step_words(only(library), 1, test_facts()), "3 or more");
  EXPECT_EQ(effect_words(only(library).info.steps[0].effect, test_facts()), "defines result.anatomical_open");
}

std::string verdict_at(const std::vector<EdgeRow>& rows, std::string_view value) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const EdgeRow& r) { return r.value == value; });
  return row == rows.end() ? "no such row" : row->verdict;
}

TEST(TruthTable, SweepsEachEdge) {
  const auto library = library_of(kRule);
  const auto rows = truth_table(only(library), test_facts());
  EXPECT_EQ(verdict_at(rows, "2.997"), "silent");
  EXPECT_EQ(verdict_at(rows, "3"), "fires");
  EXPECT_EQ(verdict_at(rows, "3.003"), "fires");
  EXPECT_EQ(verdict_at(rows, "missing"), "cannot say");
  EXPECT_EQ(verdict_at(rows, "91 days old"), "cannot say");
}

TEST(TruthTable, OfATableNamesItsSteps) {
  const auto library = library_of(kTable);
  const auto rows = truth_table(only(library), test_facts());
  EXPECT_EQ(verdict_at(rows, "0"), "silent");
  EXPECT_EQ(verdict_at(rows, "1"), "step open");
  EXPECT_EQ(verdict_at(rows, "3"), "step narrow");
}

std::vector<std::string> survivors_of(const std::string& text) {
  const auto library = library_of(text);
  std::vector<std::string> names;
  for (const auto& mutant : mutants_of(only(library), test_facts()))
    if (!examples_catch(mutant.rule, test_facts())) names.push_back(mutant.what);
  return names;
}

TEST(Mutation, ChangesEveryPartOfACondition) {
  const auto library = library_of(kRule);
  std::vector<std::string> names;
  for (const auto& mutant : mutants_of(only(library), test_facts())) names.push_back(mutant.what);
  const std::vector<std::string> expected = {
      "test 0: condition 0 of 2 is dropped", "test 0: condition 1 of 2 is dropped", "test 0: all becomes any",
      "test 1 symptom.ccs_class: from 3 becomes 2.97", "test 1 symptom.ccs_class: from 3 becomes 3.03", "test 1 symptom.ccs_class: from 3 leaves the bound out",
      "test 1 symptom.ccs_class: the comparison is reversed", "test 1 symptom.ccs_class: the age limit of 90 days is dropped",
      "test 1 symptom.ccs_class: the age limit of 90 days becomes 89", "test 1 symptom.ccs_class: the age limit of 90 days becomes 91",
      "test 2: the not is dropped", "test 3: condition 0 of 2 is dropped", "test 3: condition 1 of 2 is dropped", "test 3: all becomes any",
      "test 4 ecg.lbbb: known is reversed", "test 5 ecg.lbbb: yes and no are exchanged"};
  EXPECT_EQ(names, expected);
}

// What the examples above do not try: a known "no bundle branch block".
TEST(Mutation, FindsWhatTheExamplesLeaveOpen) {
  const auto names = survivors_of(kRule);
  EXPECT_EQ(names, (std::vector<std::string>{"test 3: condition 1 of 2 is dropped"}));
  std::string better = kRule;
  better.replace(better.rfind("]}"), 2, ", {'name': 'no lbbb', 'facts': {'symptom.ccs_class': 3, 'ecg.lbbb': false}, 'expect': 'fires'}]}");
  EXPECT_TRUE(survivors_of(better).empty());
}

TEST(Mutation, MovesTheEdgesOfATable) {
  EXPECT_EQ(survivors_of(kTable), (std::vector<std::string>{"step narrow: begins at 2"})) << "no example of CAD-RADS 2";
}

TEST(Mutation, KnowsWhichRulesDriveAdvice) {
  EXPECT_TRUE(drives_advice(only(library_of(kRule)).info));
  EXPECT_TRUE(drives_advice(only(library_of(kTable)).info));
  std::string note = kRule;
  note.replace(note.find("{'type': 'recommend', 'action': 'angiography'}"), 46, "{'type': 'note'}");
  EXPECT_FALSE(drives_advice(only(library_of(note)).info));
}

}  // namespace
}  // namespace cathgate::rules
