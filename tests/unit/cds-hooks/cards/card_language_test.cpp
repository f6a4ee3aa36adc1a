// Cards in other languages: the machine's parts are the same, the clinician's are in one language, and nothing on a card was
// forgotten when its texts were made translatable. For the last a pseudo-language is made of the English texts, in which
// every letter is a full-width one: an ordinary letter on its card is a text that no translation reaches.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "cds-hooks/cards/card_markdown.h"
#include "tests/unit/cds-hooks/hooks/case_reader.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPseudo = "qq";

const ServiceKnowledge& knowledge() {
  static const auto fixed = case_knowledge(CATHGATE_SOURCE_DIR);
  return fixed;
}

Answer answer_in(const ServiceKnowledge& known, const Case& c, std::string_view language) {
  TenantOptions tenant = c.tenant;
  tenant.language = language;
  auto answer = answer_hook(known, tenant, c.service, c.request(), c.now);
  if (!answer) throw std::runtime_error(answer.error().where + ": " + answer.error().message);
  return std::move(*answer);
}

// Whether a member is for people: everything else on a card must not depend on the language.
bool is_text(std::string_view name) {
  return name == "summary" || name == "detail" || name == "label" || name == "display" || name == "description";
}

// The answer without the texts; inside a resource everything is the machine's.
void write_machine_parts(JsonWriter& w, JsonValue value, bool resource = false) {
  if (value.is_object()) {
    w.start_object();
    for (const auto member : value.members())
      if (resource || !is_text(member.name())) {
        w.key(member.name());
        write_machine_parts(w, member.value(), resource || member.name() == "resource");
      }
    w.end_object();
  } else if (value.is_array()) {
    w.start_array();
    for (const auto element : value.elements()) write_machine_parts(w, element, resource);
    w.end_array();
  } else {
    w.value(value);
  }
}

std::string machine_parts(const std::string& body) {
  const auto document = JsonDocument::parse(body);
  JsonWriter w;
  write_machine_parts(w, document->root());
  return w.take();
}

// Letters become full-width ones, except in placeholders.
std::string pseudo(std::string_view text) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    if (c == '{' || c == '}') inside = c == '{';
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    if (inside || (!upper && !lower)) out += c;
    else if (upper) out.append("\xEF\xBC").append(1, static_cast<char>(0xA1 + (c - 'A')));
    else out.append("\xEF\xBD").append(1, static_cast<char>(0x81 + (c - 'a')));
  }
  return out;
}

// A rule file with each text once more in the pseudo-language.
void write_rules(JsonWriter& w, JsonValue value, bool root) {
  if (value.is_array()) {
    w.start_array();
    for (const auto element : value.elements()) write_rules(w, element, false);
    w.end_array();
  } else if (value.is_object()) {
    w.start_object();
    for (const auto member : value.members()) {
      if (root && member.name() == "titles") continue;
      w.key(member.name());
      write_rules(w, member.value(), false);
    }
    if (root) w.key("titles").start_object().member(kPseudo, std::string_view(pseudo(value["title"].text()))).end_object();
    if (const auto english = value["en"]; english.is_object()) {
      w.key(kPseudo).start_object().member("summary", std::string_view(pseudo(english["summary"].text())));
      w.member("detail", std::string_view(pseudo(english["detail"].text()))).end_object();
    }
    w.end_object();
  } else {
    w.value(value);
  }
}

std::string pseudo_catalogue() {
  const auto& facts = knowledge().engine->facts;
  const auto& scores = knowledge().engine->scores;
  const auto& english = knowledge().messages.in("en");
  std::map<std::string, std::string> texts;
  for (const auto& id : english.ids()) texts[id] = pseudo(english.find(id));
  for (FactId f = 0; f < facts.size(); ++f) {
    texts["label." + facts[f].name] = pseudo(facts[f].label);
    for (const auto& name : facts[f].categories) texts["word." + name] = pseudo(name);
  }
  for (const auto& file : scores.files())
    if (const auto* score = scores.find(file.id)) texts["score." + file.id] = pseudo(score->label());
  for (const auto& test : scores.ratios().tests) texts["score." + test.id] = pseudo(test.label);
  for (const auto& [service, topic] : knowledge().codes.topics) texts["topic." + service] = pseudo(topic.display);
  JsonWriter w;
  w.start_object().member("reviewed_by", "nobody").key("messages").start_object();
  for (const auto& [id, text] : texts) w.member(id, std::string_view(text));
  return w.end_object().end_object().take();
}

// A copy of the knowledge that also speaks the pseudo-language.
const ServiceKnowledge& pseudo_knowledge() {
  static const auto made = [] {
    const auto root = fs::temp_directory_path() / ("cathgate_pseudo_" + std::to_string(getpid()));
    const fs::path source = CATHGATE_SOURCE_DIR;
    for (const char* file : {"core/facts.json", "fhir/terms.json", "engine/engine.json", "engine/endotype.json", "engine/guidelines.json", "models/troponin.json",
                             "models/quantification.json", "cds-hooks/codes.json"}) {
      fs::create_directories((root / file).parent_path());
      fs::copy_file(source / file, root / file);
    }
    fs::create_directories(root / "models");
    for (const char* folder : {"models/artifacts", "models/fusion"}) fs::copy(source / folder, root / folder, fs::copy_options::recursive);
    fs::create_directories(root / "cds-hooks/messages");
    fs::copy_file(source / "cds-hooks/messages/en.json", root / "cds-hooks/messages/en.json");
    std::ofstream(root / "cds-hooks/messages" / (std::string(kPseudo) + ".json")) << pseudo_catalogue();
    fs::create_directories(root / "rules/library");
    for (const auto& entry : fs::directory_iterator(source / "rules/library")) {
      JsonWriter w;
      write_rules(w, load_json_file(entry.path().string())->root(), true);
      std::ofstream(root / "rules/library" / entry.path().filename()) << w.take();
    }
    auto known = case_knowledge(root.string());
    fs::remove_all(root);
    return known;
  }();
  return made;
}

struct LongerFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
};
using OwnWords = std::set<std::string, LongerFirst>;

// What a card says in the record's or a source's own words: strings of the request, units, classes, levels and categories
// that are codes.
OwnWords own_words(const Case& c) {
  OwnWords words = {"Encounter.class", "IIa", "IIb", "III"};
  const auto add = [&](auto&& self, JsonValue value) -> void {
    for (const auto member : value.members()) self(self, member.value());
    for (const auto element : value.elements()) self(self, element);
    std::string text;
    append_escaped(text, value.text());
    if (text.size() > 2) words.emplace(text);
  };
  add(add, c.document.root()["request"]);
  const auto& facts = knowledge().engine->facts;
  for (FactId f = 0; f < facts.size(); ++f) {
    if (facts[f].unit.size() > 1) words.emplace(facts[f].unit);
    for (const auto& name : facts[f].categories) words.emplace(name);
  }
  return words;
}

// The first words in ordinary letters that are nobody's own; empty when there are none. Fewer than three letters are no word but
// a class, a level or a category.
std::string forgotten_words(std::string text, const OwnWords& own) {
  for (const auto& word : own)
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) text.erase(at, word.size());
  // Citations and places in a source are in the source's words: a line that begins with "[2]", and what follows it elsewhere up
  // to the next clause.
  for (auto at = text.find('['); at != std::string::npos; at = text.find('[', at)) {
    const bool line = at == 0 || text[at - 1] == '\n';
    text.erase(at, text.find_first_of(line ? "\n" : "\n;", at) - at);
  }
  // "| Observation/x |" and "(Observation/x)": where in the record a value stands.
  for (const char open : {'|', '('})
    for (auto slash = text.find('/'); slash != std::string::npos; slash = text.find('/', slash + 1)) {
      const auto begin = text.rfind(open, slash);
      const auto end = text.find_first_of("|)", slash);
      if (begin != std::string::npos && end != std::string::npos && end - begin < 90) text.replace(begin + 1, end - begin - 1, "");
    }
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::size_t run = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    run = letter(text[at]) ? run + 1 : 0;
    if (run == 3) return text.substr(at - 2, 60);
  }
  return {};
}

void expect_no_forgotten_words(JsonValue value, const OwnWords& own, const std::string& where) {
  for (const auto member : value.members()) {
    if (member.name() == "resource") continue;
    if (is_text(member.name())) {
      EXPECT_EQ(forgotten_words(std::string(member.value().text()), own), "") << where << "." << member.name();
    } else {
      expect_no_forgotten_words(member.value(), own, where + "." + std::string(member.name()));
    }
  }
  for (const auto element : value.elements()) expect_no_forgotten_words(element, own, where);
}

class CardLanguages : public testing::TestWithParam<fs::path> {};

TEST_P(CardLanguages, ChangeNothingForAMachine) {
  const auto c = read_case(GetParam());
  if (!c.document.root()["request"]["extension"].is_missing()) GTEST_SKIP() << "the call itself says its language";
  const auto english = answer_in(knowledge(), c, "en");
  for (const std::string_view language : {"zh", "es"}) {
    const auto other = answer_in(knowledge(), c, language);
    EXPECT_EQ(other.language, language);
    EXPECT_EQ(other.entry.language, language);
    EXPECT_EQ(machine_parts(other.body), machine_parts(english.body)) << language;
    EXPECT_EQ(other.decisions, english.decisions);
    EXPECT_EQ(other.entry.card_ids, english.entry.card_ids);
    EXPECT_EQ(other.entry.suggestion_ids, english.entry.suggestion_ids);
  }
}

TEST_P(CardLanguages, ForgetNoText) {
  const auto c = read_case(GetParam());
  const auto answer = answer_in(pseudo_knowledge(), c, kPseudo);
  expect_no_forgotten_words(JsonDocument::parse(answer.body)->root(), own_words(c), "answer");
}

std::string name_of(const testing::TestParamInfo<fs::path>& file) {
  auto name = file.param.stem().string();
  std::replace_if(name.begin(), name.end(), [](char ch) { return !std::isalnum(static_cast<unsigned char>(ch)); }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Files, CardLanguages, testing::ValuesIn(case_files()), name_of);

TEST(CardLanguage, SaysThatNoClinicianHasReadIt) {
  const auto c = read_case(case_files().front());
  const auto& phrases = knowledge().messages;
  EXPECT_NE(answer_in(knowledge(), c, "es").body.find(phrases.in("es")[Phrase::detail_unreviewed]), std::string::npos);
  EXPECT_EQ(answer_in(knowledge(), c, "en").body.find(phrases.in("en")[Phrase::detail_unreviewed]), std::string::npos);
}

TEST(CardLanguage, SpanishNumbersHaveACommaAndChinesePercentagesNoBlank) {
  const auto c = read_case(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
  EXPECT_NE(answer_in(knowledge(), c, "es").body.find("26,5 %"), std::string::npos);
  EXPECT_NE(answer_in(knowledge(), c, "zh").body.find("26.5%"), std::string::npos);
}

TEST(CardLanguage, TheExtensionOfTheCallDecides) {
  auto c = read_case(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
  auto body = c.request();
  body.insert(1, R"("extension":{"org.cathgate.language":"es-MX"},)");
  const auto answer = answer_hook(knowledge(), c.tenant, c.service, body, c.now, "zh");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->language, "es");
}

}  // namespace
}  // namespace cathgate::cds_hooks
