// The pages of docs/rules/: one for each rule set, one of the operational defaults, an index. Generated, so that they never
// differ from the library; ctest checks that they are current.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "cds-hooks/hooks/service.h"
#include "engine/knowledge.h"
#include "rules/cursor.h"
#include "rules/rule.h"
#include "rules/rule_words.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;
using rules::Rule;

constexpr std::string_view kNotice = "<!-- Written by `cathgate rule catalogue`; do not edit. -->\n\n";

// Text of the library in a cell of a table or in running text.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string citation_of(const Citation& citation) {
  return escaped(citation.text) + (citation.doi.empty() ? ", <" + citation.url + ">" : ", doi [" + citation.doi + "](https://doi.org/" + citation.doi + ")");
}

class RulePage {
 public:
  RulePage(const Knowledge& knowledge, std::string set) : facts_(knowledge.facts), set_(std::move(set)) {}

  void add(const Rule& rule) {
    const auto& info = rule.info;
    if (info.file_id != file_) begin_file(info);
    out_ += "### " + info.id + "\n\n";
    if (info.steps.size() == 1 && !rule.is_table()) {
      const auto& text = info.steps.front().texts.in("en");
      out_ += "**" + escaped(text.summary) + "**" + (text.detail.empty() ? "" : "  \n" + escaped(text.detail)) + "\n\n";
    }
    const auto when = rules::condition_words(rule.when, facts_, "");
    out_ += "When\n\n```text\n" + (when.empty() ? "always\n" : when) + "```\n\n";
    if (rule.is_table()) add_steps(rule);
    else out_ += "it " + effect_of(info.steps.front()) + ".\n\n";
    out_ += "Source: " + escaped(info.citation.locator) + "; " + std::string(evidence_status_name(info.status)) + ". Stage " + std::string(stage_name(info.stage)) + ", version " + info.version + ".\n\n";
    if (!info.limits.empty()) out_ += "Limits: " + escaped(info.limits) + "\n\n";
    ++count_;
  }

  std::string take() { return std::string(kNotice) + "# Rule set " + set_ + "\n\n" + std::to_string(count_) + " rules.\n\n" + out_; }
  std::size_t count() const { return count_; }

 private:
  void begin_file(const rules::RuleInfo& info) {
    file_ = info.file_id;
    out_ += "## " + escaped(info.file_title.in("en").summary) + "\n\n`" + info.where.substr(0, info.where.find('#')) + "`. " + citation_of(info.citation) + ". " +
            (info.approved ? "Approved." : "Not approved by a clinician yet.") + "\n\n";
  }

  std::string effect_of(const rules::StepInfo& step) const {
    const auto recommendation = rules::recommendation_words(step);
    return escaped(rules::effect_words(step.effect, facts_)) + (recommendation.empty() ? "" : " (" + recommendation + ")");
  }

  void add_steps(const Rule& rule) {
    out_ += "by " + escaped(facts_[rule.on].label) + " (`" + facts_[rule.on].name + "`):\n\n| step | from | effect | text |\n|---|---|---|---|\n";
    for (std::size_t i = 0; i < rule.info.steps.size(); ++i) {
      const auto& step = rule.info.steps[i];
      out_ += "| " + step.id + " | " + escaped(rules::step_words(rule, i, facts_)) + " | " + effect_of(step) + " | " + escaped(step.texts.in("en").summary) + " |\n";
    }
    out_ += '\n';
  }

  const FactCatalogue& facts_;
  std::string set_, file_, out_;
  std::size_t count_ = 0;
};

// The age limits, by fact and days, with the rules that use them.
std::string age_limits(const Knowledge& knowledge) {
  std::map<std::tuple<std::string, double, std::string>, std::set<std::string>> uses;
  for (const auto* rule : knowledge.rules.rules())
    for (const auto& limit : rule->age_limits) uses[{knowledge.facts[limit.fact].name, limit.days, limit.basis}].insert(rule->id);
  for (const auto& test : knowledge.scores.ratios().tests)
    if (test.max_age_days) uses[{knowledge.facts[test.fact].name, *test.max_age_days, "operational"}].insert(test.id);
  std::string out = "| fact | days | on whose word | used by |\n|---|---|---|---|\n";
  for (const auto& [key, rules] : uses) {
    const auto& [fact, days, basis] = key;
    std::string ids;
    for (const auto& id : rules) ids += (ids.empty() ? "" : ", ") + id;
    out += "| `" + fact + "` | " + rules::number_text(days) + " | " + escaped(basis) + " | " + ids + " |\n";
  }
  return out;
}

std::string plausible_ranges(const FactCatalogue& facts) {
  std::string out = "| fact | from | to | unit |\n|---|---|---|---|\n";
  for (FactId f = 0; f < facts.size(); ++f)
    if (facts[f].kind == FactKind::quantity && facts[f].stage == Stage::record)
      out += "| `" + facts[f].name + "` | " + rules::number_text(facts[f].plausible_min) + " | " + rules::number_text(facts[f].plausible_max) + " | " + escaped(facts[f].unit) + " |\n";
  return out;
}

std::string windows(const EngineData& data, const fhir::ReadingWindows& reading) {
  const auto row = [](const char* group, const char* name, double value, const char* meaning) {
    return std::string("| `") + group + "` | `" + name + "` | " + rules::number_text(value) + " | " + meaning + " |\n";
  };
  return "\n## Windows\n\nA site changes them in the same file, under the name of the group: `{\"reading\": {\"acute_window_hours\": 12}}`.\n\n| group | name | value | meaning |\n|---|---|---|---|\n" +
         row("engine", "adult_age_years", data.adult_age_years, "nobody younger is assessed") +
         row("engine", "troponin_window_hours", data.troponin_window_hours, "an older troponin is not of this presentation") +
         row("reading", "acute_window_hours", reading.acute_window_hours.value_or(0), "an acute diagnosis of that age counts as of now, an older one as history, unless it belongs to the encounter") +
         row("reading", "future_tolerance_hours", reading.future_tolerance_hours.value_or(0), "a value dated later than this is refused") +
         "\nNot a site's to change, since the statement that they serve is tied to them: the sample times of the troponin algorithms (`models/troponin.json`) and every threshold of a source, which a site changes by overriding the rule, with a reason.\n\n";
}

std::string defaults_page(const Knowledge& knowledge, const fhir::Terms& terms) {
  std::string out(kNotice);
  out += "# Age limits and other operational defaults\n\nNumbers that say how old an input may be and what is refused as a typing error. "
         "\"operational\" means: ours, from no guideline.\n\n## How old an input may be\n\nAn older or undated value is missing. A site changes an operational limit in the file "
         "`defaults.json` of its rules folder (`[knowledge] site_rules`): `{\"approved_by\": \"...\", \"reason\": \"...\", \"age_limits\": {\"symptom.ccs_class\": 60}}`. "
         "A limit from a source is changed by overriding its rule.\n\n";
  out += age_limits(knowledge);
  out += windows(knowledge.data, terms.windows());
  out += "## What is refused as implausible\n\nLimits against typing and unit errors (`core/facts.json`), not clinical thresholds. A value outside becomes a remark on the card and is not used. "
         "Under `\"plausible\"` a site gives a range of its own: `{\"lab.ldl\": [1, 1500]}`.\n\n";
  out += plausible_ranges(knowledge.facts);
  return out;
}

std::map<std::string, std::string> pages_of(const Knowledge& knowledge, const fhir::Terms& terms) {
  std::map<std::string, RulePage> sets;
  for (const auto& rule : knowledge.rules.compiled()) sets.try_emplace(rule.info.rule_set, knowledge, rule.info.rule_set).first->second.add(rule);
  std::map<std::string, std::size_t> by_status;
  for (const auto* rule : knowledge.rules.rules()) ++by_status[std::string(evidence_status_name(rule->status))];
  std::string index(kNotice);
  index += "# The rule library\n\nWhat Cathgate's rules say, in words, with their sources. The files are in `rules/library/`; [rules/README.md](../../rules/README.md) explains how to write one.\n\n"
           "| rule set | rules |\n|---|---|\n";
  std::map<std::string, std::string> pages;
  for (auto& [set, page] : sets) {
    index += "| [" + set + "](" + set + ".md) | " + std::to_string(page.count()) + " |\n";
    pages[set + ".md"] = page.take();
  }
  index += "\n| evidence status | rules |\n|---|---|\n";
  for (const auto& [status, count] : by_status) index += "| " + status + " | " + std::to_string(count) + " |\n";
  index += "\n[Age limits and other operational defaults](defaults.md)\n";
  pages["README.md"] = index;
  pages["defaults.md"] = defaults_page(knowledge, terms);
  return pages;
}

std::string text_of_file(const fs::path& path) {
  const auto text = read_input(path.string());
  return text ? *text : std::string();
}

}  // namespace

int write_catalogue(const KnowledgePlaces& places, const std::string& folder, bool check) {
  const auto loaded = ServiceKnowledge::load(places);
  if (!loaded.ok()) return print_problems(loaded.errors);
  const auto pages = pages_of(*(*loaded.value)->engine, (*loaded.value)->terms);
  std::error_code failed;
  if (!check) fs::create_directories(folder, failed);
  std::vector<Error> stale;
  for (const auto& [name, text] : pages) {
    const fs::path path = fs::path(folder) / name;
    if (text_of_file(path) == text) continue;
    if (check) stale.push_back({ErrorCode::invalid_input, path.string(), "this page is not current: run `cathgate rule catalogue`"});
    else if (!(std::ofstream(path, std::ios::binary) << text)) stale.push_back({ErrorCode::unavailable, path.string(), "this page cannot be written"});
  }
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->path().extension() != ".md" || pages.contains(at->path().filename().string())) continue;
    if (check) stale.push_back({ErrorCode::invalid_input, at->path().string(), "no rule set has this page"});
    else fs::remove(at->path(), failed);
  }
  return stale.empty() ? 0 : print_problems(stale);
}

}  // namespace cathgate::cds_hooks
