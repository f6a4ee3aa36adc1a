// The ledger: what was said, to whom (as keyed hashes), on which knowledge, and what came back. Append-only,
// hash-chained, payload encrypted. One writer thread owns the only writing connection and commits in groups.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace cathgate::quality {

struct LedgerOptions {
  std::string database;    // as store::read_connection(): a SQLite file, or a PostgreSQL server that several programs share
  std::string key_file;    // keys for HMAC and encryption, outside the database, mode 0600; created when missing
  std::string spill_file;  // bounded spill for answers that went out "not recorded"; replayed at start and when the
                           // store recovers. Empty: there is none, and spill() always refuses
  std::size_t queue_limit = 4096;  // entries waiting for the writer; beyond it record() refuses
  std::size_t spill_limit_bytes = 64u << 20;
  // Whose payloads are erased after how many days; looked at once an hour, by this program's clock.
  struct Retention {
    std::string tenant;
    std::int64_t days = 0;
  };
  std::vector<Retention> retention{};
  // Told about trouble and recovery in one sentence without patient data, from the writer's thread or from open(); may
  // be empty.
  std::function<void(std::string_view)> log;
};

// One answered request. Identifiers come in the clear and leave only as keyed HMACs.
struct LedgerEntry {
  std::string tenant;
  std::string service_id;
  std::string hook;
  std::string hook_instance;
  std::string patient_id;
  std::string order_reference;  // empty: not about an order
  std::string encounter_class;  // "acute", "ambulatory" or empty: unknown
  std::string decision;         // decision_name(); of the card, or "no_card"
  bool silent = false;
  UnixSeconds as_of = 0;
  std::string language;
  std::string program_version;
  std::string knowledge_digest;
  std::vector<std::string> card_ids;  // uuids of the cards of the answer, and of their suggestions after them
  std::vector<std::string> suggestion_ids;
  std::string response;  // the bytes that went out; encrypted
  std::string facts;     // canonical snapshot and order, as JSON; encrypted
  // Identifies this answer, so that one that is both recorded and spilled is stored once: new_entry_id(), set before
  // record() wherever spill() may follow. Empty: one is made.
  std::string entry_id;
};

// An identifier for LedgerEntry::entry_id: unique, and increasing with time, because a random one would touch a page of
// the index for each row.
std::string new_entry_id();

// One element of a feedback array, validated.
struct FeedbackEntry {
  std::string tenant;
  std::string service_id;
  std::string card_id;
  std::string outcome;            // "accepted" or "overridden"
  std::string outcome_timestamp;  // RFC 3339, as sent
  std::vector<std::string> accepted_suggestions;
  std::string reason_system;
  std::string reason_code;
  std::string user_comment;  // free text: encrypted, never in analytics
};

struct StoredEntry {
  std::int64_t row = 0;
  LedgerEntry entry;  // patient_id and order_reference hold their HMACs in hexadecimal
  std::string recorded_at;
};

struct VerifyReport {
  std::int64_t rows = 0;
  std::int64_t feedback_rows = 0;
  std::int64_t erasures = 0;             // tombstones
  std::optional<Error> first_problem;  // empty: the chain holds
};

// Since open(), for /metrics.
struct LedgerCounters {
  std::uint64_t answers = 0;  // rows that became durable
  std::uint64_t feedback = 0;
  std::uint64_t feedback_repeats = 0;        // not stored again
  std::uint64_t feedback_unknown_cards = 0;  // stored, although no answer of that tenant holds the card
  std::uint64_t refused = 0;                 // queue full, draining or unhealthy
  std::uint64_t failed = 0;                  // queued, then not written
  std::uint64_t spilled = 0;
  std::uint64_t replayed = 0;  // rows that came from the spill
};

class Ledger {
 public:
  // SQLite: takes the lock "<database>.lock": a second writer is refused (unavailable). PostgreSQL: several writers share
  // one chain, each with the same key file. A new key file is made only together
  // with a new database. Errors: invalid_input for the connection text, unavailable for files and locks, internal when
  // the ledger does not belong to the key or its end was cut.
  static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options);
  virtual ~Ledger() = default;

  // Calls `done` exactly once, on the writer's thread or at once when refused: the row number when durable, or why not.
  // Thread-safe.
  virtual void record(LedgerEntry entry, std::function<void(Result<std::int64_t>)> done) = 0;
  // Stores all of them or none; the count of rows that were new (a repeat of (tenant, card, outcome, suggestions,
  // timestamp) is not stored again). `done` is called once, when durable.
  virtual void record_feedback(std::vector<FeedbackEntry> entries, std::function<void(Result<std::size_t>)> done) = 0;
  // Puts an entry whose answer has gone out "not recorded" into the bounded spill; false when it is full or cannot be
  // written. It survives the process at once and a power cut as soon as the writer's thread has synced it, within its
  // next round. Thread-safe.
  virtual bool spill(LedgerEntry entry) = 0;
  // Rows waiting for the writer, for /metrics and readiness.
  virtual std::size_t queued() const = 0;
  // False from the first failed commit until the writer, which retries with a growing pause, has succeeded again;
  // meanwhile record() and record_feedback() refuse at once.
  virtual bool healthy() const = 0;
  virtual LedgerCounters counters() const { return {}; }
  // Writes what is queued and replays what is spilled, then stops; what the limit leaves is answered with unavailable,
  // or waits in the spill for the next start. Called once, before destruction.
  virtual void drain(std::chrono::milliseconds limit) = 0;
};

// Read-only access, for `cathgate replay` and `cathgate ledger verify`: never writes, never checkpoints.
class LedgerReader {
 public:
  static Result<std::unique_ptr<LedgerReader>> open(const LedgerOptions& options);
  virtual ~LedgerReader() = default;
  // By row number or by the uuid of a card (its newest row); not_found otherwise.
  virtual Result<StoredEntry> find(std::string_view id) = 0;
  // Walks the whole chain and checks every hash, key id and payload tag, the index of cards and the head record. A
  // problem of the ledger is in the report; an Error means that it could not be read to the end.
  virtual Result<VerifyReport> verify() = 0;
  // The newest rows first, without payloads.
  virtual Result<std::vector<StoredEntry>> latest(std::size_t count) = 0;
};

}  // namespace cathgate::quality
