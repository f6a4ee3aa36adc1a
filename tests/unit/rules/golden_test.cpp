// Each broken rule file of golden/ has beside it exactly what its author is told. A folder holds files that are broken
// only together. CATHGATE_UPDATE_GOLDEN=1 writes the answers anew: read the difference before it is committed.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/unit/rules/fixture.h"

namespace cathgate::rules {
namespace {

namespace fs = std::filesystem;
const fs::path kGolden = CATHGATE_SOURCE_DIR "/tests/unit/rules/golden";

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kGolden))
    if (entry.is_directory() || entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string answer_to(const std::string& name) {
  LibraryFolder folder;
  if (fs::is_directory(kGolden / name)) fs::copy(kGolden / name, folder.path(), fs::copy_options::recursive);
  else fs::copy(kGolden / (name + ".json"), folder.path());
  const auto loaded = RuleLibrary::load(folder.path(), test_facts());
  EXPECT_FALSE(loaded.ok());
  std::string answer;
  for (const auto& e : loaded.errors) answer += e.where + ": " + e.message + "\n";
  return answer;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, TellsTheAuthor) {
  const std::string answer = answer_to(GetParam());
  const fs::path expected = kGolden / (GetParam() + ".expected");
  if (std::getenv("CATHGATE_UPDATE_GOLDEN")) std::ofstream(expected, std::ios::binary) << answer;
  EXPECT_EQ(answer, read_text(expected));
}
INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(cases()), [](const auto& param) {
  std::string name = param.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(GoldenFolder, AnEmptyFolderIsNoLibrary) {
  LibraryFolder folder;
  const auto loaded = RuleLibrary::load(folder.path(), test_facts());
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors[0].where, "rules/library");
  EXPECT_EQ(loaded.errors[0].code, ErrorCode::not_found);
}

}  // namespace
}  // namespace cathgate::rules
