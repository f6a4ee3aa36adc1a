#include <algorithm>
#include <cstdio>

#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "engine/knowledge.h"
#include "rules/proposal.h"

namespace cathgate::cds_hooks {
namespace {

std::string words_of(const std::string& id, const rules::Proposal& proposal) {
  std::string out;
  for (const auto& example : proposal.examples) {
    out += "  " + example.json + "\n";
    for (const auto& change : example.notices) out += "      notices " + change + "\n";
  }
  for (const auto& change : proposal.equivalent) out += "  makes no difference for any combination of values: " + change + "\n";
  for (const auto& change : proposal.open) out += "  no example was found for: " + change + "\n";
  return out.empty() ? out : id + "\n" + out;
}

}  // namespace

int propose_rule_examples(const KnowledgePlaces& places, const std::string& id) {
  const auto loaded = Knowledge::load(places);
  if (!loaded.ok()) return print_problems(loaded.errors);
  const Knowledge& knowledge = **loaded.value;
  if (!id.empty() && !knowledge.rules.find(id)) return print_problem({ErrorCode::not_found, id, "There is no rule of this id; docs/rules/ lists all."});
  std::size_t proposed = 0;
  for (const auto& rule : knowledge.rules.compiled()) {
    if (!id.empty() && rule.info.id != id) continue;
    const auto proposal = rules::propose_examples(rule, knowledge.facts);
    proposed += proposal.examples.size();
    print(words_of(rule.info.id, proposal));
  }
  std::printf("%zu examples proposed. Each expects what the rule says now: compare it with the source before it is taken over.\n", proposed);
  return 0;
}

}  // namespace cathgate::cds_hooks
