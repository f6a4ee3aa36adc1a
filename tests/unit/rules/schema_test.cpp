// The JSON Schema that editors use: every shipped file obeys it, and it refuses the golden files whose form is wrong. Files that
// are wrong only in what they mean (a cycle, a threshold in another unit) are the loader's.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/support/schema_violation.h"

namespace cathgate::rules {
namespace {

namespace fs = std::filesystem;
const std::string kSource = CATHGATE_SOURCE_DIR;

const JsonDocument& schema() {
  static const auto loaded = load_json_file(kSource + "/rules/rule.schema.json");
  EXPECT_TRUE(loaded.ok());
  return *loaded;
}

std::string violation_of(const fs::path& path) {
  const auto file = load_json_file(path.string());
  return file ? test::schema_violation(schema().root(), file->root()) : file.error().message;
}

TEST(RuleSchema, HoldsForEveryShippedFile) {
  for (const auto& entry : fs::recursive_directory_iterator(kSource + "/rules/library")) {
    if (entry.path().extension() != ".json") continue;
    EXPECT_EQ(violation_of(entry.path()), "") << entry.path();
  }
}

TEST(RuleSchema, RefusesEveryGoldenFileWhoseFormIsWrong) {
  const std::set<std::string> form = {"conditions", "effects", "examples", "file-head", "no-citation", "no-condition", "no-rules", "not-json", "rule-head", "same-key-twice", "tables", "texts", "variants"};
  for (const auto& entry : fs::directory_iterator(kSource + "/tests/unit/rules/golden")) {
    if (entry.path().extension() != ".json") continue;
    const auto name = entry.path().stem().string();
    EXPECT_EQ(!violation_of(entry.path()).empty(), form.contains(name)) << name << " " << violation_of(entry.path());
  }
}

}  // namespace
}  // namespace cathgate::rules
