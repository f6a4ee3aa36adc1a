// Which guideline a site follows, and what the card says about the others.
#include <algorithm>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

SiteOptions following(std::string guideline) {
  SiteOptions site;
  site.guideline = std::move(guideline);
  return site;
}
const OtherAdvice* other(const Assessment& a, std::string_view id) {
  const auto it = std::find_if(a.other_advice.begin(), a.other_advice.end(), [&](const OtherAdvice& o) { return o.guideline == id; });
  return it == a.other_advice.end() ? nullptr : &*it;
}

TEST(Guideline, AnUnknownOneIsTheDefault) {
  auto p = Patient::outpatient(55, true, 3, 2);
  EXPECT_EQ(fingerprint(p.assess(following("nobody"))), fingerprint(p.assess()));
}

// A man of 70 with typical angina: ESC 2024 moderate, CT angiography; AHA/ACC 2021 52 %, stress testing from 65 years.
TEST(Guideline, DisagreementIsShownWithItsReason) {
  auto p = Patient::outpatient(70, true, 3, 2);
  const auto esc = p.assess();
  ASSERT_TRUE(esc.next_test);
  EXPECT_EQ(esc.next_test->test, cathgate::Test::ccta);
  const auto* aha = other(esc, "aha-2021");
  ASSERT_TRUE(aha);
  EXPECT_EQ(aha->decision, Decision::test_first);
  EXPECT_EQ(aha->next_test, cathgate::Test::stress_echo);
  EXPECT_EQ(aha->why.id, "aha-2021.first-test-from-65");
  EXPECT_FALSE(other(esc, "nice-cg95")) << "it asks for CT angiography as well";
  const auto followed = p.assess(following("aha-2021"));
  ASSERT_TRUE(followed.next_test);
  EXPECT_EQ(followed.next_test->test, cathgate::Test::stress_echo);
  ASSERT_TRUE(other(followed, "esc-2024"));
  EXPECT_EQ(other(followed, "esc-2024")->next_test, cathgate::Test::ccta);
}

// Angina at a low level of exercise: ESC 2024 asks for angiography (class I), the others do not.
TEST(Guideline, AStatementOfOneGuidelineAloneCountsUnderItAlone) {
  auto p = Patient::outpatient(60, true, 3, 2).number("symptom.ccs_class", 3);
  const auto esc = p.assess();
  EXPECT_EQ(esc.decision, Decision::angiography_recommended);
  ASSERT_TRUE(other(esc, "nice-cg95"));
  EXPECT_EQ(other(esc, "nice-cg95")->decision, Decision::test_first);
  EXPECT_EQ(p.assess(following("nice-cg95")).decision, Decision::test_first);
}

TEST(Guideline, LeftToJudgementIsNoDeferral) {
  auto p = Patient::outpatient(45, false, 1, 1).yes("ecg.normal");
  const auto nice = p.assess(following("nice-cg95"));
  EXPECT_EQ(nice.decision, Decision::insufficient_data);
  EXPECT_EQ(nice.decision_reason, message::kJudgement);
  EXPECT_EQ(p.assess().decision, Decision::defer);
  EXPECT_FALSE(other(p.assess(), "nice-cg95")) << "no test and a deferral are the same advice";
}

// Whatever guideline is followed: a stenosis, a positive test or a high event risk never end in a deferral.
TEST(Guideline, CautionIsSharedByAll) {
  for (const auto* guideline : {"esc-2024", "aha-2021", "nice-cg95"}) {
    auto left_main = Patient::outpatient(60, true, 1, 1).number("ccta.stenosis_left_main", 60);
    EXPECT_EQ(left_main.assess(following(guideline)).decision, Decision::angiography_recommended) << guideline;
    auto positive = Patient::outpatient(40, false, 0, 0).category("stress_echo.result", "abnormal");
    EXPECT_NE(positive.assess(following(guideline)).decision, Decision::defer) << guideline;
    auto open = Patient::outpatient(60, true, 2, 2).category("ccta.cad_rads", "1");
    EXPECT_EQ(open.assess(following(guideline)).decision, Decision::defer) << guideline;
    auto st = Patient::outpatient(60, true, 2, 2).at(kHour).yes("ecg.st_elevation");
    EXPECT_EQ(st.assess(following(guideline)).decision, Decision::emergency) << guideline;
  }
}

TEST(Comparators, StandBesideTheLikelihoodAndChangeNothing) {
  auto p = Patient::outpatient(55, true, 3, 2);
  const auto a = p.assess();
  ASSERT_TRUE(a.likelihood);
  const auto find = [&](std::string_view id) {
    return std::find_if(a.likelihood->comparators.begin(), a.likelihood->comparators.end(), [&](const auto& c) { return c.id == id; });
  };
  const auto esc2019 = find("esc-2019-table");
  ASSERT_NE(esc2019, a.likelihood->comparators.end());
  EXPECT_DOUBLE_EQ(esc2019->low, 0.32);
  EXPECT_EQ(a.likelihood->steps.size(), 1u) << "RF-CL alone makes the likelihood";
}

}  // namespace
}  // namespace cathgate
