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

using Ids = std::vector<std::string>;

// The ids of `a` that `b` lacks.
Ids without(const Ids& a, const Ids& b) {
  Ids rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

struct Difference {
  std::string order;
  std::string was, is;  // the decision
  Ids now_fires, no_longer_fires, now_cannot_say, no_longer_open;
  bool any() const { return was != is || !now_fires.empty() || !no_longer_fires.empty() || !now_cannot_say.empty() || !no_longer_open.empty(); }
};

struct CaseDifference {
  std::string name;
  std::vector<Difference> assessments;  // those that differ
  std::string summary_was, summary_is;  // of the first card
  bool any() const { return !assessments.empty() || summary_was != summary_is; }
};

std::string summary_of(const std::string& body) {
  const auto document = JsonDocument::parse(body);
  return document ? std::string(document->root()["cards"][std::size_t{0}]["summary"].text()) : std::string();
}

// Two bodies always differ in the digest of the knowledge, so that rules, decisions and the summary are compared.
CaseDifference difference_of(const CaseFile& file, const CaseTrace& before, const CaseTrace& after) {
  CaseDifference out{file.name, {}, summary_of(before.body), summary_of(after.body)};
  for (std::size_t i = 0; i < std::min(before.assessments.size(), after.assessments.size()); ++i) {
    const auto &b = before.assessments[i], &a = after.assessments[i];
    Difference one{a.order, b.decision, a.decision, without(a.fired, b.fired), without(b.fired, a.fired), without(a.undecided, b.undecided), without(b.undecided, a.undecided)};
    if (one.any()) out.assessments.push_back(std::move(one));
  }
  return out;
}

std::string text_of(const CaseDifference& difference) {
  std::string out = difference.name + "\n";
  const auto add = [&out](std::string_view what, const Ids& ids) {
    std::string list;
    for (const auto& id : ids) list += (list.empty() ? "" : ", ") + id;
    if (!list.empty()) out.append("    ").append(what).append(list).append("\n");
  };
  for (const auto& one : difference.assessments) {
    if (one.was != one.is) out += "    decision " + one.was + " becomes " + one.is + "\n";
    add("now fires: ", one.now_fires);
    add("no longer fires: ", one.no_longer_fires);
    add("now cannot say: ", one.now_cannot_say);
    add("no longer open: ", one.no_longer_open);
  }
  if (difference.summary_was != difference.summary_is) out += "    summary was: " + difference.summary_was + "\n    summary is:  " + difference.summary_is + "\n";
  return out;
}

void write(JsonWriter& w, const CaseDifference& difference) {
  const auto list = [&w](std::string_view key, const Ids& ids) {
    if (ids.empty()) return;
    w.key(key).start_array();
    for (const auto& id : ids) w.string(id);
    w.end_array();
  };
  w.start_object().member("case", difference.name).key("assessments").start_array();
  for (const auto& one : difference.assessments) {
    w.start_object().member("order", one.order).member("decision_was", one.was).member("decision_is", one.is);
    list("now_fires", one.now_fires);
    list("no_longer_fires", one.no_longer_fires);
    list("now_cannot_say", one.now_cannot_say);
    list("no_longer_open", one.no_longer_open);
    w.end_object();
  }
  w.end_array().member("summary_was", difference.summary_was).member("summary_is", difference.summary_is).end_object();
}

void print_all(const std::vector<CaseDifference>& differences, std::size_t cases, bool json) {
  if (!json) {
    for (const auto& difference : differences) print(text_of(difference));
    std::printf("%zu of %zu cases answer differently\n", differences.size(), cases);
    return;
  }
  JsonWriter w;
  w.start_object().key("different").start_array();
  for (const auto& difference : differences) write(w, difference);
  w.end_array().key("cases").integer(static_cast<std::int64_t>(cases)).end_object();
  print(indented(w.take()));
}

}  // namespace

int diff_rules(const KnowledgePlaces& places, const std::string& before, const std::string& after, const std::string& cases, bool json) {
  const auto old_knowledge = ServiceKnowledge::load(places_of(places, before));
  if (!old_knowledge.ok()) return print_problems(old_knowledge.errors);
  const auto new_knowledge = ServiceKnowledge::load(places_of(places, after));
  if (!new_knowledge.ok()) return print_problems(new_knowledge.errors);
  const auto files = list_case_files(cases);
  if (files.empty()) return print_problem({ErrorCode::not_found, cases, "There are no cases (*.json) in this folder."});
  std::vector<CaseDifference> differences;
  for (const auto& path : files) {
    const auto file = read_case_file(path);
    if (!file) return print_problem(file.error());
    const auto was = trace_case(**old_knowledge.value, *file), is = trace_case(**new_knowledge.value, *file);
    if (!was) return print_problem(was.error());
    if (!is) return print_problem(is.error());
    if (auto difference = difference_of(*file, *was, *is); difference.any()) differences.push_back(std::move(difference));
  }
  return print_all(differences, files.size(), json), 0;
}

}  // namespace cathgate::cds_hooks
