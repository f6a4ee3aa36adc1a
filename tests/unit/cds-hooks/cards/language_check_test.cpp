// What is said about a language whose texts are not whole.
#include "cds-hooks/cards/language_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;
const std::string kRoot = CATHGATE_SOURCE_DIR;

const Knowledge& knowledge() {
  static const auto loaded = Knowledge::load(kRoot);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return **loaded.value;
}
const CardCodes& codes() {
  static const auto loaded = CardCodes::load(kRoot + "/cds-hooks/codes.json");
  return *loaded.value;
}

// The English catalogue beside one of another language.
LanguageFindings findings_of(const std::string& language, const std::string& text) {
  const auto folder = fs::temp_directory_path() / ("cathgate_language_check_" + language);
  fs::create_directories(folder);
  fs::copy_file(kRoot + "/cds-hooks/messages/en.json", folder / "en.json", fs::copy_options::overwrite_existing);
  std::ofstream(folder / (language + ".json")) << text;
  const auto messages = Messages::load(folder.string());
  fs::remove_all(folder);
  if (!messages.ok()) throw std::runtime_error(messages.errors.front().message);
  return check_languages(*messages.value, knowledge(), codes());
}

bool lacks(const LanguageReport& report, std::string_view place) {
  return std::find(report.missing.begin(), report.missing.end(), place) != report.missing.end();
}

TEST(LanguageCheck, TheShippedLanguagesLackNothing) {
  const auto messages = Messages::load(kRoot + "/cds-hooks/messages");
  ASSERT_TRUE(messages.ok());
  const auto findings = check_languages(*messages.value, knowledge(), codes());
  ASSERT_EQ(findings.reports.size(), 3u);
  for (const auto& report : findings.reports)
    for (const auto& place : report.missing) ADD_FAILURE() << report.language << " lacks " << place;
}

TEST(LanguageCheck, EnglishLacksNothing) {
  const auto findings = findings_of("fr", R"({"messages": {}})");
  ASSERT_EQ(findings.reports.size(), 2u);
  EXPECT_EQ(findings.reports[0].language, "en");
  EXPECT_TRUE(findings.reports[0].missing.empty());
}

TEST(LanguageCheck, NamesEveryTextThatIsMissing) {
  const auto report = findings_of("fr", R"({"messages": {"value.yes": "oui", "label.lab.ldl": "LDL", "word.normal": "normal"}})").reports[1];
  EXPECT_FALSE(lacks(report, "value.yes"));
  EXPECT_TRUE(lacks(report, "value.no"));
  EXPECT_FALSE(lacks(report, "label.lab.ldl"));
  EXPECT_TRUE(lacks(report, "label.lab.hdl"));
  EXPECT_FALSE(lacks(report, "word.normal"));
  EXPECT_TRUE(lacks(report, "word.abnormal"));
  EXPECT_FALSE(lacks(report, "word.4A")) << "a code is the same in every language";
  EXPECT_TRUE(lacks(report, "score.rf-cl"));
  EXPECT_TRUE(lacks(report, "score.lr.ccta"));
  EXPECT_TRUE(lacks(report, "topic.cathgate-angiography"));
  EXPECT_TRUE(lacks(report, "rules/library/scope.json#/titles/fr"));
  EXPECT_TRUE(lacks(report, "rules/library/scope.json#/rules/0/text/fr"));
  EXPECT_FALSE(report.reviewed);
}

TEST(LanguageCheck, ASummaryMustFitWithTheLongestTest) {
  const std::string longest(60, 'x');
  const auto findings = findings_of("fr", R"({"messages": {"test.ccta": ")" + longest + R"(", "summary.test_first.bare": "{test} )" +
                                              std::string(79, 'y') + R"(", "summary.defer": "{drivers}"}})");
  ASSERT_EQ(findings.problems.size(), 1u);
  EXPECT_TRUE(findings.problems[0].where.ends_with("fr.json#/messages/summary.test_first.bare"));
  EXPECT_NE(findings.problems[0].message.find("140 characters"), std::string::npos);
}

TEST(LanguageCheck, PlaceholdersAreThoseOfTheEnglishText) {
  const auto folder = fs::temp_directory_path() / "cathgate_language_placeholders";
  fs::create_directories(folder);
  fs::copy_file(kRoot + "/cds-hooks/messages/en.json", folder / "en.json", fs::copy_options::overwrite_existing);
  std::ofstream(folder / "fr.json") << R"({"messages": {"value.range": "{low}", "value.at_least": "plus de {low}"}})";
  const auto messages = Messages::load(folder.string());
  fs::remove_all(folder);
  ASSERT_EQ(messages.errors.size(), 1u);
  EXPECT_TRUE(messages.errors[0].where.ends_with("#/messages/value.range"));
}

}  // namespace
}  // namespace cathgate::cds_hooks
