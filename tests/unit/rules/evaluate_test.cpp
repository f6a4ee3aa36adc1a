#include "tests/unit/rules/fixture.h"

namespace cathgate::rules {
namespace {

// A plain rule; its examples follow from `when` on symptom.rest_pain unless they are given.
std::string rule(const std::string& id, const std::string& stage, const std::string& when, const std::string& effect, const std::string& examples) {
  return "{'id': '" + id + "', 'version': '1.0.0', 'stage': '" + stage + "', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'warning',"
         "'when': " + when + ", 'effect': " + effect + ", 'recommendation': {'class': 'IIa', 'level': 'B'},"
         "'text': {'en': {'summary': 'Summary of " + id + "', 'detail': 'Detail {symptom.ccs_class}'}, 'de': {'summary': 'Kurz', 'detail': 'Klasse {symptom.ccs_class}'}}, 'examples': " + examples + "}";
}
std::string boolean_examples(const std::string& name) {
  return "[{'name': 'yes', 'facts': {'" + name + "': true}, 'expect': 'fires'}, {'name': 'no', 'facts': {'" + name + "': false}, 'expect': 'silent'},"
         "{'name': 'not known', 'facts': {}, 'expect': 'unknown'}]";
}
std::string if_true(const std::string& id, const std::string& stage, const std::string& name, const std::string& effect) {
  return rule(id, stage, "{'fact': '" + name + "', 'is': true}", effect, boolean_examples(name));
}
std::string define(const std::string& name) { return "{'type': 'define', 'fact': '" + name + "'}"; }

const std::string kClassTable =
    "{'id': 't.class', 'version': '1.0.0', 'stage': 'likelihood', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'info',"
    "'table': {'on': 'likelihood.percent', 'steps': ["
    "{'from': 0, 'id': 'very-low', 'effect': {'type': 'define', 'fact': 'likelihood.class', 'value': 'very_low'}, 'text': {'en': {'summary': 'Very low'}}},"
    "{'above': 5, 'id': 'low', 'effect': {'type': 'define', 'fact': 'likelihood.class', 'value': 'low'}, 'text': {'en': {'summary': 'Low'}}},"
    "{'above': 15, 'id': 'moderate', 'effect': {'type': 'define', 'fact': 'likelihood.class', 'value': 'moderate'}, 'text': {'en': {'summary': 'Moderate'}}}]},"
    "'examples': [{'name': 'a', 'facts': {'likelihood.percent': 0}, 'step': 'very-low'}, {'name': 'b', 'facts': {'likelihood.percent': 5}, 'step': 'very-low'},"
    "{'name': 'c', 'facts': {'likelihood.percent': 15}, 'step': 'low'}, {'name': 'd', 'facts': {'likelihood.percent': {'low': 3, 'high': 8}}, 'expect': 'unknown'}]}";

const std::string kGuardedTable =
    "{'id': 't.cad-rads', 'version': '1.0.0', 'stage': 'result', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'info',"
    "'when': {'fact': 'gate.acute', 'is': false},"
    "'table': {'on': 'ccta.cad_rads', 'max_age_days': 365, 'age_basis': 'operational', 'steps': ["
    "{'from': '1', 'id': 'open', 'effect': {'type': 'define', 'fact': 'result.anatomical_open'}, 'text': {'en': {'summary': 'Open'}}},"
    "{'above': '2', 'id': 'narrow', 'severity': 'warning', 'effect': {'type': 'forbid_defer', 'defines': 'result.high_event_risk'}, 'text': {'en': {'summary': 'Narrow'}}}]},"
    "'examples': [{'name': 'a', 'facts': {'gate.acute': false, 'ccta.cad_rads': '1'}, 'step': 'open'}, {'name': 'b', 'facts': {'gate.acute': false, 'ccta.cad_rads': '3'}, 'step': 'narrow'},"
    "{'name': 'c', 'facts': {'gate.acute': true, 'ccta.cad_rads': '3'}, 'expect': 'silent'},"
    "{'name': 'old', 'facts': {'gate.acute': false, 'ccta.cad_rads': {'value': '3', 'days_old': 366}}, 'expect': 'unknown'}]}";

struct Patient {
  FactView view{test_facts(), kToday};
  std::vector<RuleOutcome> outcomes;
  Patient& set(std::string_view name, FactValue value) { view.set(fact(name), value); return *this; }
  Patient& evaluate(const RuleLibrary& library, Stage stage) { library.evaluate(stage, view, outcomes); return *this; }
};

TEST(RuleLibrary, AFiredRuleCarriesTextsCitationAndEvidence) {
  const auto library = library_of(if_true("t.rest", "decision", "symptom.rest_pain", "{'type': 'recommend', 'action': 'angiography'}"));
  Patient run;
  run.set("symptom.rest_pain", measured(1)).evaluate(library, Stage::decision);
  ASSERT_EQ(run.outcomes.size(), 1u);
  const RuleOutcome& outcome = run.outcomes[0];
  EXPECT_EQ(outcome.fired, Truth::yes);
  ASSERT_NE(outcome.effect, nullptr);
  EXPECT_EQ(outcome.effect->action, Action::angiography);
  EXPECT_EQ(outcome.rule_set, "test");
  EXPECT_EQ(outcome.finding.id, "t.rest");
  EXPECT_EQ(outcome.finding.version, "1.0.0");
  EXPECT_EQ(outcome.finding.severity, Severity::warning);
  EXPECT_EQ(outcome.finding.summary, "Summary of t.rest");
  EXPECT_EQ(outcome.finding.detail, "Detail {symptom.ccs_class}");
  EXPECT_EQ(outcome.finding.guideline_class, "IIa");
  EXPECT_EQ(outcome.finding.guideline_level, "B");
  ASSERT_NE(outcome.finding.citation, nullptr);
  EXPECT_EQ(outcome.finding.citation->doi, "10.0/none");
  EXPECT_EQ(outcome.finding.citation->locator, "p. 1");
  ASSERT_EQ(outcome.finding.evidence.size(), 1u);
  EXPECT_EQ(outcome.finding.evidence[0].fact, fact("symptom.rest_pain"));
  EXPECT_TRUE(outcome.finding.missing.empty());
}

TEST(RuleLibrary, SilentRulesSayNothingAndUnknownOnesNameWhatTheyLack) {
  const auto library = library_of(if_true("t.rest", "decision", "symptom.rest_pain", "{'type': 'harm'}"));
  EXPECT_TRUE(Patient().set("symptom.rest_pain", measured(0)).evaluate(library, Stage::decision).outcomes.empty());
  EXPECT_TRUE(Patient().set("symptom.rest_pain", measured(1)).evaluate(library, Stage::gate).outcomes.empty());
  Patient run;
  run.set("symptom.rest_pain", FactValue::unknown_because(UnknownReason::conflicting)).evaluate(library, Stage::decision);
  ASSERT_EQ(run.outcomes.size(), 1u);
  EXPECT_EQ(run.outcomes[0].fired, Truth::unknown);
  EXPECT_EQ(run.outcomes[0].finding.summary, "Summary of t.rest");
  EXPECT_EQ(run.outcomes[0].finding.missing, (std::vector<MissingFact>{{fact("symptom.rest_pain"), UnknownReason::conflicting}}));
  EXPECT_TRUE(run.outcomes[0].finding.evidence.empty());
}

TEST(RuleLibrary, SeveralDefinersAreOr) {
  const auto library = library_of(if_true("t.a", "result", "symptom.rest_pain", define("result.high_event_risk")) + "," +
                                  if_true("t.b", "result", "ecg.lbbb", "{'type': 'note', 'defines': 'result.high_event_risk'}"));
  const auto risk = fact("result.high_event_risk");
  const auto outcome = [&](FactValue a, FactValue b) {
    return Patient().set("symptom.rest_pain", a).set("ecg.lbbb", b).evaluate(library, Stage::result).view[risk].equals(1);
  };
  EXPECT_EQ(outcome(measured(1), measured(0)), Truth::yes);
  EXPECT_EQ(outcome(measured(0), measured(1)), Truth::yes);
  EXPECT_EQ(outcome(FactValue(), measured(1)), Truth::yes);
  EXPECT_EQ(outcome(measured(1), FactValue()), Truth::yes);
  EXPECT_EQ(outcome(measured(0), FactValue()), Truth::unknown);
  EXPECT_EQ(outcome(FactValue(), measured(0)), Truth::unknown);
  EXPECT_EQ(outcome(measured(0), measured(0)), Truth::no);
}

TEST(RuleLibrary, ARuleRunsAfterTheRulesThatDefineItsFactsWhateverTheOrderOfTheFile) {
  const auto library = library_of(if_true("t.last", "result", "result.plaque", define("result.high_event_risk")) + "," +
                                  if_true("t.middle", "result", "result.anatomical_open", define("result.plaque")) + "," +
                                  if_true("t.first", "result", "symptom.rest_pain", define("result.anatomical_open")));
  Patient run;
  run.set("symptom.rest_pain", measured(1)).evaluate(library, Stage::result);
  ASSERT_EQ(run.outcomes.size(), 3u);
  EXPECT_EQ(run.outcomes[0].finding.id, "t.first");
  EXPECT_EQ(run.outcomes[2].finding.id, "t.last");
  EXPECT_EQ(run.view[fact("result.high_event_risk")].equals(1), Truth::yes);
}

TEST(RuleLibrary, ADefinedFactIsAsOldAndAsUncertainAsItsInput) {
  const auto library = library_of(if_true("t.a", "result", "symptom.rest_pain", define("result.plaque")));
  FactValue from_text = measured(1, 1, 40);
  from_text.origin = Origin::text;
  from_text.preliminary = true;
  Patient run;
  run.set("symptom.rest_pain", from_text).evaluate(library, Stage::result);
  const FactValue& plaque = run.view[fact("result.plaque")];
  EXPECT_EQ(plaque.at, from_text.at);
  EXPECT_EQ(plaque.origin, Origin::text);
  EXPECT_TRUE(plaque.preliminary);
}

TEST(RuleTable, EachStepEndsWhereTheNextBegins) {
  const auto library = library_of(kClassTable);
  const auto step = [&](FactValue value) {
    Patient run;
    run.set("likelihood.percent", value).evaluate(library, Stage::likelihood);
    EXPECT_EQ(run.outcomes.size(), 1u);
    return run.outcomes.empty() ? std::string() : std::string(run.outcomes[0].step);
  };
  EXPECT_EQ(step(measured(0)), "very-low");
  EXPECT_EQ(step(measured(5)), "very-low");
  EXPECT_EQ(step(measured(std::nextafter(5.0, 6))), "low");
  EXPECT_EQ(step(measured(15)), "low");
  EXPECT_EQ(step(measured(std::nextafter(15.0, 16))), "moderate");
  EXPECT_EQ(step(measured(100)), "moderate");
  EXPECT_EQ(step(measured(6, 14)), "low");
  EXPECT_EQ(step(measured(5, 6)), "");
}

TEST(RuleTable, AnIntervalOverStepsIsUndecidedAndDefinesARange) {
  const auto library = library_of(kClassTable);
  Patient run;
  run.set("likelihood.percent", measured(3, 8)).evaluate(library, Stage::likelihood);
  ASSERT_EQ(run.outcomes.size(), 1u);
  EXPECT_EQ(run.outcomes[0].fired, Truth::unknown);
  EXPECT_EQ(run.outcomes[0].effect, nullptr);
  ASSERT_EQ(run.outcomes[0].possible.size(), 2u);
  EXPECT_EQ(run.outcomes[0].possible[1]->defined_value, 1);
  EXPECT_EQ(run.outcomes[0].finding.summary, "A test");
  EXPECT_EQ(run.outcomes[0].finding.missing, (std::vector<MissingFact>{{fact("likelihood.percent"), UnknownReason::none}}));
  const FactValue& defined = run.view[fact("likelihood.class")];
  EXPECT_EQ(defined.low, 0);
  EXPECT_EQ(defined.high, 1);

  Patient nothing;
  nothing.evaluate(library, Stage::likelihood);
  ASSERT_EQ(nothing.outcomes.size(), 1u);
  EXPECT_EQ(nothing.outcomes[0].possible.size(), 3u);
  EXPECT_FALSE(nothing.view[fact("likelihood.class")].known());
}

TEST(RuleTable, GuardAndStepsDecideTogether) {
  const auto library = library_of(kGuardedTable);
  const auto run = [&](FactValue acute, FactValue cad_rads) {
    return Patient().set("gate.acute", acute).set("ccta.cad_rads", cad_rads).evaluate(library, Stage::result);
  };
  const auto open = fact("result.anatomical_open"), risk = fact("result.high_event_risk");
  auto fired = run(measured(0), measured(3));
  ASSERT_EQ(fired.outcomes.size(), 1u);
  EXPECT_EQ(fired.outcomes[0].step, "narrow");
  EXPECT_EQ(fired.outcomes[0].finding.severity, Severity::warning);
  EXPECT_EQ(fired.outcomes[0].finding.evidence.size(), 2u);
  EXPECT_EQ(fired.view[open].equals(1), Truth::no);
  EXPECT_EQ(fired.view[risk].equals(1), Truth::yes);

  auto below = run(measured(0), measured(0));
  EXPECT_TRUE(below.outcomes.empty());
  EXPECT_EQ(below.view[open].equals(1), Truth::no);

  auto guarded = run(measured(1), FactValue());
  EXPECT_TRUE(guarded.outcomes.empty());
  EXPECT_EQ(guarded.view[open].equals(1), Truth::no);

  auto guard_unknown = run(FactValue(), measured(1));
  ASSERT_EQ(guard_unknown.outcomes.size(), 1u);
  EXPECT_EQ(guard_unknown.outcomes[0].fired, Truth::unknown);
  EXPECT_EQ(guard_unknown.outcomes[0].step, "open");
  EXPECT_EQ(guard_unknown.outcomes[0].finding.missing, (std::vector<MissingFact>{{fact("gate.acute"), UnknownReason::never_sent}}));
  EXPECT_EQ(guard_unknown.view[open].equals(1), Truth::unknown);
  EXPECT_EQ(guard_unknown.view[risk].equals(1), Truth::no);

  auto guard_unknown_below = run(FactValue(), measured(0));
  EXPECT_TRUE(guard_unknown_below.outcomes.empty());

  auto too_old = run(measured(0), measured(3, 3, 366));
  ASSERT_EQ(too_old.outcomes.size(), 1u);
  EXPECT_EQ(too_old.outcomes[0].finding.missing, (std::vector<MissingFact>{{fact("ccta.cad_rads"), UnknownReason::too_old}}));
}

TEST(RuleInfo, SaysWhatARuleIsWithoutEvaluatingIt) {
  const auto library = library_of(if_true("t.rest", "decision", "symptom.rest_pain", "{'type': 'prevention'}") + "," + kGuardedTable);
  EXPECT_EQ(library.rule_count(), 2u);
  EXPECT_EQ(library.example_count(), 7u);
  EXPECT_EQ(library.rules().size(), 2u);
  EXPECT_EQ(library.find("t.nothing"), nullptr);
  const RuleInfo* info = library.find("t.rest");
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->where, "rules/library/test.json#/rules/0");
  EXPECT_EQ(info->stage, Stage::decision);
  EXPECT_FALSE(info->approved);
  EXPECT_EQ(info->citation.text, "Nobody. Nowhere 2026");
  const LocalisedText& texts = info->steps.at(0).texts;
  EXPECT_EQ(texts.in("de").summary, "Kurz");
  EXPECT_EQ(texts.in("fr").summary, "Summary of t.rest");
  EXPECT_FALSE(texts.has("fr"));
  const auto& ages = library.find("t.cad-rads")->age_limits;
  ASSERT_EQ(ages.size(), 1u);
  EXPECT_EQ(ages[0].days, 365);
  EXPECT_EQ(ages[0].basis, "operational");
}

TEST(RuleLibrary, TheDigestIsThatOfTheContent) {
  const std::string text = file_of(kClassTable);
  std::string spaced = text, changed = text;
  for (std::size_t at = 0; (at = spaced.find(", \"", at)) != std::string::npos; at += 4) spaced.insert(at + 1, "\n");
  changed.replace(changed.find("Very low"), 8, "Most low");
  const auto a = load_text(text), b = load_text(spaced), c = load_text(changed);
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  EXPECT_EQ(a.value->digest().size(), 64u);
  EXPECT_EQ(a.value->digest(), b.value->digest());
  EXPECT_NE(a.value->digest(), c.value->digest());
}

}  // namespace
}  // namespace cathgate::rules
