#include "cds-hooks/cards/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cds-hooks/cards/card_codes.h"
#include "core/fact_catalogue.h"
#include "engine/assessment.h"
#include "engine/message_ids.h"

namespace cathgate::cds_hooks {
namespace {

const std::string kRoot = CATHGATE_SOURCE_DIR;

const Messages& messages() {
  static const auto loaded = Messages::load(kRoot + "/cds-hooks/messages");
  EXPECT_TRUE(loaded.ok()) << (loaded.errors.empty()
                                   ? ""
                                   : loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(kRoot + "/core/facts.json");
  return *loaded.value;
}

// A folder with one broken catalogue.
std::vector<Error> errors_of(const std::string& name, const std::string& text) {
  const auto folder = std::filesystem::temp_directory_path() / ("cathgate_messages_" + name);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "en.json") << text;
  auto errors = Messages::load(folder.string()).errors;
  std::filesystem::remove_all(folder);
  return errors;
}

bool reports(const std::vector<Error>& errors, std::string_view where_end, std::string_view message) {
  for (const auto& e : errors)
    if (e.where.ends_with(where_end) && e.message.find(message) != std::string::npos) return true;
  return false;
}

TEST(Messages, EveryIdOfTheEngineHasASentence) {
  const auto& english = messages().in("en");
  for (const auto id : message::kAll) EXPECT_FALSE(english.find(id).empty()) << id;
}

TEST(Messages, EveryTestClassAndOverrideReasonHasAName) {
  const auto& english = messages().in("en");
  for (std::size_t i = 0; i < kTests; ++i)
    EXPECT_FALSE(english.find("test.", test_name(static_cast<cathgate::Test>(i))).empty()) << i;
  for (const auto decision : {Decision::emergency, Decision::angiography_recommended, Decision::test_first, Decision::insufficient_data, Decision::defer})
    EXPECT_FALSE(english.find("leads_to.", decision_name(decision)).empty()) << decision_name(decision);
  for (const auto& name : facts()[facts().require("likelihood.class")].categories)
    EXPECT_FALSE(english.find("class.", name).empty()) << name;
  const auto codes = CardCodes::load(kRoot + "/cds-hooks/codes.json");
  ASSERT_TRUE(codes.ok());
  for (const auto& [decision, reasons] : codes.value->override_reasons)
    for (const auto& code : reasons) EXPECT_FALSE(english.find("override.", code).empty()) << decision << " " << code;
}

// A text that nothing can show would rot unseen.
TEST(Messages, EveryTextOfAFamilyBelongsToSomething) {
  auto is_engine_id = [](std::string_view id) {
    return std::find(message::kAll.begin(), message::kAll.end(), id) != message::kAll.end();
  };
  const auto codes = CardCodes::load(kRoot + "/cds-hooks/codes.json");
  ASSERT_TRUE(codes.ok());
  std::vector<std::string> offered;
  for (const auto& [decision, reasons] : codes.value->override_reasons)
    offered.insert(offered.end(), reasons.begin(), reasons.end());
  std::vector<std::string> units;
  for (FactId f = 0; f < facts().size(); ++f) units.push_back(facts()[f].unit);
  for (const auto& id : messages().in("en").ids()) {
    auto rest = [&](std::string_view family) { return std::string_view(id).substr(family.size()); };
    auto is = [&](std::string_view family) { return id.starts_with(family); };
    auto holds = [&](const std::vector<std::string>& list, std::string_view item) {
      return std::find(list.begin(), list.end(), item) != list.end();
    };
    EXPECT_TRUE(!(is("silent.") || is("reason.") || is("reversal.") || is("excluded.")) || is_engine_id(id)) << id;
    for (const std::string_view family : {"short.", "short_no.", "label."})
      EXPECT_TRUE(!is(family) || facts().find(rest(family))) << id;
    EXPECT_TRUE(!is("override.") || holds(offered, rest("override."))) << id;
    EXPECT_TRUE(!is("unit.") || holds(units, rest("unit."))) << id;
    EXPECT_TRUE(!is("test.") || read_test(rest("test."))) << id;
    if (id.starts_with("category.")) {
      const auto dot = id.rfind('.');
      const auto fact = facts().find(rest("category.").substr(0, dot - std::string_view("category.").size()));
      ASSERT_TRUE(fact) << id;
      EXPECT_TRUE(facts()[*fact].category(std::string_view(id).substr(dot + 1))) << id;
    }
  }
}

TEST(Messages, ShortFactsNameOnlyTheirValue) {
  for (const auto& id : messages().in("en").ids())
    if (id.starts_with("short")) {
      const auto names = placeholders_of(messages().in("en").find(id));
      EXPECT_TRUE(names.empty() || (names.size() == 1 && names[0] == "value")) << id;
    }
}

TEST(Messages, SummariesWithoutFactsAreShortEvenWithTheLongestTestName) {
  const auto& english = messages().in("en");
  std::size_t longest = 0;
  for (std::size_t i = 0; i < kTests; ++i)
    longest = std::max(longest, code_points(english.find("test.", test_name(static_cast<cathgate::Test>(i)))));
  for (const auto& spec : kPhraseSpecs)
    if (spec.id.starts_with("summary.") && spec.id.ends_with(".bare")) {
      EXPECT_LT(code_points(english.find(spec.id)) + longest, 140u) << spec.id;
    }
}

TEST(Messages, ReportsEveryProblemOfAFile) {
  const auto errors = errors_of(
      "broken",
      R"({"messages": {"value.yes": "", "value.fact": "{label} {colour}", "nobody.asks": "x", "value.no": 3}})");
  EXPECT_TRUE(reports(errors, "#/messages/value.yes", "empty"));
  EXPECT_TRUE(reports(errors, "#/messages/value.fact", "unknown placeholder {colour}"));
  EXPECT_TRUE(reports(errors, "#/messages/nobody.asks", "no writer"));
  EXPECT_TRUE(reports(errors, "#/messages/value.no", "string"));
  EXPECT_TRUE(reports(errors, "#/messages/summary.defer", "missing"));
}

TEST(Messages, ASummaryThatIsTooLongDoesNotLoad) {
  EXPECT_TRUE(reports(errors_of("long", R"({"messages": {"summary.defer": ")" + std::string(140, 'x') + "\"}}"),
                      "#/messages/summary.defer", "140"));
}

TEST(Messages, AFolderWithoutEnglishIsRefused) {
  EXPECT_EQ(Messages::load("/nowhere").errors.size(), 1u);
}

TEST(Messages, AnUnknownLanguageIsEnglish) {
  EXPECT_EQ(messages().in("xx").language(), "en");
  EXPECT_EQ(messages().in("es").language(), "es");
}

TEST(Messages, ALanguageIsCompletedWithEnglishAndSaysSo) {
  const auto folder = std::filesystem::temp_directory_path() / "cathgate_messages_two";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(kRoot + "/cds-hooks/messages/en.json", folder / "en.json",
                             std::filesystem::copy_options::overwrite_existing);
  std::ofstream(folder / "es.json") << R"({"messages": {"value.yes": "sí"}})";
  const auto loaded = Messages::load(folder.string());
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(loaded.ok());
  const auto& spanish = loaded.value->in("es");
  EXPECT_EQ(spanish[Phrase::value_yes], "sí");
  EXPECT_EQ(spanish[Phrase::value_no], "no");
  EXPECT_FALSE(spanish.complete());
  EXPECT_TRUE(loaded.value->in("en").complete());
}

TEST(Messages, FillReplacesEachPlaceholder) {
  EXPECT_EQ(filled("{a} and {b}, {a}", {{"a", "1"}, {"b", "{a}"}}), "1 and {a}, 1");
  EXPECT_EQ(filled("{unknown} {", {}), "{unknown} {");
}

TEST(Messages, CountsCodePointsNotBytes) {
  EXPECT_EQ(code_points("abc"), 3u);
  EXPECT_EQ(code_points("造影"), 2u);
  EXPECT_EQ(code_points("\U0001F493"), 1u);
}

}  // namespace
}  // namespace cathgate::cds_hooks
