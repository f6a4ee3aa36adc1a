// What the advice is based on and where the record has gaps.
#include <algorithm>

#include "cds-hooks/cards/card_markdown.h"
#include "cds-hooks/cards/card_sections.h"
#include "cds-hooks/hooks/service.h"
#include "cds-hooks/version.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxRows = 14;
constexpr std::size_t kMaxNames = 12;
constexpr std::size_t kMaxIssues = 5;
constexpr std::size_t kMaxUndecided = 3;
constexpr std::size_t kMaxSource = 80;
constexpr std::size_t kDigestShown = 12;

bool is_negative(const FactCatalogue& facts, const Evidence& e) {
  return facts[e.fact].kind == FactKind::boolean && e.value.exact() && e.value.low == 0;
}

// Names joined by the list separator, at most kMaxNames.
template <class Items, class AppendName>
std::string joined(DetailParts& parts, const Items& items, AppendName append_name) {
  std::string out;
  std::size_t count = 0;
  for (const auto& item : items) {
    if (count++ >= kMaxNames) continue;
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    append_name(out, item);
  }
  if (count > kMaxNames) {
    out += parts.phrase(Phrase::list_separator);
    fill(out, parts.phrase(Phrase::more_rows), {{"count", std::to_string(count - kMaxNames)}});
  }
  return out;
}

void append_origin(DetailParts& parts, const FactValue& value) {
  auto note = [&](Phrase phrase) { parts.out.append(" (").append(parts.phrase(phrase)).append(")"); };
  if (value.origin == Origin::text) note(Phrase::value_from_text);
  if (value.origin == Origin::clinician) note(Phrase::value_by_clinician);
  if (value.origin == Origin::assumed) note(Phrase::value_assumed);
  if (value.preliminary) note(Phrase::value_preliminary);
}

// The catalogue's sentence for the issue; the reader's own English one where the catalogue has none that can be filled.
std::string issue_message(const FactWriter& facts, const DataIssue& issue) {
  std::string message, detail;
  const auto text = facts.phrases().find("issue.", issue.code);
  const auto asks_for = [&](std::string_view slot) { return text.find(slot) != std::string_view::npos; };
  if (text.empty() || (asks_for("{fact}") && issue.fact == kNoFact) || (asks_for("{detail}") && issue.detail.empty())) {
    append_escaped(message, issue.message);
    return message;
  }
  append_escaped(detail, issue.detail);
  const auto fact = issue.fact == kNoFact ? std::string_view() : facts.label(issue.fact);
  message = filled(text, {{"fact", fact}, {"detail", detail}});
  capitalise(message);
  if (issue.entries < 2) return message;
  return filled(facts.phrases()[Phrase::gap_issue_alike], {{"message", message}, {"count", std::to_string(issue.entries)}});
}

}  // namespace

void append_evidence_row(DetailParts& parts, const Evidence& e) {
  parts.out.append("| ").append(parts.facts.label(e.fact)).append(" | ");
  parts.facts.append_value(parts.out, e.fact, e.value);
  append_origin(parts, e.value);
  parts.out += " | ";
  parts.facts.append_date(parts.out, e.value);
  parts.out += " | ";
  if (e.value.source.empty())
    parts.out += parts.phrase(Phrase::value_derived);
  else
    append_escaped(parts.out, e.value.source, kMaxSource);
  parts.out += " |\n";
}

void append_evidence(DetailParts& parts) {
  const auto& evidence = parts.assessment.evidence;
  std::size_t rows = 0;
  std::vector<Evidence> negative;
  for (const auto& e : evidence) {
    if (!e.value.known() || e.value.origin == Origin::assumed || parts.context.facts[e.fact].stage == Stage::likelihood)
      continue;
    if (is_negative(parts.context.facts, e)) {
      negative.push_back(e);
      continue;
    }
    if (rows == 0) {
      parts.heading(Phrase::heading_evidence);
      parts.out.append(parts.phrase(Phrase::heading_table)).append("\n|---|---|---|---|\n");
    }
    if (rows++ < kMaxRows) append_evidence_row(parts, e);
  }
  if (rows > 0) parts.out += '\n';
  if (rows > kMaxRows) parts.line(Phrase::more_rows, {{"count", std::to_string(rows - kMaxRows)}});
  if (negative.empty()) return;
  const auto names =
      joined(parts, negative, [&](std::string& out, const Evidence& e) { out += parts.facts.label(e.fact); });
  parts.line(Phrase::evidence_negative, {{"facts", names}});
}

void append_issues(std::string& out, const FactWriter& facts, const std::vector<DataIssue>& issues) {
  const auto& phrases = facts.phrases();
  std::size_t count = 0;
  for (const auto& issue : issues) {
    if (count++ >= kMaxIssues) continue;
    std::string message = issue_message(facts, issue), where;
    append_escaped(where, issue.where, kMaxSource);
    out += "- ";
    if (where.empty())
      out += message;
    else
      fill(out, phrases[Phrase::gap_issue], {{"message", message}, {"where", where}});
    out += '\n';
  }
  if (count <= kMaxIssues) return;
  out += "- ";
  fill(out, phrases[Phrase::gap_issue_more], {{"count", std::to_string(count - kMaxIssues)}});
  out += '\n';
}

void append_gaps(DetailParts& parts) {
  const auto& a = parts.assessment;
  auto append_label = [&](std::string& out, FactId fact) { out += parts.facts.label(fact); };
  auto append_missing = [&](std::string& out, const MissingFact& m) { parts.facts.append_missing(out, m); };
  const std::size_t start = parts.out.size();
  auto bullet = [&](Phrase phrase, const std::string& facts) {
    if (facts.empty()) return;
    parts.out += "- ";
    fill(parts.out, parts.phrase(phrase), {{"facts", facts}});
    parts.out += '\n';
  };
  parts.heading(Phrase::heading_gaps);
  const std::size_t empty = parts.out.size();
  bullet(Phrase::gap_missing, joined(parts, a.missing, append_missing));
  bullet(Phrase::gap_assumed, joined(parts, a.assumed_absent, append_label));
  bullet(Phrase::gap_stale, joined(parts, a.stale, append_label));
  for (std::size_t i = 0; i < std::min(a.undecided.size(), kMaxUndecided); ++i) {
    std::string summary;
    parts.facts.append_text(summary, a.undecided[i].summary_in(parts.context.phrases.language()), a.undecided[i].evidence, a.evidence);
    end_sentence(summary, parts.context.phrases);
    parts.out += "- ";
    fill(parts.out, parts.phrase(Phrase::statement_undecided),
         {{"summary", summary}, {"missing", joined(parts, a.undecided[i].missing, append_missing)}});
    parts.out += '\n';
  }
  append_issues(parts.out, parts.facts, a.issues);
  if (parts.out.size() == empty)
    parts.out.resize(start);
  else
    parts.out += '\n';
}

static void append_switched_off(std::string& out, const CardContext& context) {
  if (!context.switched_off || context.switched_off->empty()) return;
  std::string ids;
  for (const auto& id : *context.switched_off) {
    if (!ids.empty()) ids += context.phrases[Phrase::list_separator];
    ids += id;
  }
  fill(out, context.phrases[Phrase::limits_switched_off], {{"rules", ids}});
  out += context.phrases[Phrase::sentence_space];
}

void append_limits(std::string& out, const CardContext& context, UnixSeconds as_of) {
  const auto& phrases = context.phrases;
  const auto space = phrases[Phrase::sentence_space];
  out.append("**").append(phrases[Phrase::heading_limits]).append(phrases[Phrase::sentence_end]).append("** ");
  out.append(phrases[Phrase::limits_population]).append(space).append(phrases[Phrase::limits_deferral]).append(space);
  out.append(phrases[Phrase::limits_judgement]).append(space);
  append_switched_off(out, context);
  fill(out, phrases[Phrase::limits_versions],
       {{"program", kProgramVersion},
        {"knowledge", context.knowledge_digest.substr(0, kDigestShown)},
        {"as_of", write_date(as_of)}});
  out += "\n\n";
}

}  // namespace cathgate::cds_hooks
