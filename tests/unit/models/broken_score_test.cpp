// A broken score file: every problem is told at once, with its place.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "models/score_library.h"

namespace cathgate::models {
namespace {

namespace fs = std::filesystem;

// The problems of the shipped scores together with one more file.
class BrokenScore : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("cathgate-scores-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::copy(std::string(CATHGATE_SOURCE_DIR) + "/models/artifacts", folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string problems(const std::string& text) {
    std::ofstream(folder_ / "x.json") << text;
    static const auto facts = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
    const auto loaded = ScoreLibrary::load(folder_.string(), *facts.value);
    EXPECT_FALSE(loaded.ok());
    std::string all;
    for (const auto& e : loaded.errors) all += e.where.substr(e.where.find("x.json") == std::string::npos ? 0 : e.where.find("x.json")) + ": " + e.message + "\n";
    return all;
  }

  fs::path folder_;
};

constexpr auto kHead = R"("id": "x", "version": "1.0.0", "label": "X", "limits": "none", "evidence_status": "derived", "citation": {"text": "A", "doi": "10.1/1"}, )";

TEST_F(BrokenScore, TellsEveryProblemWithItsPlace) {
  const auto all = problems(std::string("{") + kHead + R"("link": "cubic", "colour": "red", "facts": {"patient.age": {}},
    "inputs": [{"name": "a", "fact": "patient.male"}], "terms": [{"coefficient": "1"}, {"coefficient": 2, "of": ["b"]}]})");
  for (auto expected : {"x.json#/link: link is", "x.json#/colour: unknown key", "x.json#/facts/patient.age: no fact of this name", "x.json#/inputs/0/fact: the fact is not listed",
                        "x.json#/terms/0/coefficient: a number is needed", "x.json#/terms/1/of/0: no input of this name"})
    EXPECT_NE(all.find(expected), std::string::npos) << expected << "\n" << all;
}

TEST_F(BrokenScore, AGoldenRowThatDoesNotHoldStopsTheLoad) {
  const auto row = [&](const char* expect) {
    return problems(std::string("{") + kHead + R"("link": "points", "facts": {"patient.male": {}}, "inputs": [{"name": "a", "fact": "patient.male"}], "terms": [{"coefficient": 2, "of": ["a"]}],
      "golden": [{"facts": {"patient.male": true}, "expect": )" + expect + R"(, "source": "here"}]})");
  };
  EXPECT_EQ(row("3"), "x.json#/golden/0: the score gives 2.000000 to 2.000000\n");
}

TEST_F(BrokenScore, NeedsGoldenRowsAndACitation) {
  const auto all = problems(R"({"id": "x", "version": "1", "label": "X", "limits": "none", "evidence_status": "derived", "citation": {"text": "A"}, "link": "points", "facts": {}, "inputs": [], "terms": [{"coefficient": 1}]})");
  EXPECT_NE(all.find("x.json#/citation: a citation needs a doi or a url"), std::string::npos) << all;
}

TEST_F(BrokenScore, AScoreCannotReadItself) {
  EXPECT_NE(problems(std::string("{") + kHead + R"("link": "points", "facts": {}, "inputs": [{"name": "a", "score": "x"}], "terms": [{"coefficient": 1}]})").find("reads a score that does not exist or reads this one"), std::string::npos);
}

TEST_F(BrokenScore, BadJsonNamesTheFile) { EXPECT_NE(problems("{").find("x.json"), std::string::npos); }

}  // namespace
}  // namespace cathgate::models
