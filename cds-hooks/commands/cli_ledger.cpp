#include <cstdio>

#include "cds-hooks/app.h"
#include "cds-hooks/commands/cli.h"
#include "cds-hooks/commands/cli_difference.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/version.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kShownDifferences = 20;

void note(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

int report_difference(const std::string& stored, const std::string& computed) {
  const auto before = JsonDocument::parse(stored);
  const auto after = JsonDocument::parse(computed);
  if (!before) return print_problem(before.error());
  if (!after) return print_problem(after.error());
  const auto paths = differing_paths(before->root(), after->root(), kShownDifferences);
  for (const std::string& path : paths) note("differs: " + path);
  note(paths.empty() ? "the bytes differ, the values do not" : "the answer would be another today");
  return 1;
}

int compare(const ServiceKnowledge& knowledge, const quality::LedgerEntry& entry) {
  if (entry.knowledge_digest != knowledge.digest) note("the answer was given on other knowledge: " + entry.knowledge_digest);
  if (entry.program_version != kProgramVersion) note("the answer was given by version " + entry.program_version);
  const auto computed = recompute(knowledge, entry);
  if (!computed) return print_problem(computed.error());
  if (*computed == entry.response) return note("recomputed: the same bytes"), 0;
  // A spilled answer carries the mark with which it went out.
  if (mark_not_recorded(knowledge.messages, entry.language, *computed) == entry.response) {
    return note("recomputed: the same bytes, marked not recorded"), 0;
  }
  return report_difference(entry.response, *computed);
}

}  // namespace

int replay(const Config& config, const KnowledgePlaces& places, const std::string& id, bool recompute) {
  const auto reader = quality::LedgerReader::open(ledger_options(config));
  if (!reader) return print_problem(reader.error());
  const auto stored = (*reader)->find(id);
  if (!stored) return print_problem(stored.error());
  print(stored->entry.response);
  if (!recompute) return 0;
  const auto knowledge = ServiceKnowledge::load(places);
  if (!knowledge.ok()) return print_problems(knowledge.errors);
  return compare(**knowledge.value, stored->entry);
}

int verify_ledger(const Config& config) {
  const auto reader = quality::LedgerReader::open(ledger_options(config));
  if (!reader) return print_problem(reader.error());
  const auto report = (*reader)->verify();
  if (!report) return print_problem(report.error());
  std::printf("answers   %lld\nfeedback  %lld\nerasures  %lld\n", static_cast<long long>(report->rows), static_cast<long long>(report->feedback_rows),
              static_cast<long long>(report->erasures));
  if (report->first_problem) return print_problem(*report->first_problem);
  print("the chain holds\n");
  return 0;
}

int list_ledger(const Config& config, std::size_t count) {
  const auto reader = quality::LedgerReader::open(ledger_options(config));
  if (!reader) return print_problem(reader.error());
  const auto entries = (*reader)->latest(count);
  if (!entries) return print_problem(entries.error());
  for (const auto& stored : *entries) {
    std::printf("%8lld  %s  %-22s  %-24s  %s\n", static_cast<long long>(stored.row), stored.recorded_at.c_str(), stored.entry.service_id.c_str(),
                stored.entry.decision.c_str(), stored.entry.card_ids.empty() ? "-" : stored.entry.card_ids.front().c_str());
  }
  return 0;
}

}  // namespace cathgate::cds_hooks
