// A site's folder on top of the shipped library: what its cards say, its own defaults, and a reload that is all or nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cds-hooks/hooks/knowledge_store.h"
#include "tests/unit/cds-hooks/hooks/case_reader.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;

class SiteKnowledge : public testing::Test {
 protected:
  SiteKnowledge() : folder_(fs::temp_directory_path() / ("cathgate_site_" + std::to_string(getpid()) + "_" + testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~SiteKnowledge() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name, std::ios::binary) << text; }
  KnowledgePlaces places() const {
    KnowledgePlaces places(CATHGATE_SOURCE_DIR);
    places.site = folder_.string();
    return places;
  }
  std::string detail() const {
    const auto loaded = ServiceKnowledge::load(places());
    if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
    const auto c = read_case(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
    const auto answer = answer_hook(**loaded.value, c.tenant, c.service, c.request(), c.now);
    return std::string(JsonDocument::parse(answer->body)->root()["cards"][std::size_t{0}]["detail"].text());
  }

  // A file with one entry in "rules".
  static std::string site_file(const std::string& rule) {
    return R"({"id": "site.ours", "title": "Ours", "rule_set": "site", "version": "1.0.0", "approved_by": "Dr B", "citation": {"text": "Our standard", "url": "https://site.example"}, "rules": [)" + rule + "]}";
  }
  static constexpr std::string_view kOverride = R"("override": {"reason": "We use the femoral artery in dialysis", "approved_by": "Dr A", "of_version": "1.0.0")";
  // esc-2024.ica-8 (radial access) as the library has it, with an override.
  static std::string radial_access_of_ours() {
    const auto file = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/rules/library/esc-2024-ica.json");
    for (const auto rule : file->root()["rules"].elements()) {
      if (rule["id"].text() != "esc-2024.ica-8") continue;
      JsonWriter w;
      w.value(rule);
      std::string text = w.take();
      text.pop_back();
      return text + ", " + std::string(kOverride) + "}}";
    }
    throw std::runtime_error("the library lacks esc-2024.ica-8");
  }

 private:
  fs::path folder_;
};

TEST_F(SiteKnowledge, ACardSaysWhatTheSiteChangedAndWhoApprovedIt) {
  write("ours.json", site_file(radial_access_of_ours()));
  EXPECT_NE(detail().find("changed by this site: We use the femoral artery in dialysis (approved by Dr A)"), std::string::npos);
}

TEST_F(SiteKnowledge, ACardNamesTheRulesThatAreSwitchedOff) {
  write("ours.json", site_file(R"({"id": "esc-2024.ica-8", )" + std::string(kOverride) + R"(, "disabled": true}})"));
  const auto text = detail();
  EXPECT_NE(text.find("Rules of the library that this site has switched off: esc-2024.ica-8."), std::string::npos);
  EXPECT_EQ(text.find("radial"), std::string::npos);
}

TEST_F(SiteKnowledge, AFolderWithoutFilesChangesNothing) {
  EXPECT_EQ(detail().find("this site"), std::string::npos);
}

TEST_F(SiteKnowledge, DefaultsChangeOperationalNumbersOnly) {
  write("defaults.json", R"({"approved_by": "Dr A", "reason": "x", "age_limits": {"symptom.ccs_class": 30}, "engine": {"troponin_window_hours": 12}, "reading": {"acute_window_hours": 6}, "plausible": {"lab.ldl": [2, 900]}})");
  const auto loaded = ServiceKnowledge::load(places());
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().where << loaded.errors.front().message;
  const auto& engine = *(*loaded.value)->engine;
  EXPECT_EQ(engine.data.troponin_window_hours, 12);
  EXPECT_EQ((*loaded.value)->terms.windows().acute_window_hours, 6);
  EXPECT_EQ((*loaded.value)->terms.windows().future_tolerance_hours, 24) << "what the site leaves out stays";
  EXPECT_EQ(engine.facts[engine.facts.require("lab.ldl")].plausible_max, 900);
  for (const auto& limit : engine.rules.find("esc-2024.ica-3")->age_limits) EXPECT_EQ(limit.days, 30);
  const auto plain = ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
  EXPECT_NE((*plain.value)->digest, (*loaded.value)->digest);
}

TEST_F(SiteKnowledge, EveryProblemOfTheDefaultsIsReported) {
  write("defaults.json", R"({"reason": "x", "age_limits": {"symptom.nobody": 30, "symptom.ccs_class": 0}, "engine": {"colour": 1}, "reading": {"acute_window_hours": -1, "mood": 1}, "plausible": {"lab.ldl": [9, 2]}, "more": 1})");
  const auto loaded = ServiceKnowledge::load(places());
  std::string problems;
  for (const auto& e : loaded.errors) problems += e.where + ": " + e.message + "\n";
  EXPECT_EQ(problems,
            "site/defaults.json#/more: unknown key; the file holds approved_by, reason, age_limits, plausible, engine and reading\n"
            "site/defaults.json#/approved_by: say who approved these defaults\n"
            "site/defaults.json#/age_limits/symptom.nobody: there is no fact of this name\n"
            "site/defaults.json#/age_limits/symptom.ccs_class: a number above 0 is needed\n"
            "site/defaults.json#/plausible/lab.ldl: a plausible range is [low, high] of a quantity\n"
            "site/defaults.json#/engine/colour: there is no such default\n"
            "site/defaults.json#/reading/acute_window_hours: a number above 0 is needed\n"
            "site/defaults.json#/reading/mood: there is no such default\n");
}

TEST_F(SiteKnowledge, ABrokenSetNeverReplacesAGoodOne) {
  KnowledgeStore store({});
  write("ours.json", site_file(radial_access_of_ours()));
  ASSERT_TRUE(store.load(places()).empty());
  const auto good = store.current().knowledge;
  write("broken.json", "{\"id\": 3}");
  EXPECT_FALSE(store.load(places()).empty());
  EXPECT_EQ(store.current().knowledge, good);
  write("broken.json", site_file(R"({"id": "esc-2024.ica-11", )" + std::string(kOverride) + R"(, "disabled": true}})").replace(8, 9, "site.more"));
  const auto problems = store.load(places());
  EXPECT_TRUE(problems.empty()) << problems.front().where << problems.front().message;
  EXPECT_NE(store.current().knowledge->digest, good->digest);
}

}  // namespace
}  // namespace cathgate::cds_hooks
