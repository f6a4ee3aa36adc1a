// The bench on real knowledge and real cases: why a rule fired, and which cases a change of a rule moves.
#include <gtest/gtest.h>

#include <algorithm>

#include "cds-hooks/commands/case_trace.h"
#include "rules/mutation.h"
#include "tests/unit/cds-hooks/hooks/case_reader.h"

namespace cathgate::cds_hooks {
namespace {

const ServiceKnowledge& knowledge() {
  static const auto fixed = case_knowledge(CATHGATE_SOURCE_DIR);
  return fixed;
}

CaseTrace trace_of(const ServiceKnowledge& known, const std::string& name) {
  auto trace = trace_case(known, read_case(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/" + name + ".json"));
  if (!trace) throw std::runtime_error(trace.error().message);
  return std::move(*trace);
}

bool holds(const std::vector<std::string>& list, std::string_view item) { return std::find(list.begin(), list.end(), item) != list.end(); }

TEST(CaseTrace, SaysWhatEveryRuleSaid) {
  const auto trace = trace_of(knowledge(), "test-first-moderate");
  ASSERT_EQ(trace.assessments.size(), 1u);
  const auto& a = trace.assessments[0];
  EXPECT_EQ(a.decision, "test_first");
  EXPECT_EQ(a.order, "ServiceRequest/ica");
  EXPECT_TRUE(holds(a.fired, "esc-2024.first-test/moderate"));
  EXPECT_TRUE(holds(a.undecided, "esc-2024.ica-3")) << "the CCS class was not asked";
  EXPECT_FALSE(holds(a.fired, "esc-2024.ica-4"));
  EXPECT_EQ(a.last_stage, Stage::prevention);
  EXPECT_NEAR(a.facts[knowledge().engine->facts.require("likelihood.percent")].low, 26.5, 0.1);
}

TEST(CaseTrace, AnEmergencyEndsAtTheGate) {
  EXPECT_EQ(trace_of(knowledge(), "emergency-st-elevation").assessments.at(0).last_stage, Stage::gate);
}

TEST(CaseTrace, EveryOrderIsAssessed) { EXPECT_EQ(trace_of(knowledge(), "two-angiography-orders").assessments.size(), 2u); }

// A wrong rule shows in the cases that it moves: what `cathgate rule mutate` and `rule diff` rest on.
TEST(CaseTrace, ShowsAChangedRule) {
  const auto& rules = knowledge().engine->rules;
  const auto rule = std::find_if(rules.compiled().begin(), rules.compiled().end(), [](const auto& r) { return r.info.id == "esc-2024.ica-4"; });
  ASSERT_NE(rule, rules.compiled().end());
  rules::Rule always = *rule;
  always.when = rules::Condition();
  ServiceKnowledge changed = knowledge();
  auto engine = std::make_shared<Knowledge>(*knowledge().engine);
  engine->rules = engine->rules.with(always);
  changed.engine = std::move(engine);
  const auto before = trace_of(knowledge(), "test-first-moderate"), after = trace_of(changed, "test-first-moderate");
  EXPECT_EQ(before.assessments[0].decision, "test_first");
  EXPECT_EQ(after.assessments[0].decision, "angiography_recommended");
}

}  // namespace
}  // namespace cathgate::cds_hooks
