#include "cds-hooks/cards/language_check.h"

#include <algorithm>

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kSummaryLimit = 140;  // CDS Hooks: a summary has fewer characters

// "4A" and "P1" are the same in every language, "non_diagnostic" is not.
bool is_word(std::string_view category) {
  return std::any_of(category.begin(), category.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

class Checker {
 public:
  Checker(const Phrases& phrases, const Phrases& english, const Knowledge& knowledge)
      : phrases_(phrases), english_(english), knowledge_(knowledge) {
    report_.language = phrases.language();
    report_.reviewed = phrases.reviewed();
  }

  LanguageReport check(const CardCodes& codes) {
    const bool other = report_.language != english_.language();
    for (const auto& id : english_.ids()) need(id);
    for (FactId f = 0; other && f < knowledge_.facts.size(); ++f) need_fact(knowledge_.facts[f]);
    if (other) need_scores();
    if (other)
      for (const auto& [service, topic] : codes.topics) need("topic." + service);
    for (const auto* rule : knowledge_.rules.rules()) need_rule(*rule);
    return std::move(report_);
  }

 private:
  void need(const std::string& id) { count(phrases_.has_own(id), id); }
  void count(bool there, std::string place) {
    ++report_.texts;
    if (!there) report_.missing.push_back(std::move(place));
  }

  void need_fact(const FactDefinition& fact) {
    need("label." + fact.name);
    for (const auto& name : fact.categories) {
      const auto own = "category." + fact.name + "." + name;
      // English has it: counted with the catalogue's ids.
      if (is_word(name) && !english_.has_own(own)) count(phrases_.has_own(own) || phrases_.has_own("word." + name), "word." + name);
    }
  }

  // Scores that compute a fact are shown under that fact's name.
  void need_scores() {
    for (const auto& file : knowledge_.scores.files())
      if (const auto* score = knowledge_.scores.find(file.id); score && score->data().defines == kNoFact) need("score." + file.id);
    for (const auto& test : knowledge_.scores.ratios().tests) need("score." + test.id);
  }

  void need_rule(const rules::RuleInfo& rule) {
    need_text(rule.file_title.has(report_.language), rule.where.substr(0, rule.where.find('#')) + "#/titles/" + report_.language);
    const bool table = rule.steps.size() > 1 || !rule.steps.front().id.empty();
    for (std::size_t i = 0; i < rule.steps.size(); ++i) {
      const auto& texts = rule.steps[i].texts;
      const auto step = table ? "/table/steps/" + std::to_string(i) : std::string();
      need_text(texts.has(report_.language), rule.where + step + "/text/" + report_.language);
      report_.reviewed &= texts.in(report_.language).reviewed;
    }
  }
  // A file's title comes again with each of its rules.
  void need_text(bool there, std::string place) {
    if (std::find(report_.missing.begin(), report_.missing.end(), place) == report_.missing.end()) count(there, std::move(place));
  }

  const Phrases& phrases_;
  const Phrases& english_;
  const Knowledge& knowledge_;
  LanguageReport report_;
};

void check_lengths(const Phrases& phrases, std::vector<Error>& problems) {
  std::size_t longest_test = 0;
  for (std::size_t i = 0; i < kTests; ++i)
    longest_test = std::max(longest_test, code_points(phrases.find("test.", test_name(static_cast<Test>(i)))));
  for (const auto& id : phrases.ids()) {
    if (!id.starts_with("summary.")) continue;
    const auto text = phrases.find(id);
    std::size_t length = code_points(filled(text, {{"test", ""}, {"drivers", ""}, {"missing", ""}}));
    if (text.find("{test}") != std::string_view::npos) length += longest_test;
    if (length >= kSummaryLimit)
      problems.push_back({ErrorCode::invalid_input, "cds-hooks/messages/" + std::string(phrases.language()) + ".json#/messages/" + id,
                          "with the longest name of a test this summary has " + std::to_string(length) + " characters; at most 139 are allowed"});
  }
}

}  // namespace

LanguageFindings check_languages(const Messages& messages, const Knowledge& knowledge, const CardCodes& codes) {
  LanguageFindings findings;
  const Phrases& english = messages.in("en");
  for (const auto language : messages.languages()) {
    const Phrases& phrases = messages.in(language);
    findings.reports.push_back(Checker(phrases, english, knowledge).check(codes));
    check_lengths(phrases, findings.problems);
  }
  return findings;
}

}  // namespace cathgate::cds_hooks
