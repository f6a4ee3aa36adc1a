// The commands of the program `cathgate`, beside the server. Each writes its result to stdout and problems to stderr, and
// returns the exit code: 0, or 1 when it found a problem or could not do its work. The command line itself is main.cpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cds-hooks/config.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {

// Where the knowledge lies: `given`, else `configured`, else PREFIX/share/cathgate beside the program PREFIX/bin/cathgate,
// else the source tree. Empty strings count as not given.
std::string find_knowledge_root(std::string_view given, std::string_view configured, std::string_view source_tree);

// Loads all knowledge, which runs every example and golden row; prints counts, or every problem. A text that a
// language lacks is a problem, too. `path` may be empty, another
// knowledge root, a folder of a site's rules, or one rule file: it takes the place of the library's file of the same id, or
// stands on top of the library as a site's.
int check_knowledge(const KnowledgePlaces& places, const std::string& path);

enum class OutputForm { automatic, json, text };  // automatic: text on a terminal, otherwise JSON

struct AssessOptions {
  std::string file;   // a hook request or a Bundle; "-": stdin
  std::string as_of;  // FHIR instant; empty: now
  OutputForm form = OutputForm::automatic;
  bool fhir = false;  // print the endotype as FHIR resources instead of the cards
};
// Answers a request from the command line; nothing is recorded. A Bundle is assessed as the complete record of its one
// patient, about whom an order for coronary angiography is being signed.
int assess_file(const Config& config, const KnowledgePlaces& places, const AssessOptions& options);

// The request of a case file of tests/cases; with `today` all its dates are moved as if the case were of today.
int print_case_request(const std::string& file, bool today);
// The cards of an answer as readable text. "-": stdin.
int show_answer(const std::string& file);

// The stored bytes of an answer (by row number or by the uuid of a card). With `recompute` the stored facts are evaluated
// again, and every difference is named.
int replay(const Config& config, const KnowledgePlaces& places, const std::string& id, bool recompute);

int verify_ledger(const Config& config);
int list_ledger(const Config& config, std::size_t count);

// Copies the ledger, also of a running server, into an empty database; and back into the configured one.
int backup_ledger(const Config& config, const std::string& to);
int restore_ledger(const Config& config, const std::string& from);
// Every row as a line of JSON; with `payloads` decrypted, patients' data in the clear.
int export_ledger(const Config& config, const std::string& tenant, bool payloads);

struct EraseOptions {
  std::string tenant;   // empty: the first
  std::string patient;  // one of these three
  std::int64_t row = 0;
  std::int64_t older_than_days = 0;
  std::string reason = "request";
};
// Destroys the keys of payloads and leaves a tombstone.
int erase_ledger(const Config& config, const EraseOptions& options);

}  // namespace cathgate::cds_hooks
