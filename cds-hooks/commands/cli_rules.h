// The commands of `cathgate rule`, the bench of those who write rules. Each returns the exit code: 0, or 1 when it found a
// problem.
#pragma once

#include <string>

#include "engine/knowledge.h"

namespace cathgate::cds_hooks {

// The rule in words: condition, effect, source, truth table at the edges; with a case also why it fired, stayed silent or could
// not say there.
int explain_rule(const KnowledgePlaces& places, const std::string& id, const std::string& case_file, bool json);

// Which cases of a folder answer differently. `before` and `after` are each a knowledge root, a folder of rule files or one
// rule file, which then stands in for the library's file of the same id.
int diff_rules(const KnowledgePlaces& places, const std::string& before, const std::string& after, const std::string& cases, bool json);

// Writes the pages of docs/rules/ into `folder`; with `check` only says which are not current.
int write_catalogue(const KnowledgePlaces& places, const std::string& folder, bool check);

// Prints the JSON Schema of a rule file, for editors; with `file` only says whether that file is current.
int print_rule_schema(const KnowledgePlaces& places, const std::string& file);

// Changes one thing of each rule at a time and counts which changes an example or a case catches. `cases` may be empty;
// `reviewed` is the file of the survivors that were found to be equivalent. 1 when less than `at_least` per cent of the other
// mutants of rules that drive advice are caught, or when `reviewed` names something that does not survive.
int check_mutations(const KnowledgePlaces& places, const std::string& cases, const std::string& reviewed, bool list_all, double at_least);

// Prints, for one rule or (`id` empty) for all, the examples that would notice what no example notices yet.
int propose_rule_examples(const KnowledgePlaces& places, const std::string& id);

}  // namespace cathgate::cds_hooks
