#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "cds-hooks/commands/case_trace.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;

KnowledgePlaces places_of(const KnowledgePlaces& base, const std::string& path) {
  std::error_code ignored;
  KnowledgePlaces places = base;
  if (fs::exists(fs::path(path) / "core/facts.json", ignored)) places.root = path;
  else if (fs::is_directory(path, ignored)) places.rules = path;
  else places.replacement = path;
  return places;
}

// The ids of `a` that `b` lacks, separated by commas.
std::string without(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  std::string text;
  for (const auto& id : rest) text += (text.empty() ? "" : ", ") + id;
  return text;
}

void add_line(std::string& out, std::string_view what, const std::string& ids) {
  if (!ids.empty()) out.append("    ").append(what).append(ids).append("\n");
}

std::string difference_of(const TracedAssessment& before, const TracedAssessment& after) {
  std::string out;
  if (before.decision != after.decision) out += "    decision " + before.decision + " becomes " + after.decision + "\n";
  add_line(out, "now fires: ", without(after.fired, before.fired));
  add_line(out, "no longer fires: ", without(before.fired, after.fired));
  add_line(out, "now cannot say: ", without(after.undecided, before.undecided));
  add_line(out, "no longer open: ", without(before.undecided, after.undecided));
  return out;
}

std::string summary_of(const std::string& body) {
  const auto document = JsonDocument::parse(body);
  return document ? std::string(document->root()["cards"][std::size_t{0}]["summary"].text()) : std::string();
}

// What differs between two answers to one case; empty: nothing.
std::string difference_of(const CaseTrace& before, const CaseTrace& after) {
  std::string out;
  for (std::size_t i = 0; i < std::min(before.assessments.size(), after.assessments.size()); ++i)
    out += difference_of(before.assessments[i], after.assessments[i]);
  const auto was = summary_of(before.body), is = summary_of(after.body);
  if (was != is) out += "    summary was: " + was + "\n    summary is:  " + is + "\n";
  // Two bodies always differ in the digest of the knowledge; a text that changed shows in a rule that fires.
  return out;
}

}  // namespace

int diff_rules(const KnowledgePlaces& places, const std::string& before, const std::string& after, const std::string& cases) {
  const auto old_knowledge = ServiceKnowledge::load(places_of(places, before));
  if (!old_knowledge.ok()) return print_problems(old_knowledge.errors);
  const auto new_knowledge = ServiceKnowledge::load(places_of(places, after));
  if (!new_knowledge.ok()) return print_problems(new_knowledge.errors);
  const auto files = list_case_files(cases);
  if (files.empty()) return print_problem({ErrorCode::not_found, cases, "There are no cases (*.json) in this folder."});
  std::size_t different = 0;
  for (const auto& path : files) {
    const auto file = read_case_file(path);
    if (!file) return print_problem(file.error());
    const auto was = trace_case(**old_knowledge.value, *file), is = trace_case(**new_knowledge.value, *file);
    if (!was) return print_problem(was.error());
    if (!is) return print_problem(is.error());
    const auto difference = difference_of(*was, *is);
    if (difference.empty()) continue;
    ++different;
    print(file->name + "\n" + difference);
  }
  std::printf("%zu of %zu cases answer differently\n", different, files.size());
  return 0;
}

}  // namespace cathgate::cds_hooks
