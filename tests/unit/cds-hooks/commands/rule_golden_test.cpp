// What `cathgate rule explain` and `rule diff` print, as text and as JSON, word for word: golden/*.expected, from the two rule
// files beside them. CATHGATE_UPDATE_GOLDEN=1 writes the answers anew: read the difference before it is committed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "cds-hooks/commands/cli_rules.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;
const std::string kRoot = CATHGATE_SOURCE_DIR;
const std::string kGolden = kRoot + "/tests/unit/cds-hooks/commands/golden/";

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// Two cases in a folder of their own.
class CaseFolder {
 public:
  CaseFolder() : path_(fs::temp_directory_path() / ("cathgate-golden-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    fs::create_directories(path_);
    for (const auto* name : {"symptoms-ccs-3", "symptoms-ccs-4"})
      fs::copy_file(kRoot + "/tests/cases/" + name + ".json", path_ / (name + std::string(".json")), fs::copy_options::overwrite_existing);
  }
  ~CaseFolder() { fs::remove_all(path_); }
  CaseFolder(const CaseFolder&) = delete;
  CaseFolder& operator=(const CaseFolder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

void expect_golden(const std::string& name, const std::function<int()>& command) {
  testing::internal::CaptureStdout();
  const int exit_code = command();
  const std::string answer = testing::internal::GetCapturedStdout();
  EXPECT_EQ(exit_code, 0);
  const fs::path expected = kGolden + name + ".expected";
  if (std::getenv("CATHGATE_UPDATE_GOLDEN")) std::ofstream(expected, std::ios::binary) << answer;
  EXPECT_FALSE(answer.empty());
  EXPECT_EQ(answer, read_text(expected));
}

KnowledgePlaces with_golden_rules() {
  KnowledgePlaces places = kRoot;
  places.replacement = kGolden + "old-rules.json";
  return places;
}

TEST(RuleGolden, ExplainsARule) {
  expect_golden("explain", [] { return explain_rule(with_golden_rules(), "golden.symptoms", "", false); });
  expect_golden("explain-json", [] { return explain_rule(with_golden_rules(), "golden.symptoms", "", true); });
}

TEST(RuleGolden, ExplainsATable) {
  expect_golden("explain-table", [] { return explain_rule(with_golden_rules(), "golden.age", "", false); });
  expect_golden("explain-table-json", [] { return explain_rule(with_golden_rules(), "golden.age", "", true); });
}

TEST(RuleGolden, ExplainsWhyARuleFiredInACase) {
  const CaseFolder cases;
  expect_golden("explain-case", [&] { return explain_rule(with_golden_rules(), "golden.symptoms", cases.path() + "/symptoms-ccs-3.json", false); });
  expect_golden("explain-case-json", [&] { return explain_rule(with_golden_rules(), "golden.age", cases.path() + "/symptoms-ccs-3.json", true); });
}

TEST(RuleGolden, SaysWhichCasesAnswerDifferently) {
  const CaseFolder cases;
  const auto diff = [&](bool json) { return diff_rules(kRoot, kGolden + "old-rules.json", kGolden + "new-rules.json", cases.path(), json); };
  expect_golden("diff", [&] { return diff(false); });
  expect_golden("diff-json", [&] { return diff(true); });
}

TEST(RuleGolden, SaysThatNoCaseAnswersDifferently) {
  const CaseFolder cases;
  expect_golden("diff-none", [&] { return diff_rules(kRoot, kGolden + "old-rules.json", kGolden + "old-rules.json", cases.path(), false); });
  expect_golden("diff-none-json", [&] { return diff_rules(kRoot, kGolden + "old-rules.json", kGolden + "old-rules.json", cases.path(), true); });
}

}  // namespace
}  // namespace cathgate::cds_hooks
