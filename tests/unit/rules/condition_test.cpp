#include "rules/condition.h"

#include "rules/condition_reader.h"
#include "tests/unit/rules/fixture.h"

namespace cathgate::rules {
namespace {

class Compiled {
 public:
  explicit Compiled(std::string text) {
    for (auto& c : text)
      if (c == '\'') c = '"';
    const auto document = JsonDocument::parse(text);
    std::vector<Error> errors;
    std::vector<AgeLimit> ages;
    condition_ = read_condition(Cursor(document->root(), "test#", errors), test_facts(), ages);
    for (const auto& e : errors) ADD_FAILURE() << e.where << ": " << e.message;
  }
  const Condition& operator*() const { return condition_; }
  const Condition* operator->() const { return &condition_; }

  // The outcome when only one fact is known.
  Truth with(std::string_view name, FactValue value) const {
    FactView view(test_facts(), kToday);
    view.set(fact(name), value);
    return condition_.evaluate(view);
  }
  Truth with_nothing() const { return condition_.evaluate(FactView(test_facts(), kToday)); }

 private:
  Condition condition_;
};

struct Edge {
  const char* condition;
  Truth below, at, above;
};
class RangeEdge : public testing::TestWithParam<Edge> {};

TEST_P(RangeEdge, JustBelowAtJustAboveAndMissing) {
  const Compiled condition(GetParam().condition);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(std::nextafter(35.0, 0))), GetParam().below);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(35)), GetParam().at);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(std::nextafter(35.0, 90))), GetParam().above);
  EXPECT_EQ(condition.with_nothing(), Truth::unknown);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(30, 40)), Truth::unknown);
}
INSTANTIATE_TEST_SUITE_P(Forms, RangeEdge, testing::Values(
  Edge{"{'fact': 'lv.ejection_fraction', 'from': 35}", Truth::no, Truth::yes, Truth::yes},
  Edge{"{'fact': 'lv.ejection_fraction', 'above': 35}", Truth::no, Truth::no, Truth::yes},
  Edge{"{'fact': 'lv.ejection_fraction', 'below': 35}", Truth::yes, Truth::no, Truth::no},
  Edge{"{'fact': 'lv.ejection_fraction', 'up_to': 35}", Truth::yes, Truth::yes, Truth::no},
  Edge{"{'fact': 'lv.ejection_fraction', 'from': 35, 'below': 50}", Truth::no, Truth::yes, Truth::yes},
  Edge{"{'fact': 'lv.ejection_fraction', 'above': 20, 'up_to': 35}", Truth::yes, Truth::yes, Truth::no},
  Edge{"{'fact': 'lv.ejection_fraction', 'from': 35, 'up_to': 35}", Truth::no, Truth::yes, Truth::no},
  Edge{"{'not': {'fact': 'lv.ejection_fraction', 'from': 35}}", Truth::yes, Truth::no, Truth::no}));

TEST(Condition, ValuesBeyondOneThresholdDecide) {
  const Compiled condition("{'fact': 'lv.ejection_fraction', 'up_to': 35}");
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(5, 35)), Truth::yes);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(36, 90)), Truth::no);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(-infinity, 30)), Truth::yes);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(36, infinity)), Truth::no);
}

TEST(Condition, BooleansAreTrueFalseOrUnknown) {
  const Compiled yes("{'fact': 'symptom.rest_pain', 'is': true}"), no("{'fact': 'symptom.rest_pain', 'is': false}");
  EXPECT_EQ(yes.with("symptom.rest_pain", measured(1)), Truth::yes);
  EXPECT_EQ(yes.with("symptom.rest_pain", measured(0)), Truth::no);
  EXPECT_EQ(yes.with("symptom.rest_pain", measured(0, 1)), Truth::unknown);
  EXPECT_EQ(yes.with_nothing(), Truth::unknown);
  EXPECT_EQ(no.with("symptom.rest_pain", measured(0)), Truth::yes);
  EXPECT_EQ(no.with("symptom.rest_pain", measured(1)), Truth::no);
  EXPECT_EQ(no.with_nothing(), Truth::unknown);
}

TEST(Condition, CategoriesAreComparedInOrderAndBySets) {
  const double r3 = 3, r4a = 4, r5 = 6;
  const Compiled from("{'fact': 'ccta.cad_rads', 'from': '4A'}");
  EXPECT_EQ(from.with("ccta.cad_rads", measured(r3)), Truth::no);
  EXPECT_EQ(from.with("ccta.cad_rads", measured(r4a)), Truth::yes);
  EXPECT_EQ(from.with("ccta.cad_rads", measured(r3, r5)), Truth::unknown);
  const Compiled one("{'fact': 'ccta.cad_rads', 'is': '3'}");
  EXPECT_EQ(one.with("ccta.cad_rads", measured(r3)), Truth::yes);
  EXPECT_EQ(one.with("ccta.cad_rads", measured(r4a)), Truth::no);
  EXPECT_EQ(one.with_nothing(), Truth::unknown);
  const Compiled set("{'fact': 'ccta.cad_rads', 'is': ['3', '4A', '5']}");
  EXPECT_EQ(set.with("ccta.cad_rads", measured(r3, r4a)), Truth::yes);
  EXPECT_EQ(set.with("ccta.cad_rads", measured(r4a, r5)), Truth::unknown);  // 4B is not in the set
  EXPECT_EQ(set.with("ccta.cad_rads", measured(0, 2)), Truth::no);
}

TEST(Condition, KnownIsTwoValued) {
  const Compiled known("{'fact': 'lv.ejection_fraction', 'known': true}"), absent("{'fact': 'lv.ejection_fraction', 'known': false}");
  EXPECT_EQ(known.with("lv.ejection_fraction", measured(30, 40)), Truth::yes);
  EXPECT_EQ(known.with_nothing(), Truth::no);
  EXPECT_EQ(absent.with_nothing(), Truth::yes);
  EXPECT_EQ(absent.with("lv.ejection_fraction", measured(30)), Truth::no);
}

TEST(Condition, OldAndUndatedValuesAreMissing) {
  const Compiled condition("{'fact': 'lv.ejection_fraction', 'up_to': 35, 'max_age_days': 90, 'age_basis': 'operational'}");
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(30, 30, 90)), Truth::yes);
  EXPECT_EQ(condition.with("lv.ejection_fraction", measured(30, 30, 90.01)), Truth::unknown);
  FactValue undated = measured(30);
  undated.at.reset();
  EXPECT_EQ(condition.with("lv.ejection_fraction", undated), Truth::unknown);
  const Compiled known("{'fact': 'lv.ejection_fraction', 'known': true, 'max_age_days': 90, 'age_basis': 'operational'}");
  EXPECT_EQ(known.with("lv.ejection_fraction", measured(30, 30, 91)), Truth::no);

  FactView view(test_facts(), kToday);
  view.set(fact("lv.ejection_fraction"), measured(30, 30, 91));
  std::vector<MissingFact> missing;
  condition->find_missing(view, missing);
  EXPECT_EQ(missing, (std::vector<MissingFact>{{fact("lv.ejection_fraction"), UnknownReason::too_old}}));
}

// Kleene's tables over two and three inputs: 0 no, 1 unknown, 2 yes.
FactValue as_value(Truth t) { return t == Truth::unknown ? FactValue() : measured(t == Truth::yes ? 1 : 0); }

TEST(Condition, KleeneTables) {
  const std::string a = "{'fact': 'symptom.rest_pain', 'is': true}", b = "{'fact': 'ecg.lbbb', 'is': true}", c = "{'fact': 'gate.acute', 'is': true}";
  const Compiled all("{'all': [" + a + "," + b + "]}"), any("{'any': [" + a + "," + b + "]}");
  const Compiled two("{'at_least': 2, 'of': [" + a + "," + b + "," + c + "]}"), never("{'not': {'all': [" + a + "," + b + "]}}");
  const Truth values[] = {Truth::no, Truth::unknown, Truth::yes};
  for (const Truth x : values)
    for (const Truth y : values)
      for (const Truth z : values) {
        FactView view(test_facts(), kToday);
        view.set(fact("symptom.rest_pain"), as_value(x));
        view.set(fact("ecg.lbbb"), as_value(y));
        view.set(fact("gate.acute"), as_value(z));
        EXPECT_EQ(all->evaluate(view), std::min(x, y));
        EXPECT_EQ(any->evaluate(view), std::max(x, y));
        EXPECT_EQ(never->evaluate(view), !std::min(x, y));
        // The second largest of three is the outcome of "two of three".
        EXPECT_EQ(two->evaluate(view), std::max(std::min(x, y), std::min(std::max(x, y), z)));
      }
}

std::vector<std::string> names(const std::vector<Evidence>& evidence) {
  std::vector<std::string> result;
  for (const auto& e : evidence) result.push_back(test_facts()[e.fact].name);
  return result;
}

TEST(Condition, EvidenceIsTheTrueBranchesAndMissingWhatCouldDecide) {
  const Compiled condition(
      "{'all': [{'any': [{'fact': 'symptom.rest_pain', 'is': true}, {'fact': 'ecg.lbbb', 'is': true}]},"
      "{'not': {'any': [{'fact': 'gate.acute', 'is': true}, {'fact': 'symptom.ccs_class', 'from': 3}]}}]}");
  FactView view(test_facts(), kToday);
  view.set(fact("symptom.rest_pain"), measured(0));
  view.set(fact("ecg.lbbb"), measured(1));
  view.set(fact("gate.acute"), measured(0));
  view.set(fact("symptom.ccs_class"), measured(2, 3));
  ASSERT_EQ(condition->evaluate(view), Truth::unknown);
  std::vector<MissingFact> missing;
  condition->find_missing(view, missing);
  EXPECT_EQ(missing, (std::vector<MissingFact>{{fact("symptom.ccs_class"), UnknownReason::none}}));

  view.set(fact("symptom.ccs_class"), measured(2));
  ASSERT_EQ(condition->evaluate(view), Truth::yes);
  std::vector<Evidence> evidence;
  condition->explain(view, evidence);
  EXPECT_EQ(names(evidence), (std::vector<std::string>{"ecg.lbbb", "gate.acute", "symptom.ccs_class"}));
}

TEST(Condition, AKnownNoLeavesNothingOpen) {
  const Compiled condition("{'at_least': 2, 'of': [{'fact': 'symptom.rest_pain', 'is': true}, {'fact': 'ecg.lbbb', 'is': true}, {'fact': 'gate.acute', 'is': true}]}");
  FactView view(test_facts(), kToday);
  view.set(fact("symptom.rest_pain"), measured(1));
  view.set(fact("ecg.lbbb"), measured(0));
  ASSERT_EQ(condition->evaluate(view), Truth::unknown);
  std::vector<MissingFact> missing;
  condition->find_missing(view, missing);
  EXPECT_EQ(missing, (std::vector<MissingFact>{{fact("gate.acute"), UnknownReason::never_sent}}));
}

}  // namespace
}  // namespace cathgate::rules
