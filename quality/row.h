// A row of the ledger as it is stored: columns in a fixed order, identifiers hashed, payload sealed. Made on the
// caller's thread, because sealing and hashing cost more than the insert; only the link of the chain is left to the
// writer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"
#include "quality/keys.h"
#include "quality/ledger.h"
#include "store/database.h"

namespace cathgate::quality {

// An erasure is the tombstone of payloads whose keys were destroyed.
enum class Kind : std::uint8_t { answer, feedback, erasure };
inline constexpr Kind kKinds[] = {Kind::answer, Kind::feedback, Kind::erasure};

struct Column {
  std::string_view name;
  store::Type type;
};

// The first column of each kind is unique: what makes a repeat a repeat.
struct Table {
  std::string_view name;
  std::string_view label;  // first bytes of the canonical form
  std::span<const Column> columns;
};
const Table& table_of(Kind kind);

// Positions in SealedRow::cells.
namespace answer_cell {
enum Index : std::size_t {
  entry_id,
  recorded_at,
  tenant,
  service,
  hook,
  hook_instance,
  patient,
  order,
  key_id,
  encounter_class,
  decision,
  silent,
  as_of,
  language,
  program_version,
  knowledge_digest,
  card_ids,
  suggestion_ids
};
}
namespace feedback_cell {
enum Index : std::size_t {
  idempotency_key,
  recorded_at,
  tenant,
  service,
  card_id,
  outcome,
  outcome_timestamp,
  accepted_suggestions,
  reason_system,
  reason_code,
  key_id
};
}

namespace erasure_cell {
enum Index : std::size_t { erasure_id, recorded_at, tenant, rows, reason, key_id };
}

struct SealedRow {
  Kind kind = Kind::answer;
  std::vector<std::string> cells;  // as table_of(kind).columns; integers in decimal
  std::string payload_key;         // see Envelope; both empty: a feedback without comment
  std::string payload;
  Digest payload_digest{};  // of `payload`: a payload whose key was destroyed does not break the chain
  Digest content{};         // over the cells and payload_digest; the chain links these

  const std::string& tenant() const { return cells[2]; }
  const std::string& key_id() const {
    constexpr std::size_t kCells[] = {answer_cell::key_id, feedback_cell::key_id, erasure_cell::key_id};
    return cells[kCells[static_cast<std::size_t>(kind)]];
  }
  std::size_t size() const;  // bytes, roughly
};

// Errors (invalid_input): an identifier of a card or suggestion that holds white space.
Result<SealedRow> seal_answer(const LedgerEntry& entry, const KeyRing& keys, UnixSeconds now);
Result<SealedRow> seal_feedback(const FeedbackEntry& entry, const KeyRing& keys, UnixSeconds now);

// A tombstone for rows of one tenant; `reason` is a word of the operator's or of the program's ("retention").
SealedRow seal_erasure(const std::string& tenant, const std::vector<std::int64_t>& rows, const std::string& reason, const KeyRing& keys, UnixSeconds now);
// The row numbers that a tombstone names.
std::vector<std::int64_t> erased_rows(const SealedRow& erasure);
// The keyed hash under which a tenant's patient stands in the ledger.
std::string patient_hash(const KeyRing& keys, const std::string& tenant, std::string_view patient_id);

// Every cell with its length, in order: nothing can move from one cell to the next unseen. The payload is sealed to it.
std::string canonical_cells(Kind kind, const std::vector<std::string>& cells);
// Computes payload_digest and content anew from what the row holds.
void digest_row(SealedRow& row);
// The chain: each hash covers the one before, the row's number and its content.
Digest chain_hash(const Digest& previous, std::int64_t row_number, const Digest& content);

// Opens the payload again. `entry.patient_id` and `entry.order_reference` stay HMACs.
Result<LedgerEntry> open_answer(const SealedRow& row, const KeyRing& keys);
// The same without the payload.
LedgerEntry read_answer(const SealedRow& row);

// "a b c": identifiers never hold white space.
std::vector<std::string> split_ids(std::string_view joined);

// Length-prefixed fields (4 bytes, big-endian).
void append_field(std::string& out, std::string_view field);
// Takes one field off the front; false when the text is too short.
bool take_field(std::string_view& text, std::string_view& field);

}  // namespace cathgate::quality
