// Rules of a site on top of the library: what they replace, what they say about it, and what their author is told.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/unit/rules/fixture.h"

namespace cathgate::rules {
namespace {

namespace fs = std::filesystem;
const fs::path kGolden = CATHGATE_SOURCE_DIR "/tests/unit/rules/golden-site";

std::string rule_from(int edge, const std::string& more = "", const std::string& id = "t.a", const std::string& version = "1.0.0") {
  const std::string at = std::to_string(edge), below = std::to_string(edge - 1);
  return "{'id': '" + id + "', 'version': '" + version + "', 'stage': 'decision', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'warning',"
         "'when': {'fact': 'symptom.ccs_class', 'from': " + at + "}, 'effect': {'type': 'recommend', 'action': 'angiography'},"
         "'text': {'en': {'summary': 'From " + at + "'}}, " + more +
         "'examples': [{'name': 'a', 'facts': {'symptom.ccs_class': " + below + "}, 'expect': 'silent'}, {'name': 'b', 'facts': {'symptom.ccs_class': " + at + "}, 'expect': 'fires'}]}";
}
std::string override_of(const std::string& version, const std::string& more = "") {
  return "'override': {'reason': 'Our ward sees class II', 'approved_by': 'Dr A', 'of_version': '" + version + "'" + more + "}";
}

Loaded<RuleLibrary> load_with_site(const std::string& library, const std::string& site) {
  LibraryFolder base, own;
  base.write("a.json", file_of(library, "lib"));
  own.write("s.json", file_of(site, "site"));
  RuleFolders places(base.path());
  places.site = own.path();
  return RuleLibrary::load(places, test_facts());
}

Truth asked(const RuleLibrary& library, double ccs_class) {
  FactView view(test_facts(), kToday);
  view.set(fact("symptom.ccs_class"), measured(ccs_class));
  return library.ask("t.a", view).fired;
}

TEST(SiteRules, ReplaceTheLibrarysRuleAndSayWhy) {
  const auto loaded = load_with_site(rule_from(3), rule_from(2, override_of("1.0.0") + ","));
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().message;
  EXPECT_EQ(loaded.value->rule_count(), 1u);
  EXPECT_EQ(asked(*loaded.value, 2), Truth::yes);
  FactView view(test_facts(), kToday);
  view.set(fact("symptom.ccs_class"), measured(2));
  const auto finding = loaded.value->ask("t.a", view).finding;
  ASSERT_NE(finding.site, nullptr);
  EXPECT_TRUE(finding.site->overrides);
  EXPECT_EQ(finding.site->reason, "Our ward sees class II");
  EXPECT_EQ(finding.site->approved_by, "Dr A");
  EXPECT_TRUE(loaded.value->notices().empty());
}

TEST(SiteRules, AnUpdateOfAnOverriddenRuleIsReported) {
  const auto loaded = load_with_site(rule_from(3, "", "t.a", "1.1.0"), rule_from(2, override_of("1.0.0") + ","));
  ASSERT_TRUE(loaded.ok());
  ASSERT_EQ(loaded.value->notices().size(), 1u);
  EXPECT_EQ(loaded.value->notices()[0],
            "site/s.json#/rules/0: the library's rule t.a has version 1.1.0; the override was written for 1.0.0: read the new one and decide again");
  EXPECT_EQ(asked(*loaded.value, 2), Truth::yes) << "the override stays in force";
}

TEST(SiteRules, CanSwitchARuleOff) {
  const auto loaded = load_with_site(rule_from(3) + "," + rule_from(4, "", "t.b"), "{'id': 't.a', " + override_of("1.0.0", ", 'disabled': true") + "}");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().message;
  EXPECT_EQ(loaded.value->disabled(), std::vector<std::string>{"t.a"});
  EXPECT_EQ(loaded.value->find("t.a"), nullptr);
  EXPECT_NE(loaded.value->find("t.b"), nullptr);
}

TEST(SiteRules, CanAddRulesOfTheirOwn) {
  const auto loaded = load_with_site(rule_from(3), rule_from(2, "", "t.own"));
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.value->rule_count(), 2u);
  ASSERT_TRUE(loaded.value->find("t.own")->site);
  EXPECT_FALSE(loaded.value->find("t.own")->site->overrides);
  EXPECT_FALSE(loaded.value->find("t.a")->site);
}

TEST(SiteRules, AreADifferentKnowledge) {
  const auto without = load_text(file_of(rule_from(3), "lib"));
  const auto with = load_with_site(rule_from(3), rule_from(2, override_of("1.0.0") + ","));
  EXPECT_NE(without.value->digest(), with.value->digest());
}

TEST(SiteRules, AFolderThatIsNotThereIsAProblem) {
  LibraryFolder base;
  base.write("a.json", file_of(rule_from(3)));
  RuleFolders places(base.path());
  places.site = "/nowhere/site";
  const auto loaded = RuleLibrary::load(places, test_facts());
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors[0].where, "/nowhere/site");
}

TEST(SiteRules, AFileCanStandInForTheLibrarysOfTheSameId) {
  LibraryFolder base, other;
  base.write("a.json", file_of(rule_from(3), "lib"));
  base.write("b.json", file_of(rule_from(3, "", "t.b"), "other"));
  other.write("new.json", file_of(rule_from(2), "lib"));
  RuleFolders places(base.path());
  places.replacement = other.path() + "/new.json";
  const auto loaded = RuleLibrary::load(places, test_facts());
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().message;
  EXPECT_EQ(loaded.value->rule_count(), 2u);
  EXPECT_EQ(asked(*loaded.value, 2), Truth::yes);
}

TEST(SiteRules, OperationalAgeLimitsCanBeChangedAndThoseOfASourceCannot) {
  const auto with_basis = [](const std::string& id, const std::string& basis) {
    return "{'id': '" + id + "', 'version': '1.0.0', 'stage': 'decision', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'warning',"
           "'when': {'fact': 'symptom.rest_pain', 'is': true, 'max_age_days': 90, 'age_basis': '" + basis + "'}, 'effect': {'type': 'note'}, 'text': {'en': {'summary': 'x'}},"
           "'examples': [{'name': 'a', 'facts': {'symptom.rest_pain': true}, 'expect': 'fires'}, {'name': 'b', 'facts': {'symptom.rest_pain': false}, 'expect': 'silent'}]}";
  };
  const auto library = library_of(with_basis("t.ours", "operational") + "," + with_basis("t.theirs", "Table 3")).with_age_limits({{fact("symptom.rest_pain"), 30}});
  FactView view(test_facts(), kToday);
  view.set(fact("symptom.rest_pain"), measured(1, 1, 60));
  EXPECT_EQ(library.ask("t.ours", view).fired, Truth::unknown);
  EXPECT_EQ(library.ask("t.theirs", view).fired, Truth::yes);
  EXPECT_EQ(library.find("t.ours")->age_limits.at(0).days, 30);
  EXPECT_EQ(library.find("t.theirs")->age_limits.at(0).days, 90);
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

class GoldenSite : public testing::TestWithParam<std::string> {};

TEST_P(GoldenSite, TellsTheAuthor) {
  RuleFolders places((kGolden / GetParam() / "library").string());
  places.site = (kGolden / GetParam() / "site").string();
  const auto loaded = RuleLibrary::load(places, test_facts());
  EXPECT_FALSE(loaded.ok());
  std::string answer;
  for (const auto& e : loaded.errors) answer += e.where + ": " + e.message + "\n";
  const fs::path expected = kGolden / (GetParam() + ".expected");
  if (std::getenv("CATHGATE_UPDATE_GOLDEN")) std::ofstream(expected, std::ios::binary) << answer;
  EXPECT_EQ(answer, read_text(expected));
}
INSTANTIATE_TEST_SUITE_P(Folders, GoldenSite, testing::Values("overrides", "override-in-library", "broken-site-example"), [](const auto& param) {
  std::string name = param.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace cathgate::rules
