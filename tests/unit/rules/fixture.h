// Small rule files written as text: what the tests of the rule mechanism share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "rules/rule_library.h"

namespace cathgate::rules {

inline const FactCatalogue& test_facts() {
  static const FactCatalogue catalogue = *FactCatalogue::load(CATHGATE_SOURCE_DIR "/tests/unit/rules/facts.json").value;
  return catalogue;
}
inline FactId fact(std::string_view name) { return test_facts().require(name); }

// An empty folder ROOT/rules/library that is removed at the end.
class LibraryFolder {
 public:
  LibraryFolder() : root_(std::filesystem::temp_directory_path() / unique_name()) { std::filesystem::create_directories(path()); }
  ~LibraryFolder() { std::filesystem::remove_all(root_); }
  LibraryFolder(const LibraryFolder&) = delete;
  LibraryFolder& operator=(const LibraryFolder&) = delete;

  std::string path() const { return (root_ / "rules" / "library").string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path() + "/" + name, std::ios::binary) << text; }

 private:
  static std::string unique_name() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    static int count = 0;
    return "cathgate-" + std::string(test->test_suite_name()) + "-" + test->name() + "-" + std::to_string(++count);
  }
  std::filesystem::path root_;
};

// A rule file around the given rules; single quotes stand for double ones, so that tests are easy to read.
inline std::string file_of(std::string rules, const std::string& id = "test.file") {
  std::string text = "{'id': '" + id + "', 'title': 'A test', 'rule_set': 'test', 'version': '1.0.0', 'approved_by': '',"
                     "'citation': {'text': 'Nobody. Nowhere 2026', 'doi': '10.0/none'}, 'rules': [" + std::move(rules) + "]}";
  for (auto& c : text)
    if (c == '\'') c = '"';
  return text;
}

inline Loaded<RuleLibrary> load_text(const std::string& text) {
  LibraryFolder folder;
  folder.write("test.json", text);
  return RuleLibrary::load(folder.path(), test_facts());
}

// The library of these rules, which must be sound.
inline RuleLibrary library_of(const std::string& rules) {
  auto loaded = load_text(file_of(rules));
  for (const auto& e : loaded.errors) ADD_FAILURE() << e.where << ": " << e.message;
  return loaded.ok() ? std::move(*loaded.value) : RuleLibrary();
}

inline constexpr UnixSeconds kToday = 1'700'000'000;
inline FactValue measured(double low, double high, double days_old = 0) {
  FactValue value = FactValue::between(low, high);
  value.origin = Origin::coded;
  const auto then = kToday - static_cast<UnixSeconds>(days_old * static_cast<double>(kSecondsPerDay));
  value.at = TimeRange{then, then};
  return value;
}
inline FactValue measured(double value) { return measured(value, value); }

}  // namespace cathgate::rules
