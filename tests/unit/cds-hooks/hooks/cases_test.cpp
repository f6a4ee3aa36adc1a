// Whole requests with their exact cards: tests/cases/*.json. A case is {"note", "service", "now", "tenant" (optional: "unavailable"
// tests, "language", "guideline", "recalibration" of the learned score), "accept_language" (optional), "request", "decisions",
// "response"}. All but the response is written by hand: the decisions are what a clinician expects, and no update changes them.
// The response is written by
//   CATHGATE_UPDATE_CASES=1 test_cds-hooks --gtest_filter='*Cases*'
// and read by a person before it is committed. Knowledge is given a fixed digest, so that only a changed card changes a
// case.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "tests/unit/cds-hooks/hooks/case_reader.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;

const ServiceKnowledge& knowledge() {
  static const auto fixed = case_knowledge(CATHGATE_SOURCE_DIR);
  return fixed;
}

// Two spaces for each level; short arrays and objects of plain values stay on one line.
void write_pretty(std::string& out, JsonValue value, std::size_t indent) {
  const auto compact = text_of(value);
  constexpr std::size_t kLine = 140;
  if ((!value.is_object() && !value.is_array()) || (compact.size() + indent <= kLine && value.size() <= 6)) {
    out += compact;
    return;
  }
  const std::string pad(indent + 2, ' ');
  bool first = true;
  auto next = [&] {
    out += first ? "\n" : ",\n";
    out += pad;
    first = false;
  };
  out += value.is_object() ? '{' : '[';
  for (const auto member : value.members()) {
    next();
    JsonWriter key;
    key.string(member.name());
    out += key.take() + ": ";
    write_pretty(out, member.value(), indent + 2);
  }
  for (const auto element : value.elements()) {
    next();
    write_pretty(out, element, indent + 2);
  }
  out += "\n" + std::string(indent, ' ') + (value.is_object() ? '}' : ']');
}

void update(const fs::path& path, const Case& c, const Answer& answer) {
  JsonWriter w;
  w.start_object();
  for (const auto member : c.document.root().members())
    if (member.name() != "response") w.key(member.name()).value(member.value());
  w.key("response").raw(answer.body).end_object();
  const auto document = JsonDocument::parse(w.take());
  std::string text;
  write_pretty(text, document->root(), 0);
  std::ofstream(path) << text << '\n';
}

// A Bundle with its entries in reverse order; anything else as it is.
void write_backwards(JsonWriter& w, JsonValue value) {
  if (!value["entry"].is_array()) {
    w.value(value);
    return;
  }
  w.start_object();
  for (const auto member : value.members()) {
    w.key(member.name());
    if (member.name() != "entry") {
      w.value(member.value());
      continue;
    }
    w.start_array();
    for (std::size_t i = member.value().size(); i > 0; --i) w.value(member.value()[i - 1]);
    w.end_array();
  }
  w.end_object();
}

class Cases : public testing::TestWithParam<fs::path> {};

TEST_P(Cases, GivesExactlyTheseCards) {
  const auto c = read_case(GetParam());
  const auto answer = answer_hook(knowledge(), c.tenant, c.service, c.request(), c.now, c.accept_language);
  ASSERT_TRUE(answer.ok()) << answer.error().where << ": " << answer.error().message;
  std::vector<std::string> decisions;
  for (const auto decision : c.document.root()["decisions"].elements()) decisions.emplace_back(decision.text());
  ASSERT_EQ(answer->decisions, decisions);
  if (std::getenv("CATHGATE_UPDATE_CASES")) return update(GetParam(), c, *answer);
  ASSERT_TRUE(c.document.root()["response"].is_object())
      << "no card yet: write it with CATHGATE_UPDATE_CASES=1 and read it";
  EXPECT_EQ(answer->body, text_of(c.document.root()["response"]));
}

// The ledger's promise: what was stored is enough to give the same bytes again.
TEST_P(Cases, AreRecomputedFromTheLedgerToTheSameBytes) {
  const auto c = read_case(GetParam());
  const auto answer = answer_hook(knowledge(), c.tenant, c.service, c.request(), c.now, c.accept_language);
  ASSERT_TRUE(answer.ok());
  auto stored = answer->entry;
  stored.patient_id = stored.order_reference = "an HMAC";
  const auto again = recompute(knowledge(), stored);
  ASSERT_TRUE(again.ok()) << again.error().where << ": " << again.error().message;
  EXPECT_EQ(*again, answer->body);
}

// The record is a set: the order in which an EHR lists it means nothing.
TEST_P(Cases, AreTheSameWhenTheRecordIsListedBackwards) {
  const auto c = read_case(GetParam());
  const auto request = c.document.root()["request"];
  JsonWriter w;
  w.start_object();
  for (const auto member : request.members()) {
    w.key(member.name());
    if (member.name() != "prefetch") {
      w.value(member.value());
      continue;
    }
    w.start_object();
    for (const auto entry : member.value().members()) {
      w.key(entry.name());
      write_backwards(w, entry.value());
    }
    w.end_object();
  }
  w.end_object();
  const auto forwards = answer_hook(knowledge(), c.tenant, c.service, text_of(request), c.now, c.accept_language);
  const auto backwards = answer_hook(knowledge(), c.tenant, c.service, w.take(), c.now, c.accept_language);
  ASSERT_TRUE(forwards.ok() && backwards.ok());
  EXPECT_EQ(forwards->body, backwards->body);
}

// A card is the same card tomorrow: only what it says about time may change.
TEST_P(Cases, KeepTheirIdentityWhenOnlyTheClockMoves) {
  const auto c = read_case(GetParam());
  const auto request = text_of(c.document.root()["request"]);
  const auto first = answer_hook(knowledge(), c.tenant, c.service, request, c.now, c.accept_language);
  const auto second = answer_hook(knowledge(), c.tenant, c.service, request, c.now + 60, c.accept_language);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->entry.card_ids, second->entry.card_ids);
  EXPECT_EQ(first->entry.suggestion_ids, second->entry.suggestion_ids);
}

std::string case_name(const testing::TestParamInfo<fs::path>& file) {
  auto name = file.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char ch) { return !std::isalnum(static_cast<unsigned char>(ch)); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Cases, testing::ValuesIn(case_files()), case_name);

TEST(CasesFolder, CoversEveryDecision) {
  std::vector<std::string> seen;
  for (const auto& path : case_files()) {
    const auto document = load_json_file(path.string());
    ASSERT_TRUE(document.ok()) << path;
    EXPECT_TRUE(document->root()["note"].text().starts_with("Synthetic")) << path;
    for (const auto decision : document->root()["decisions"].elements()) seen.emplace_back(decision.text());
  }
  for (int d = 0; d <= static_cast<int>(Decision::not_applicable); ++d) {
    const auto name = decision_name(static_cast<Decision>(d));
    EXPECT_NE(std::find(seen.begin(), seen.end(), name), seen.end()) << name;
  }
}

}  // namespace
}  // namespace cathgate::cds_hooks
