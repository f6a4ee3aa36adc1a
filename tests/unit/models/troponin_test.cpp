// The troponin table at its edges; the published vectors are golden rows of models/troponin.json.
#include "models/troponin.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/models/fixture.h"

namespace cathgate::models {
namespace {

const TroponinTable& table() {
  static const auto loaded = [] {
    auto l = TroponinTable::load(kRoot + "/models/troponin.json", facts());
    for (const auto& e : l.errors) ADD_FAILURE() << e.where << ": " << e.message;
    return l;
  }();
  return *loaded.value;
}
TroponinResult esc(const TroponinAssay& a, std::vector<TroponinSample> samples, std::optional<double> onset = {}) { return table().judge_esc(a, samples, onset).result; }
TroponinSample at(double hours, double value) { return {hours, value, value}; }

// Collet JP et al. Eur Heart J 2021;42:1289, Table 5: every limit of every assay, just below it and at it.
TEST(Troponin, EveryLimitOfEveryAssay) {
  ASSERT_EQ(table().assays().size(), 8u);
  for (const auto& a : table().assays()) {
    const auto& c = *a.one_hour;
    EXPECT_EQ(esc(a, {at(0, c.high)}), TroponinResult::rule_in) << a.id;
    EXPECT_EQ(esc(a, {at(0, c.high - 0.1)}), TroponinResult::repeat) << a.id;
    const double base = c.low;  // not low: only the change can rule in
    EXPECT_EQ(esc(a, {at(0, base), at(1, base + c.delta)}), TroponinResult::rule_in) << a.id;
    EXPECT_EQ(esc(a, {at(0, base), at(1, base + c.delta - 0.1)}), TroponinResult::observe) << a.id;
    const double low = c.low - 0.1;
    EXPECT_EQ(esc(a, {at(0, low), at(1, low + c.no_delta - 0.1)}), TroponinResult::rule_out) << a.id;
    EXPECT_NE(esc(a, {at(0, low), at(1, low + c.no_delta)}), TroponinResult::rule_out) << a.id;
    EXPECT_EQ(esc(a, {at(0, *c.very_low - 0.1)}, 3.1), TroponinResult::rule_out) << a.id;
    EXPECT_EQ(esc(a, {at(0, *c.very_low - 0.1)}, 3.0), TroponinResult::repeat) << a.id;
    EXPECT_EQ(esc(a, {at(0, *c.very_low)}, 5), TroponinResult::repeat) << a.id;
    EXPECT_EQ(esc(a, {at(0, *c.very_low - 0.1)}), TroponinResult::repeat) << a.id << ": onset not known";
  }
}

TEST(Troponin, AFallIsAChangeToo) {
  const auto* a = table().find(facts().require("lab.troponin_t"), "Elecsys hs-TnT");
  ASSERT_TRUE(a);
  EXPECT_EQ(esc(*a, {at(0, 30), at(1, 24)}), TroponinResult::rule_in);
}

TEST(Troponin, AResultBelowALimitIsAnInterval) {
  const auto* a = table().find(facts().require("lab.troponin_t"), "elecsys");
  const TroponinSample below5{0, 0, std::nextafter(5.0, 0.0)};
  EXPECT_EQ(esc(*a, {below5}, 6), TroponinResult::rule_out);
  // 0 to 5 and then 4: the change can be up to 4, which is not below 3.
  EXPECT_EQ(esc(*a, {below5, at(1, 4)}), TroponinResult::observe);
}

TEST(Troponin, AssaysAreFoundByWholeWordsOfTheirAnalyte) {
  const auto t = facts().require("lab.troponin_t"), i = facts().require("lab.troponin_i");
  EXPECT_TRUE(table().find(i, "Abbott ARCHITECT STAT hsTnI"));
  EXPECT_TRUE(table().find(i, "Access hsTnI, DxI 9000"));
  EXPECT_FALSE(table().find(i, "Accession 4711"));
  EXPECT_FALSE(table().find(i, "Elecsys")) << "an assay of troponin T";
  EXPECT_FALSE(table().find(t, ""));
  EXPECT_FALSE(table().find(i, "Atellica IM")) << "no table of the guideline: no algorithm is inferred";
}

TEST(Troponin, AssaysWithoutTwoHourCutoffsObserve) {
  for (const auto& a : table().assays())
    if (!a.two_hours) {
      EXPECT_EQ(esc(a, {at(0, a.one_hour->low - 0.1), at(2, a.one_hour->low - 0.1)}), TroponinResult::observe) << a.id;
    }
}

}  // namespace
}  // namespace cathgate::models
