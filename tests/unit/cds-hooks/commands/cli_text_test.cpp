#include "cds-hooks/commands/cli_text.h"

#include <gtest/gtest.h>

#include "cds-hooks/commands/cli_difference.h"

namespace cathgate::cds_hooks {
namespace {

JsonDocument read(std::string text) {
  auto document = JsonDocument::parse(std::move(text));
  EXPECT_TRUE(document.ok());
  return std::move(document).value();
}

TEST(CliText, PrintsMarkdownPlainly) {
  EXPECT_EQ(write_markdown_text("26.5 % [1]\n", {}), "26.5 % [1]\n");
  EXPECT_EQ(write_markdown_text("## Why\n\n**Bold** and `code`, 1 \\* 2 \\| 3.\n- one [page](https://example.org)\n", {}),
            "Why\n\nBold and code, 1 * 2 | 3.\n  - one page (https://example.org)\n");
}

TEST(CliText, AlignsTablesByCodePoints) {
  EXPECT_EQ(write_markdown_text("| Fact | Value |\n| --- | ---: |\n| Ejection fraction | 55 % |\n| \u00c9t\u00e9 \\| x | - |\n", {}),
            "  Fact               Value\n  Ejection fraction  55 %\n  \u00c9t\u00e9 | x            -\n");
}

TEST(CliText, WrapsWithAHangingIndent) {
  EXPECT_EQ(write_markdown_text("one two three\n- four five six\n", {false, 9}), "one two\nthree\n  - four\n    five\n    six\n");
}

TEST(CliText, PrintsEveryCard) {
  const auto document = read(
      R"({"cards":[{"summary":"Do this","indicator":"warning","source":{"label":"Cathgate"},"detail":"Because.",)"
      R"("suggestions":[{"label":"Replace the order"}]},{"summary":"And that","indicator":"info","source":{"label":"Cathgate"}}]})");
  EXPECT_EQ(write_answer_text(document.root(), {false, 10}),
            "WARNING:\n  Do this\nSource: Cathgate\n\nBecause.\n\nSuggested with one click\n  - Replace\n    the\n    order\n"
            "\n----------\n\nINFO: And\n  that\nSource: Cathgate\n\n");
}

TEST(CliText, SaysThatThereIsNoCard) {
  EXPECT_EQ(write_answer_text(read(R"({"cards":[]})").root(), {}), "No card: there is no advice to give.\n");
}

TEST(CliDifference, NamesEveryPathThatDiffers) {
  const auto a = read(R"({"cards":[{"uuid":"1","detail":"x","n":1}],"same":[1,2],"gone":true})");
  const auto b = read(R"({"same":[1,2],"cards":[{"uuid":"1","detail":"y","n":1.5},{}],"new":null})");
  EXPECT_EQ(differing_paths(a.root(), b.root(), 10), (std::vector<std::string>{"cards[0].detail", "cards[0].n", "cards[1]", "gone", "new"}));
  EXPECT_EQ(differing_paths(a.root(), b.root(), 2).size(), 2u);
  EXPECT_TRUE(differing_paths(a.root(), a.root(), 10).empty());
}

}  // namespace
}  // namespace cathgate::cds_hooks
