#include "fhir/cad_rads_text.h"

#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

CadRadsReading read(const std::string& text) {
  return read_cad_rads(text, terms().impl().cad_rads_words);
}

// The notation is that of CAD-RADS 2.0 (Cury RC et al., J Cardiovasc Comput Tomogr 2022;16:536): category and modifiers
// joined by "/".
struct Case {
  const char* text;
  const char* category;
  const char* plaque = "";
  bool hrp = false;
  bool n = false;
};
class CadRadsForms : public ::testing::TestWithParam<Case> {};

TEST_P(CadRadsForms, IsRead) {
  const Case& c = GetParam();
  const auto reading = read(c.text);
  ASSERT_EQ(reading.current.size(), 1u) << c.text;
  const CadRadsMention& m = reading.current.front();
  EXPECT_EQ(m.category, c.category) << c.text;
  EXPECT_EQ(m.plaque, c.plaque) << c.text;
  EXPECT_EQ(m.high_risk_plaque, c.hrp) << c.text;
  EXPECT_EQ(m.non_diagnostic, c.n) << c.text;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, CadRadsForms,
    ::testing::Values(Case{"CAD-RADS 4A/P3/HRP", "4A", "P3", true}, Case{"CADRADS: 2", "2"},
                      Case{"CAD-RADS category N", "", "", false, true}, Case{"cad rads 4b", "4B"},
                      Case{"CAD_RADS 0.", "0"}, Case{"CAD-RADS 2.0: 3/P2", "3", "P2"},
                      Case{"Impression: CAD-RADS 2.0 category 1 / P1", "1", "P1"},
                      Case{"CAD-RADS 3/N", "3", "", false, true}, Case{"CAD-RADS 3/HRP/P4", "3", "P4", true},
                      Case{"CAD-RADS 4A/N/P2/HRP", "4A", "P2", true, true}, Case{"CAD-RADS = 5", "5"},
                      Case{"CAD-RADS (2.0) 4", "4"}, Case{"No obstructive disease (CAD-RADS 2).", "2"},
                      Case{"CAD-RADS score is 1", "1"}, Case{"CAD-RADS 2/P2. CAD-RADS 2 as above.", "2", "P2"},
                      Case{"Compared with the prior study of 2021, CAD-RADS 3.", "3"},
                      Case{"CAD-RADS 2, P2", "2", "P2"}, Case{"CAD-RADS 3 S1 nerve root seen", "3"},
                      Case{"CAD-RADS 1/V", "1", "", true}, Case{"CAD-RADS N", "", "", false, true},
                      Case{"No contrast reaction. CAD-RADS 0", "0"}));

TEST(CadRadsText, ModifiersInAnyOrder) {
  const auto reading = read("CAD-RADS 4A/E/S/G/I+/P2");
  ASSERT_EQ(reading.current.size(), 1u);
  const auto& m = reading.current.front();
  EXPECT_TRUE(m.stent && m.graft && m.exception);
  EXPECT_EQ(m.ischaemia, "positive");
  EXPECT_EQ(m.plaque, "P2");
}

TEST(CadRadsText, IschaemiaModifiers) {
  EXPECT_EQ(read("CAD-RADS 3/I-").current.at(0).ischaemia, "negative");
  EXPECT_EQ(read("CAD-RADS 3/I+/-").current.at(0).ischaemia, "borderline");
  EXPECT_EQ(read("CAD-RADS 3/I\u00B1").current.at(0).ischaemia, "borderline");
  EXPECT_EQ(read("CAD-RADS 3/P1/I+").current.at(0).ischaemia, "positive");
}

class CadRadsPast : public ::testing::TestWithParam<const char*> {};
TEST_P(CadRadsPast, IsNotOfThisStudy) {
  const auto reading = read(GetParam());
  EXPECT_TRUE(reading.current.empty()) << GetParam();
  EXPECT_GE(reading.past, 1u) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(Past, CadRadsPast,
                         ::testing::Values("Prior CAD-RADS 4A.", "Previous study: CAD-RADS 3", "previously CAD-RADS 2",
                                           "Previously, CAD-RADS 3", "no CAD-RADS 4", "This is not CAD-RADS 4A",
                                           "CAD-RADS 3 in 2021", "CAD-RADS 3 on the previous CT",
                                           "compared with CAD-RADS 3", "history of CAD-RADS 1", "last CAD-RADS 4B"));

TEST(CadRadsText, TheCurrentOneOfSeveralCounts) {
  for (const char* text : {"CAD-RADS 2, previously CAD-RADS 4A", "Previously CAD-RADS 4A, now CAD-RADS 2",
                           "CAD-RADS 2 compared with CAD-RADS 4A in 2021",
                           "Prior CCTA with CAD-RADS 4A. Now CAD-RADS 2.", "Changed from CAD-RADS 4A to CAD-RADS 2"}) {
    const auto reading = read(text);
    ASSERT_EQ(reading.current.size(), 1u) << text;
    EXPECT_EQ(reading.current.front().category, "2") << text;
    EXPECT_EQ(reading.past, 1u) << text;
  }
}

TEST(CadRadsText, AnUndecidedReportKeepsBothCategories) {
  for (const char* text : {"CAD-RADS 3 or 4A", "CAD-RADS 3-4A", "CAD-RADS 3/4A", "CAD-RADS 3. In the RCA CAD-RADS 4A."})
    EXPECT_EQ(read(text).current.size(), 2u) << text;
}

TEST(CadRadsText, OtherTextsHoldNone) {
  for (const char* text : {"", "CAD-RADS", "CAD-RADS 2.0", "CAD-RADS N/A", "CAD-RADS not assigned", "CAD-RADS normal",
                           "BI-RADS 4A", "LI-RADS 3", "CAD-RADS 6", "CAD-RADS 22", "arcad-rads 3", "cad cad cad"}) {
    const auto reading = read(text);
    EXPECT_TRUE(reading.current.empty()) << text;
    EXPECT_EQ(reading.past, 0u) << text;
  }
}

}  // namespace
}  // namespace cathgate::fhir
