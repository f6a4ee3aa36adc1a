// Group G, 81 and 87: numbers at thresholds, text from the record.
#include "cds-hooks/cards/card_values.h"

#include <gtest/gtest.h>

#include <clocale>

#include "cds-hooks/cards/card_markdown.h"

namespace cathgate::cds_hooks {
namespace {

const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
  return *loaded.value;
}
const Phrases& phrases() {
  static const auto loaded = Messages::load(std::string(CATHGATE_SOURCE_DIR) + "/cds-hooks/messages");
  return loaded.value->in("en");
}
FactId fact(std::string_view name) {
  return facts().require(name);
}

std::string percent(double value) {
  std::string out;
  FactWriter(facts(), phrases()).append_percent(out, value);
  return out;
}
std::string number(double value) {
  std::string out;
  append_number(out, value);
  return out;
}
std::string value_of(std::string_view name, FactValue value) {
  std::string out;
  FactWriter(facts(), phrases()).append_value(out, fact(name), value);
  return out;
}
std::string short_of(std::string_view name, FactValue value) {
  std::string out;
  FactWriter(facts(), phrases()).append_short(out, fact(name), value);
  return out;
}
std::string escaped(std::string_view text, std::size_t limit = 300) {
  std::string out;
  append_escaped(out, text, limit);
  return out;
}

TEST(CardValues, APercentageNeverContradictsItsClass) {
  EXPECT_EQ(percent(5), "5 %");
  EXPECT_EQ(percent(5.04), "5.04 %");
  EXPECT_EQ(percent(4.96), "4.96 %");
  EXPECT_EQ(percent(5.0000004), "5.0000004 %");
  EXPECT_EQ(percent(14.999), "14.999 %");
  EXPECT_EQ(percent(26.5125), "26.5 %");
  EXPECT_EQ(percent(0.0312), "0.03 %");
  EXPECT_EQ(percent(0.07 * 100), "7 %") << "the noise of arithmetic is not printed";
  EXPECT_EQ(percent(0), "0 %");
}

TEST(CardValues, ARoundedNumberNeverLandsOnACutOff) {
  EXPECT_EQ(number(1.6968325791855203), "1.697");
  EXPECT_EQ(number(0.8), "0.8");
  EXPECT_EQ(number(0.80004), "0.80004");
  EXPECT_EQ(number(0.800004), "0.800004");
  EXPECT_EQ(number(29.99996), "29.99996");
  EXPECT_EQ(number(29.98765), "29.99");
  EXPECT_EQ(number(1234567), "1234567");
  EXPECT_EQ(number(-11.25), "-11.25");
}

TEST(CardValues, NumbersDoNotDependOnTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  EXPECT_EQ(percent(26.5), "26.5 %");
  std::setlocale(LC_ALL, before.c_str());
}

TEST(CardValues, PrintsEachKindOfFact) {
  EXPECT_EQ(value_of("patient.age_years", FactValue::exactly(58)), "58 years");
  EXPECT_EQ(value_of("lv.ejection_fraction", FactValue::exactly(35)), "35 %");
  EXPECT_EQ(value_of("ccta.cad_rads", FactValue::exactly(*facts()[fact("ccta.cad_rads")].category("4A"))), "4A");
  EXPECT_EQ(value_of("exercise_ecg.result", FactValue::exactly(1)), "non diagnostic");
  EXPECT_EQ(value_of("risk.diabetes", FactValue::exactly(0)), "no");
  EXPECT_EQ(value_of("lab.egfr", FactValue::exactly(29.6)), "29.6 mL/min/1.73 m²");
  EXPECT_EQ(value_of("lab.troponin_i", FactValue::between(-std::numeric_limits<double>::infinity(), 3)), "≤ 3 ng/L");
  EXPECT_EQ(value_of("ct.calcium_score", FactValue::between(1000, std::numeric_limits<double>::infinity())), "≥ 1000");
  EXPECT_EQ(value_of("risk.diabetes", FactValue::unknown_because(UnknownReason::too_old)), "not known");
}

TEST(CardValues, SpeaksOfFactsAsASummaryDoes) {
  EXPECT_EQ(short_of("gate.acute", FactValue::exactly(0)), "no acute features recorded");
  EXPECT_EQ(short_of("likelihood.percent", FactValue::exactly(3.2)), "likelihood 3.2 %");
  EXPECT_EQ(short_of("ecg.lbbb", FactValue::exactly(1)), "Left bundle branch block");
  EXPECT_EQ(short_of("ecg.lbbb", FactValue::exactly(0)), "Left bundle branch block: no");
  EXPECT_EQ(short_of("ccta.cad_rads", FactValue::exactly(0)), "CAD-RADS 0");
}

TEST(CardValues, PrintsDatesAsPreciselyAsTheyAreKnown) {
  auto date = [](std::string_view text) {
    FactValue value = FactValue::exactly(1);
    value.origin = Origin::coded;
    value.at = read_fhir_time(text);
    std::string out;
    FactWriter(facts(), phrases()).append_date(out, value);
    return out;
  };
  EXPECT_EQ(date("2026-11-24T08:15:00Z"), "2026-11-24");
  EXPECT_EQ(date("2026-11-24"), "2026-11-24");
  EXPECT_EQ(date("2026-11"), "2026-11");
  EXPECT_EQ(date("2026"), "2026");
  EXPECT_EQ(date(""), "undated");
}

TEST(CardValues, FillsTextsOfRulesWithFacts) {
  std::string out;
  FactWriter(facts(), phrases())
      .append_text(out, "LVEF {lv.ejection_fraction}, eGFR {lab.egfr}, {not.a.fact}",
                   {{fact("lv.ejection_fraction"), FactValue::exactly(32)}}, {});
  EXPECT_EQ(out, "LVEF 32 %, eGFR not known, {not.a.fact}");
}

TEST(CardMarkdown, TextOfTheRecordNeverBecomesMarkup) {
  EXPECT_EQ(escaped("a|b*c_d`e[f](g)"), "a\\|b\\*c\\_d\\`e\\[f\\](g)");
  EXPECT_EQ(escaped("<script>alert(1)</script>"), "\u2039script>alert(1)\u2039/script>");
  EXPECT_EQ(escaped("<!-- x"), "\u2039!-- x");
  EXPECT_EQ(escaped("value < 3"), "value \\< 3");
  EXPECT_EQ(escaped("https://evil.example www.evil.example a@b"), "https\\://evil.example www\\.evil.example a\\@b");
  EXPECT_EQ(escaped("two\r\nlines\x01"), "two lines ");
}

TEST(CardMarkdown, MarksThatReorderTextAreRemoved) {
  EXPECT_EQ(escaped("a\u202Eb\u200Fc\u2066d\uFEFFe"), "abcde");
  EXPECT_EQ(escaped("造影 \U0001F493"), "造影 \U0001F493");
}

TEST(CardMarkdown, CutsBetweenCodePoints) {
  EXPECT_EQ(escaped("造影检查", 2), "造影…");
  EXPECT_EQ(escaped("abc", 3), "abc");
}

}  // namespace
}  // namespace cathgate::cds_hooks
