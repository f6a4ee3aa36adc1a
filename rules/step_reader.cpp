#include "rules/step_reader.h"

#include <algorithm>
#include <array>
#include <span>

namespace cathgate::rules {
namespace {

constexpr std::array<std::string_view, 14> kTypes = {"define", "recommend", "forbid_defer", "avoid_test", "prevention", "harm", "note", "label", "treat", "avoid_drug", "investigate", "evidence", "prompt", "interpret"};
constexpr std::array<std::string_view, 6> kActions = {"emergency", "angiography", "functional_imaging", "ccta", "calcium_score", "defer"};
constexpr std::array<std::string_view, 2> kStrengths = {"contraindicated", "caution"};
constexpr std::array<std::string_view, 4> kClasses = {"I", "IIa", "IIb", "III"};
// The levels of ESC and those of AHA/ACC.
constexpr std::array<std::string_view, 7> kLevels = {"A", "B", "B-R", "B-NR", "C", "C-LD", "C-EO"};

class EffectReader {
 public:
  EffectReader(const Cursor& at, const StepContext& context) : at_(at), context_(context) {}

  Effect read() {
    if (!at_.json().is_object()) {
      at_.expect_object({});
      return effect_;
    }
    const auto type = read_word(at_["type"], "an effect's type", kTypes);
    if (!type) return effect_;
    effect_.type = static_cast<EffectType>(*type);
    switch (effect_.type) {
      case EffectType::define: read_define(); break;
      case EffectType::recommend: read_recommend(); break;
      case EffectType::avoid_test: read_avoid_test(); break;
      case EffectType::forbid_defer:
      case EffectType::note: at_.expect_object({"type", "defines"}); break;
      case EffectType::prevention:
      case EffectType::harm: at_.expect_object({"type"}); break;
      case EffectType::label: read_name("label", "the label", label_names()); break;
      case EffectType::investigate: read_name("investigation", "the investigation", investigation_names()); break;
      case EffectType::evidence: read_name("axis", "the axis", axis_names()); break;
      case EffectType::interpret:
        at_.expect_object({"type"});
        check_stage();
        break;
      case EffectType::treat:
      case EffectType::prompt:
        at_.expect_object({"type", "axis", "drugs"});
        read_name_only("axis", "the axis", axis_names());
        read_drugs();
        break;
      case EffectType::avoid_drug:
        at_.expect_object({"type", "drugs", "strength"});
        read_drugs();
        read_strength();
        break;
    }
    if (at_["defines"].present() && may_define_beside()) read_defined(at_["defines"], false);
    check_status();
    return effect_;
  }

 private:
  bool may_define_beside() const {
    return effect_.type == EffectType::recommend || effect_.type == EffectType::forbid_defer || effect_.type == EffectType::note;
  }

  void read_define() {
    at_.expect_object({"type", "fact", "value"});
    const auto fact = read_defined(at_["fact"], context_.table);
    if (!fact) return;
    const Cursor value = at_["value"];
    if (fact->kind == FactKind::boolean) {
      if (value.present() && value.json().boolean() != true)
        value.problem("a rule defines " + fact->name + " as true; it is false when no rule that defines it fires");
      return;
    }
    const auto index = value.json().is_string() ? fact->category(value.json().text()) : std::nullopt;
    const std::vector<std::string_view> names(fact->categories.begin(), fact->categories.end());
    if (index) effect_.defined_value = *index;
    else value.problem("the value of " + fact->name + " is " + choice_text(names));
  }

  // The fact that is defined, when a rule of this stage may define it.
  const FactDefinition* read_defined(const Cursor& at, bool category_allowed) {
    const auto id = read_fact(at, context_.facts);
    if (!id) return nullptr;
    const FactDefinition& fact = context_.facts[*id];
    if (fact.kind == FactKind::quantity || (fact.kind == FactKind::category && !category_allowed)) {
      at.problem(fact.name + (fact.kind == FactKind::quantity ? " is a quantity: a rule defines only facts that are true or false, and a table also categories"
                                                              : " is a category: only a table defines one, with the effect \"define\""));
      return nullptr;
    }
    if (fact.stage <= Stage::derived) {
      at.problem(fact.name + " comes from the record, so no rule can define it");
      return nullptr;
    }
    if (fact.stage != context_.stage) {
      at.problem(fact.name + " belongs to the stage " + std::string(stage_name(fact.stage)) + ", so a rule of the stage " +
                 std::string(stage_name(context_.stage)) + " cannot define it");
      return nullptr;
    }
    effect_.defines = *id;
    return &fact;
  }

  void read_recommend() {
    at_.expect_object({"type", "action", "defines"});
    if (const auto action = read_word(at_["action"], "the recommended action", kActions))
      effect_.action = static_cast<Action>(*action + 1);
  }

  void read_avoid_test() {
    at_.expect_object({"type", "test", "strength"});
    if (const auto test = read_word(at_["test"], "the test to avoid", test_names())) effect_.test = test_names()[*test];
    read_strength();
  }
  void read_strength() {
    if (const auto strength = read_word(at_["strength"], "the strength", kStrengths)) effect_.contraindicated = *strength == 0;
  }

  // These belong to the stage of endotypes, where the second card is made.
  void read_name_only(std::string_view key, std::string_view what, std::span<const std::string_view> words) {
    if (const auto word = read_word(at_[key], what, words)) effect_.name = words[*word];
    check_stage();
  }
  void check_stage() const {
    if (context_.stage != Stage::endotype) at_["type"].problem("this effect belongs to the stage endotype");
  }
  void read_name(std::string_view key, std::string_view what, std::span<const std::string_view> words) {
    at_.expect_object({"type", key});
    read_name_only(key, what, words);
  }
  void read_drugs() {
    const Cursor list = at_["drugs"];
    if (!list.expect_filled_array("drugs")) return;
    for (std::size_t i = 0; i < list.json().size(); ++i)
      if (const auto drug = read_word(list[i], "the drug", drug_names())) effect_.drugs.emplace_back(drug_names()[*drug]);
  }

  // A note that defines a fact could lead to any advice; a forbidden deferral or an emergency cannot make advice less cautious.
  bool is_cautious() const {
    switch (effect_.type) {
      case EffectType::recommend: return effect_.action == Action::emergency || effect_.action == Action::none;
      case EffectType::note: return effect_.defines == kNoFact;
      case EffectType::define:
      case EffectType::label:
      case EffectType::treat:
      case EffectType::prompt:
      case EffectType::interpret:
      case EffectType::investigate: return false;
      default: return true;
    }
  }
  void check_status() const {
    if (may_drive_advice(context_.status) || is_cautious()) return;
    at_.problem("a rule whose evidence status is " + std::string(evidence_status_name(context_.status)) +
                " may only make advice more cautious: forbid_defer, avoid_test, avoid_drug, evidence, harm, prevention, a note that defines nothing, or recommend emergency");
  }

  const Cursor& at_;
  const StepContext& context_;
  Effect effect_;
};

// Every {placeholder} is a fact; no brace stands alone.
void check_placeholders(const Cursor& at, const FactCatalogue& facts) {
  std::string_view text = at.json().text();
  for (auto brace = text.find_first_of("{}"); brace != std::string_view::npos; brace = text.find_first_of("{}")) {
    const auto close = text.find_first_of("{}", brace + 1);
    if (text[brace] == '}' || close == std::string_view::npos || text[close] == '{')
      return at.problem("a placeholder is a fact's name in braces, such as {patient.age_years}; here a brace has no partner");
    const auto name = text.substr(brace + 1, close - brace - 1);
    if (!facts.find(name)) at.problem("a placeholder names a fact, but " + unknown_fact_message(name, facts));
    text.remove_prefix(close + 1);
  }
}

std::string joined_names(std::vector<std::string_view> names) {
  std::string out;
  for (const auto name : names) out.append(out.empty() ? "" : ", ").append("{").append(name).append("}");
  return out.empty() ? "none" : out;
}

// The names in braces, each once, in alphabetical order.
std::vector<std::string_view> placeholders(std::string_view text) {
  std::vector<std::string_view> names;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1))
    names.push_back(text.substr(open + 1, std::min(text.find('}', open), text.size()) - open - 1));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void check_same_placeholders(const Cursor& at, std::string_view english) {
  const auto wanted = placeholders(english);
  if (placeholders(at.json().text()) != wanted)
    at.problem("the placeholders must be those of the English text: " + joined_names(wanted));
}

// Whether a clinician has read the text in this version of the rule.
bool read_review(const Cursor& at, std::string_view version) {
  if (!at.present() || !at.expect_object({"name", "version"})) return false;
  at["name"].text("the reviewer's name");
  return at["version"].text("the version of the rule that was reviewed") == version;
}

LocalisedText read_texts(const Cursor& at, const StepContext& context) {
  LocalisedText texts;
  if (!at.json().is_object()) {
    at.problem("the words of the rule are missing: \"text\": {\"en\": {\"summary\": \"...\"}}");
    return texts;
  }
  const Cursor english = at["en"];
  if (!english.present()) english.problem("the English text is missing");
  for (const auto member : at.json().members()) {
    const Cursor text = at[member.key];
    if (!is_language(member.key)) text.problem(in_quotes(member.key) + " is not a language such as en, zh or es");
    if (!text.expect_object({"summary", "detail", "reviewed_by"})) continue;
    texts.add(std::string(member.key), {text["summary"].text("the summary"), text["detail"].optional_text("the detail"),
                                        read_review(text["reviewed_by"], context.version)});
    for (const auto part : {"summary", "detail"}) {
      check_placeholders(text[part], context.facts);
      check_markdown(text[part]);
      if (member.key != "en" && english[part].present()) check_same_placeholders(text[part], english[part].json().text());
    }
    if (text["detail"].json().text().empty() != english["detail"].json().text().empty())
      text["detail"].problem("a text has a detail in every language or in none");
  }
  return texts;
}

void read_recommendation(const Cursor& at, StepInfo& step) {
  if (!at.present() || !at.expect_object({"class", "level"})) return;
  if (const auto c = read_word(at["class"], "the class of a recommendation", kClasses)) step.guideline_class = kClasses[*c];
  if (!at["level"].present()) return;
  if (const auto l = read_word(at["level"], "the level of evidence", kLevels)) step.guideline_level = kLevels[*l];
}

}  // namespace

bool is_language(std::string_view tag) {
  return (tag.size() == 2 || tag.size() == 3) && std::all_of(tag.begin(), tag.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void check_markdown(const Cursor& at) {
  const std::string_view text = at.json().text();
  bool inside = false;  // a placeholder's name may hold "_"
  for (const char c : text) {
    if (c == '{' || c == '}') inside = c == '{';
    if (inside || (std::string_view("<>|[]*_`~\\#").find(c) == std::string_view::npos && static_cast<unsigned char>(c) >= 0x20)) continue;
    return at.problem("the card prints this text as Markdown: write it without < > | [ ] * _ ` ~ \\ # and line breaks");
  }
}

StepInfo read_step(const Cursor& at, const Cursor& rule, const StepContext& context) {
  StepInfo step;
  const Cursor effect = at["effect"];
  step.effect = EffectReader(effect, context).read();
  step.texts = read_texts(at["text"], context);
  read_recommendation(at["recommendation"].present() ? at["recommendation"] : rule["recommendation"], step);
  const Cursor severity = at["severity"].present() ? at["severity"] : rule["severity"];
  if (const auto s = read_severity(severity.json().text())) step.severity = *s;
  else severity.problem("the severity is info, warning or critical");
  return step;
}

}  // namespace cathgate::rules
