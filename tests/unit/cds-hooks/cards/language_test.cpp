// Which language an answer is written in: the request's extension, the tenant, Accept-Language, English, in this order.
#include "cds-hooks/cards/language.h"

#include <gtest/gtest.h>

#include <array>

namespace cathgate::cds_hooks {
namespace {

constexpr std::array<std::string_view, 3> kLanguages = {"en", "es", "zh"};

std::string_view resolved(std::string_view extension, std::string_view tenant, std::string_view header) {
  return resolve_language({extension, tenant, header}, kLanguages);
}

TEST(Language, ATagMeansALanguageWhateverItsRegionOrCase) {
  for (const std::string_view tag : {"es", "ES", "es-MX", "es-419", "es-Latn-ES"}) EXPECT_EQ(match_language(tag, kLanguages), "es") << tag;
  for (const std::string_view tag : {"zh", "zh-CN", "zh-Hans", "zh-hans-tw", "ZH-SG"}) EXPECT_EQ(match_language(tag, kLanguages), "zh") << tag;
  EXPECT_EQ(match_language("en-GB", kLanguages), "en");
}

TEST(Language, TraditionalChineseIsEnglishAndNeverSimplified) {
  for (const std::string_view tag : {"zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-CN"}) EXPECT_EQ(match_language(tag, kLanguages), "en") << tag;
  EXPECT_EQ(resolved("zh-TW", "zh", "zh"), "en");
}

TEST(Language, WhatIsNoTagOfALanguageMeansNone) {
  for (const std::string_view tag : {"", "fr", "e", "*", "español", "es_MX"}) EXPECT_EQ(match_language(tag, kLanguages), std::nullopt) << tag;
  EXPECT_EQ(match_language("es-" + std::string(60, 'x'), kLanguages), std::nullopt);
}

TEST(Language, TheExtensionGoesBeforeTheTenantAndTheTenantBeforeTheHeader) {
  EXPECT_EQ(resolved("es", "zh", "en"), "es");
  EXPECT_EQ(resolved("", "zh", "es"), "zh");
  EXPECT_EQ(resolved("", "", "es"), "es");
  EXPECT_EQ(resolved("", "", ""), "en");
  EXPECT_EQ(resolved("fr", "", "zh"), "zh") << "a language that does not exist here says nothing";
}

TEST(Language, TheHeaderCountsByWeightAndThenByOrder) {
  EXPECT_EQ(resolved("", "", "fr, es;q=0.8, zh;q=0.9"), "zh");
  EXPECT_EQ(resolved("", "", "es;q=0.8, zh;q=0.8"), "es");
  EXPECT_EQ(resolved("", "", "es;q=0, zh;q=0.1"), "zh");
  EXPECT_EQ(resolved("", "", " ES-mx ; q=1.000 , en"), "es");
  EXPECT_EQ(resolved("", "", "*"), "en");
  EXPECT_EQ(resolved("", "", "zh-TW, zh;q=0.9"), "en");
}

TEST(Language, ABrokenWeightCountsAsNotWanted) {
  for (const std::string_view header : {"es;q=", "es;q=2", "es;q=-1", "es;q=1x", "es;level=1", ",,,;;;", "es;q=nan"})
    EXPECT_EQ(resolved("", "", header), "en") << header;
}

TEST(Language, AHeaderOfManyRangesIsReadOnlySoFar) {
  std::string header;
  for (int i = 0; i < 5000; ++i) header += "xx,";
  EXPECT_EQ(resolved("", "", header + "es"), "en");
}

}  // namespace
}  // namespace cathgate::cds_hooks
