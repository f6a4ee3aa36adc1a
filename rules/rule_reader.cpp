#include "rules/rule_reader.h"

#include <algorithm>
#include <array>

#include "rules/condition_reader.h"
#include "rules/example_reader.h"
#include "rules/step_reader.h"

namespace cathgate::rules {
namespace {

constexpr std::array<std::string_view, 8> kStages = {"scope", "gate", "likelihood", "result", "decision", "tests", "prevention", "endotype"};
constexpr std::array<std::string_view, 5> kStatuses = {"verified", "implementation", "derived", "secondary", "unconfirmed"};

std::string read_id(const Cursor& at, std::string_view what) {
  const std::string id = at.text(what);
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; };
  if (!std::all_of(id.begin(), id.end(), allowed)) at.problem("an id has small letters, digits, \".\", \"-\" and \"_\" only");
  return id;
}

// The title in English and, under "titles", in other languages.
LocalisedText read_titles(const Cursor& file) {
  LocalisedText titles;
  titles.add("en", {file["title"].text("the file's title"), {}, false});
  check_markdown(file["title"]);
  const Cursor others = file["titles"];
  if (!others.present()) return titles;
  if (!others.json().is_object()) {
    others.problem("the titles in other languages are an object: \"titles\": {\"es\": \"...\"}");
    return titles;
  }
  for (const auto member : others.json().members()) {
    const Cursor title = others[member.key];
    if (!is_language(member.key) || member.key == "en") title.problem(in_quotes(member.key) + " is not another language such as zh or es");
    check_markdown(title);
    titles.add(std::string(member.key), {title.text("the title"), {}, false});
  }
  return titles;
}

class RuleReader {
 public:
  RuleReader(const Cursor& at, const FileHead& file, const FactCatalogue& facts) : at_(at), file_(file), facts_(facts) {}

  std::optional<Rule> read() {
    const auto before = at_.problems_so_far();
    const bool table = at_["table"].present();
    if (!expect_keys(table)) return std::nullopt;
    read_head();
    if (table || at_["when"].present()) {
      if (at_["when"].present()) rule_.when = read_condition(at_["when"], facts_, rule_.info.age_limits);
    } else {
      at_["when"].problem("the condition is missing");
    }
    const StepContext context{facts_, rule_.info.stage, rule_.info.status, table, rule_.info.version};
    if (table) read_table(at_["table"], context);
    else rule_.info.steps.push_back(read_step(at_, at_, context));
    check_stages();
    collect_definitions();
    if (at_["examples"].expect_filled_array("example") && !(table && table_broken_)) {
      read_examples(at_["examples"], facts_, rule_);
      check_coverage(at_["examples"], facts_, rule_);
    }
    if (at_.problems_so_far() != before) return std::nullopt;
    return std::move(rule_);
  }

 private:
  bool expect_keys(bool table) const {
    if (at_["override"].present() && !file_.site)
      at_["override"].problem("only a rule of the site's own folder can override one of the library");
    if (table)
      return at_.expect_object({"id", "version", "stage", "locator", "evidence_status", "recommendation", "limits", "when", "table", "severity", "examples", "override"});
    return at_.expect_object({"id", "version", "stage", "locator", "evidence_status", "recommendation", "limits", "when", "effect", "severity", "text", "examples", "override"});
  }

  void read_head() {
    RuleInfo& info = rule_.info;
    info.id = read_id(at_["id"], "the rule's id");
    info.version = at_["version"].text("the rule's version");
    info.rule_set = file_.rule_set;
    info.file_id = file_.id;
    info.file_title = file_.title;
    info.where = at_.where();
    info.approved = file_.approved;
    if (file_.site) info.site = SiteNote{false, {}, file_.approved_by};
    info.citation = file_.citation;
    info.citation.locator = at_["locator"].text("the place in the source (\"locator\": a table, a section, a page)");
    info.limits = at_["limits"].optional_text("\"limits\"");
    if (const auto s = read_word(at_["stage"], "a rule's stage", kStages)) info.stage = *read_stage(kStages[*s]);
    if (const auto s = read_word(at_["evidence_status"], "the evidence status", kStatuses)) info.status = static_cast<EvidenceStatus>(*s);
  }

  FactId read_on(const Cursor& at) {
    const FactId on = read_fact(at, facts_).value_or(kNoFact);
    if (on == kNoFact) return kNoFact;
    if (facts_[on].kind != FactKind::boolean) return rule_.on = on;
    at.problem(facts_[on].name + " is true or false; a table needs a quantity or an ordered category");
    return kNoFact;
  }

  // The edges and ids of the steps must be sound before examples can be held against them.
  void read_table(const Cursor& at, const StepContext& context) {
    if (!at.expect_object({"on", "max_age_days", "age_basis", "steps"})) return;
    const FactId on = read_on(at["on"]);
    if (on != kNoFact) rule_.on_max_age_days = read_max_age(at, on, rule_.info.age_limits);
    if (!at["steps"].expect_filled_array("step")) return;
    table_broken_ = on == kNoFact;
    for (std::size_t i = 0; i < at["steps"].json().size(); ++i) {
      const Cursor step = at["steps"][i];
      const auto before = at_.problems_so_far();
      std::string id;
      if (step.expect_object({"from", "above", "id", "effect", "recommendation", "severity", "text"})) id = read_step_id(step["id"]);
      if (on != kNoFact && step.json().is_object()) read_edge(step, facts_[on]);
      table_broken_ = table_broken_ || at_.problems_so_far() != before;
      rule_.info.steps.push_back(read_step(step, at_, context));
      rule_.info.steps.back().id = std::move(id);
    }
  }

  std::string read_step_id(const Cursor& at) const {
    std::string id = read_id(at, "the step's id");
    for (const auto& step : rule_.info.steps)
      if (!id.empty() && step.id == id) at.problem("two steps have the id " + in_quotes(id));
    return id;
  }

  // Categories begin at a category: above one of them is from the next.
  void read_edge(const Cursor& step, const FactDefinition& fact) {
    const bool from = step["from"].present();
    if (from == step["above"].present()) return step.problem("a step begins with \"from\" (this value or more) or with \"above\" (more than it)");
    const Cursor at = from ? step["from"] : step["above"];
    const auto value = read_threshold(at, fact);
    if (!value) return;
    StepEdge edge{*value, !from};
    if (edge.excluded && fact.kind == FactKind::category) edge = {*value + 1, false};
    if (fact.kind == FactKind::category && edge.from >= static_cast<double>(fact.categories.size())) return at.problem("nothing lies above " + fact.categories.back());
    if (!rule_.edges.empty()) {
      const StepEdge& last = rule_.edges.back();
      const bool ascending = edge.from > last.from || (edge.from == last.from && edge.excluded && !last.excluded);
      if (!ascending) at.problem("the steps must ascend: this one does not begin after the one before");
    }
    rule_.edges.push_back(edge);
  }

  // A rule reads facts of its own or an earlier stage.
  void check_stages() const {
    if (rule_.on != kNoFact) check_stage(rule_.on, at_["table"]["on"]);
    for (const auto& node : rule_.when.nodes())
      if (Condition::reads_fact(node)) check_stage(node.fact, at_["when"]);
  }
  void check_stage(FactId id, const Cursor& at) const {
    const FactDefinition& fact = facts_[id];
    if (fact.stage <= rule_.info.stage) return;
    at.problem(fact.name + " is known only after the stage " + std::string(stage_name(fact.stage)) + "; a rule of the stage " +
               std::string(stage_name(rule_.info.stage)) + " cannot read it");
  }

  void collect_definitions() {
    const auto& steps = rule_.info.steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const FactId fact = steps[i].effect.defines;
      if (fact == kNoFact) continue;
      auto& all = rule_.definitions;
      auto it = std::find_if(all.begin(), all.end(), [fact](const Definition& d) { return d.fact == fact; });
      if (it == all.end()) {
        all.push_back({fact, facts_[fact].kind == FactKind::boolean, true, std::vector<bool>(steps.size())});
        it = std::prev(all.end());
      }
      it->by_step[i] = true;
    }
  }

  const Cursor& at_;
  const FileHead& file_;
  const FactCatalogue& facts_;
  Rule rule_;
  bool table_broken_ = true;
};

}  // namespace

FileHead read_file_head(const Cursor& file, bool site) {
  FileHead head;
  head.site = site;
  if (!file.expect_object({"$schema", "id", "title", "titles", "rule_set", "version", "approved_by", "citation", "rules"})) return head;
  head.id = read_id(file["id"], "the file's id");
  head.title = read_titles(file);
  head.rule_set = read_id(file["rule_set"], "the rule set");
  head.version = file["version"].text("the file's version");
  head.approved_by = file["approved_by"].optional_text("\"approved_by\"");
  head.approved = !head.approved_by.empty();
  const Cursor citation = file["citation"];
  if (!citation.present()) {
    citation.problem("the citation is missing: \"citation\": {\"text\": \"...\", \"doi\": \"...\"}");
    return head;
  }
  if (!citation.expect_object({"text", "doi", "url"})) return head;
  head.citation.text = citation["text"].text("the citation's text");
  head.citation.doi = citation["doi"].optional_text("the DOI");
  head.citation.url = citation["url"].optional_text("the address");
  if (head.citation.doi.empty() && head.citation.url.empty()) citation.problem("the citation needs a \"doi\", or a \"url\" where there is none");
  return head;
}

std::optional<Override> read_override(const Cursor& rule) {
  const Cursor at = rule["override"];
  if (!at.present() || !at.expect_object({"reason", "approved_by", "of_version", "disabled"})) return std::nullopt;
  Override result;
  result.note.overrides = true;
  result.note.reason = at["reason"].text("the reason for departing from the library");
  result.note.approved_by = at["approved_by"].text("who approved it");
  result.of_version = at["of_version"].text("the version of the library's rule that this replaces (\"of_version\")");
  check_markdown(at["reason"]);
  check_markdown(at["approved_by"]);
  if (at["disabled"].present()) {
    if (const auto disabled = at["disabled"].json().boolean()) result.disabled = *disabled;
    else at["disabled"].problem("\"disabled\" is true or false");
  }
  if (result.disabled) rule.expect_object({"id", "override"});
  return result;
}

std::optional<Rule> read_rule(const Cursor& at, const FileHead& file, const FactCatalogue& facts) {
  return RuleReader(at, file, facts).read();
}

}  // namespace cathgate::rules
