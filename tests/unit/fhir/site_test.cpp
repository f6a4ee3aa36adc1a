// Values by site, and the onset of the present pain.
#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

std::string segment(const std::string& id, const std::string& site, double stenosis) {
  return own_observation(id, "ccta.segment_stenosis", R"("bodySite":{"text":")" + site + "\"}," + quantity(stenosis, "%"));
}

TEST(Sites, OneObservationForEachSegment) {
  const auto read = read_resources({segment("a", "LM", 55), segment("b", "LAD.proximal", 30)});
  ASSERT_EQ(read.of("ccta.segment_stenosis").size(), 2u);
  for (const auto* m : read.of("ccta.segment_stenosis")) EXPECT_DOUBLE_EQ(m->value, m->site == "LM" ? 55 : 30);
  EXPECT_TRUE(read.snapshot->issues.empty());
}

TEST(Sites, AnUnknownSiteIsRefused) {
  EXPECT_NE(read_resources({segment("a", "somewhere", 55)}).issue("unknown_site"), nullptr);
  EXPECT_TRUE(read_resources({segment("a", "somewhere", 55)}).of("ccta.segment_stenosis").empty());
}

std::string sampled(const std::string& fact, const std::string& data, const std::string& origin) {
  return own_observation("s", fact, R"("valueSampledData":{"origin":)" + origin + R"(,"period":0,"dimensions":1,"data":")" + data + "\"}");
}

TEST(Sites, AListInTheOrderOfTheSites) {
  const auto read = read_resources({sampled("echo.lv_discs_4c_diastole",
                                            "10 20 30 40 41 42 43 44 45 45 44 43 42 41 40 35 30 20 E 5", R"({"value":0,"unit":"furlong"})")});
  EXPECT_TRUE(read.of("echo.lv_discs_4c_diastole").empty());
  EXPECT_NE(read.issue("unknown_unit"), nullptr);
  const auto coded = read_resources({sampled("echo.lv_discs_4c_diastole",
                                             "10 20 30 40 41 42 43 44 45 45 44 43 42 41 40 35 30 20 E 5",
                                             R"({"value":0,"unit":"mm","system":"http://unitsofmeasure.org","code":"mm"})")});
  ASSERT_EQ(coded.of("echo.lv_discs_4c_diastole").size(), 19u);  // one disc has no value
  for (const auto* m : coded.of("echo.lv_discs_4c_diastole"))
    if (m->site == "1" || m->site == "9") {
      EXPECT_DOUBLE_EQ(m->value, m->site == "1" ? 1.0 : 4.5);
    }
}

TEST(Sites, AListOfAnotherLengthIsRefused) {
  EXPECT_NE(read_resources({sampled("echo.wall_motion", "1 1 1", R"({"value":0})")}).issue("wrong_number_of_sites"), nullptr);
}

TEST(PainOnset, IsTheHoursBetweenOnsetAndAnswer) {
  const auto asked = [](const std::string& onset) {
    return read_resources({R"({"resourceType":"QuestionnaireResponse","id":"q","status":"completed",)" + kSubject +
                           R"(,"questionnaire":"https://cathgate.org/fhir/Questionnaire/chest-pain|1.0.0")" +
                           R"(,"authored":"2026-11-24T05:00:00Z","item":[{"linkId":"pain-onset","answer":[{"valueDateTime":")" + onset + R"("}]}]})"});
  };
  EXPECT_NEAR(asked("2026-11-24T02:30:00Z").value("acute.pain_onset_hours"), 2.5, 0.02);
  EXPECT_TRUE(asked("2026-11-24").of("acute.pain_onset_hours").empty());
  EXPECT_NE(asked("2026-11-24T05:30:00Z").issue("onset_after_answer"), nullptr);
}

TEST(TroponinLimit, IsKeptBesideTheResult) {
  const auto read = read_resources({observation("t", "67151-1", quantity(30, "ng/L") + R"(,"referenceRange":[{"high":{"value":14,"unit":"ng/L","system":"http://unitsofmeasure.org","code":"ng/L"}}])")});
  EXPECT_DOUBLE_EQ(read.value("lab.troponin_limit"), 14);
  EXPECT_DOUBLE_EQ(read.value("lab.troponin_above_limit"), 1);
}

}  // namespace
}  // namespace cathgate::fhir
