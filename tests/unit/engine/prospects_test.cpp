// What a test would change: the card's promise is kept when the result arrives, and tests that can change nothing go last.
#include <algorithm>

#include "engine/prospects.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {



constexpr cathgate::Test kRatioTests[] = {cathgate::Test::ccta, cathgate::Test::stress_echo, cathgate::Test::stress_cmr, cathgate::Test::pet, cathgate::Test::spect, cathgate::Test::exercise_ecg};

SiteOptions only(std::initializer_list<cathgate::Test> tests) {
  SiteOptions site;
  site.available.fill(false);
  for (const auto test : tests) site.available[static_cast<std::size_t>(test)] = true;
  return site;
}

// The patient with the result of `test` in the record, as of now.
Patient with_result(Patient p, cathgate::Test test, bool abnormal) {
  const auto* ratio = knowledge()->scores.ratios().find(test_name(test));
  return p.at(0).number(fact_name(ratio->fact), abnormal ? ratio->abnormal_from : ratio->normal_up_to);
}

TEST(Prospects, ThePromiseIsKeptWhenTheResultArrives) {
  int compared = 0, settled = 0;
  for (const int age : {45, 58, 66, 77})
    for (const bool male : {false, true})
      for (const int points : {1, 2, 3})
        for (const int factors : {0, 2, 4})
          for (const auto test : kRatioTests) {
            auto p = Patient::outpatient(age, male, points, factors);
            const auto a = p.assess(only({test}));
            if (!a.next_test) continue;
            ASSERT_EQ(a.next_test->test, test);
            ASSERT_TRUE(a.next_test->decision_if_normal && a.next_test->decision_if_abnormal);
            for (const bool abnormal : {false, true}) {
              const auto after = with_result(p, test, abnormal).assess(only({test}));
              ASSERT_EQ(after.decision, abnormal ? *a.next_test->decision_if_abnormal : *a.next_test->decision_if_normal) << age << male << points << factors << test_name(test) << abnormal;
              const auto promised = abnormal ? a.next_test->likelihood_if_abnormal : a.next_test->likelihood_if_normal;
              if (promised) { ASSERT_NEAR(after.likelihood->point, *promised, 1e-12); }
              settled += after.decision == Decision::defer || after.decision == Decision::angiography_recommended;
            }
            ++compared;
          }
  EXPECT_GT(compared, 200);
  EXPECT_GT(settled, 200);
}

TEST(Prospects, TheSameForCalciumZero) {
  auto p = Patient::outpatient(58, true, 1, 2);
  const auto a = p.assess();
  ASSERT_TRUE(a.next_test);
  EXPECT_EQ(a.next_test->test, cathgate::Test::calcium_score);
  EXPECT_EQ(a.next_test->decision_if_normal, p.at(0).number("ct.calcium_score", 0).assess().decision);
  EXPECT_EQ(a.next_test->decision_if_normal, Decision::defer);
  EXPECT_FALSE(a.next_test->decision_if_abnormal);
  EXPECT_FALSE(a.next_test->settles);
}

// Before = P(abnormal) * after abnormal + P(normal) * after normal: RF-CL 0.265125 and the CCTA ratios 4.44 and 0.04 give
// 0.014225, 0.615663, hence P(abnormal) 0.41717. CAD-RADS 3 asks for a functional test, so only a normal CT settles, and
// 1 - 0.014225 of those are right.
TEST(Prospects, TheShareThatIsSettledFollowsFromTheRatios) {
  const auto a = Patient::outpatient(55, true, 3, 2).assess();
  ASSERT_TRUE(a.next_test);
  EXPECT_EQ(a.next_test->test, cathgate::Test::ccta);
  EXPECT_EQ(a.next_test->decision_if_normal, Decision::defer);
  EXPECT_EQ(a.next_test->decision_if_abnormal, Decision::test_first);
  ASSERT_TRUE(a.next_test->settles);
  EXPECT_NEAR(*a.next_test->settles, (1 - 0.41717) * (1 - 0.014225), 5e-5);
}

// A calcium score of zero must be able to end the question, or the next group of the guideline comes first.
TEST(Prospects, ATestThatCanChangeNothingGoesLast) {
  int calcium_first = 0, calcium_last = 0;
  for (int age = 40; age <= 79; ++age)
    for (const bool male : {false, true})
      for (const int points : {1, 2, 3})
        for (const int factors : {0, 3, 5}) {
          auto p = Patient::outpatient(age, male, points, factors);
          const auto a = p.assess();
          if (!a.next_test || !a.likelihood || a.likelihood->class_name != "low") continue;
          const bool can = p.at(0).number("ct.calcium_score", 0).assess().decision == Decision::defer;
          ASSERT_EQ(a.next_test->test == cathgate::Test::calcium_score, can) << age << male << points << factors;
          (can ? calcium_first : calcium_last) += 1;
          if (!can) { ASSERT_EQ(a.next_test->alternatives.back(), cathgate::Test::calcium_score); }
        }
  EXPECT_GT(calcium_first, 10);
  RecordProperty("calcium_last", calcium_last);
}

// Within the group of stress imaging the listed order holds until another settles clearly more.
TEST(Prospects, WithinAGroupTheMoreTellingTestComesFirst) {
  const double indifference = knowledge()->data.indifference;
  int compared = 0;
  for (const int age : {50, 60, 70, 78})
    for (const int points : {2, 3}) {
      auto p = Patient::outpatient(age, true, points, 3).yes("ccta.non_diagnostic");
      const auto a = p.assess();
      if (!a.next_test || !a.next_test->settles) continue;
      for (const auto other : {cathgate::Test::stress_echo, cathgate::Test::stress_cmr, cathgate::Test::pet, cathgate::Test::spect}) {
        const auto alone = p.assess(only({other}));
        if (!alone.next_test || !alone.next_test->settles) continue;
        ASSERT_GE(*a.next_test->settles, *alone.next_test->settles - indifference) << age << test_name(other);
        ++compared;
      }
    }
  EXPECT_GT(compared, 8);
}

// A normal CT angiogram of four years ago says nothing about today, and so does not stand in the way of another.
TEST(Prospects, AnOldNormalScanMayBeRepeated) {
  const auto excludes_ccta = [](const Assessment& a) {
    return a.next_test && std::any_of(a.next_test->excluded.begin(), a.next_test->excluded.end(), [](const ExcludedTest& e) { return e.test == cathgate::Test::ccta; });
  };
  auto old = Patient::outpatient(55, true, 3, 2).days_ago(1460).category("ccta.cad_rads", "1");
  const auto a = old.assess();
  ASSERT_TRUE(a.next_test);
  EXPECT_EQ(a.next_test->test, cathgate::Test::ccta);
  EXPECT_FALSE(excludes_ccta(a));
  auto abnormal = Patient::outpatient(55, true, 3, 2).days_ago(1460).category("ccta.cad_rads", "3");
  const auto b = abnormal.assess();
  ASSERT_TRUE(b.next_test);
  EXPECT_NE(b.next_test->test, cathgate::Test::ccta);
}

TEST(Prospects, ASupposedResultLeavesNoTrace) {
  auto p = Patient::outpatient(55, true, 3, 2);
  const auto a = p.assess();
  for (const auto& e : a.evidence) EXPECT_NE(e.fact, fact_id("ccta.cad_rads"));
  EXPECT_TRUE(std::none_of(a.statements.begin(), a.statements.end(), [](const Statement& s) { return s.finding.id.find("cad-rads") != std::string_view::npos; }));
}

}  // namespace
}  // namespace cathgate
