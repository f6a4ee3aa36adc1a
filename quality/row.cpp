#include "quality/row.h"

#include <algorithm>
#include <charconv>

#include "quality/envelope.h"

namespace cathgate::quality {
namespace {

using store::Type;

constexpr Column kAnswerColumns[] = {
    {"entry_id", Type::text},
    {"recorded_at", Type::text},
    {"tenant", Type::text},
    {"service", Type::text},
    {"hook", Type::text},
    {"hook_instance", Type::text},
    {"patient", Type::text},
    {"order_reference", Type::text},
    {"key_id", Type::text},
    {"encounter_class", Type::text},
    {"decision", Type::text},
    {"silent", Type::integer},
    {"as_of", Type::integer},
    {"language", Type::text},
    {"program_version", Type::text},
    {"knowledge_digest", Type::text},
    {"card_ids", Type::text},
    {"suggestion_ids", Type::text},
};
constexpr Column kFeedbackColumns[] = {
    {"idempotency_key", Type::text},
    {"recorded_at", Type::text},
    {"tenant", Type::text},
    {"service", Type::text},
    {"card_id", Type::text},
    {"outcome", Type::text},
    {"outcome_timestamp", Type::text},
    {"accepted_suggestions", Type::text},
    {"reason_system", Type::text},
    {"reason_code", Type::text},
    {"key_id", Type::text},
};
constexpr Column kErasureColumns[] = {
    {"erasure_id", Type::text}, {"recorded_at", Type::text}, {"tenant", Type::text}, {"erased_rows", Type::text}, {"reason", Type::text}, {"key_id", Type::text},
};
constexpr Table kAnswers = {"ledger", "cathgate-ledger/1/answer", kAnswerColumns};
constexpr Table kFeedback = {"ledger_feedback", "cathgate-ledger/1/feedback", kFeedbackColumns};

constexpr Table kErasures = {"ledger_erasure", "cathgate-ledger/1/erasure", kErasureColumns};

Error bad_identifier(const char* where) {
  return {ErrorCode::invalid_input, where, "An identifier of a card or suggestion is empty or holds white space."};
}

bool join_ids(const std::vector<std::string>& ids, std::string& joined) {
  for (const auto& id : ids) {
    if (id.empty() || id.find_first_of(" \t\r\n") != std::string::npos) return false;
    if (!joined.empty()) joined += ' ';
    joined += id;
  }
  return true;
}

// An identifier leaves only as a keyed hash; its kind is part of it, so that a patient and an order never collide.
std::string hashed(const Key& key, std::string_view kind, std::string_view identifier) {
  if (identifier.empty()) return {};
  std::string text(kind);
  text += '/';
  text += identifier;
  return to_hex(hmac_sha256(key.view(), text));
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void digest_cells(SealedRow& row, std::string canonical) {
  row.payload_digest = sha256(row.payload);
  canonical += view(row.payload_digest);
  row.content = sha256(canonical);
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}

std::int64_t read_integer(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

const Table& table_of(Kind kind) {
  return kind == Kind::answer ? kAnswers : kind == Kind::feedback ? kFeedback : kErasures;
}

std::size_t SealedRow::size() const {
  std::size_t total = payload.size() + payload_key.size() + sizeof(SealedRow);
  for (const auto& cell : cells) total += cell.size() + sizeof(std::string);
  return total;
}

void append_field(std::string& out, std::string_view field) {
  append_big_endian(out, field.size(), 4);
  out += field;
}

bool take_field(std::string_view& text, std::string_view& field) {
  if (text.size() < 4) return false;
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(text[i]);
  if (text.size() - 4 < length) return false;
  field = text.substr(4, length);
  text.remove_prefix(4 + length);
  return true;
}

std::string canonical_cells(Kind kind, const std::vector<std::string>& cells) {
  std::string out(table_of(kind).label);
  out.reserve(1024);
  for (const auto& cell : cells) append_field(out, cell);
  return out;
}

void digest_row(SealedRow& row) {
  digest_cells(row, canonical_cells(row.kind, row.cells));
}

Digest chain_hash(const Digest& previous, std::int64_t row_number, const Digest& content) {
  std::string text(view(previous));
  append_big_endian(text, static_cast<std::uint64_t>(row_number), 8);
  text += view(content);
  return sha256(text);
}

Result<SealedRow> seal_answer(const LedgerEntry& entry, const KeyRing& keys, UnixSeconds now) {
  std::string cards, suggestions;
  if (!join_ids(entry.card_ids, cards)) return bad_identifier("card_ids");
  if (!join_ids(entry.suggestion_ids, suggestions)) return bad_identifier("suggestion_ids");
  const TenantKeys& tenant = keys.tenant(entry.tenant);
  SealedRow row;
  row.cells = {entry.entry_id.empty() ? new_entry_id() : entry.entry_id,
               write_instant(now),
               entry.tenant,
               entry.service_id,
               entry.hook,
               entry.hook_instance,
               hashed(tenant.identifiers, "patient", entry.patient_id),
               hashed(tenant.identifiers, "order", entry.order_reference),
               keys.id(),
               entry.encounter_class,
               entry.decision,
               entry.silent ? "1" : "0",
               std::to_string(entry.as_of),
               entry.language,
               entry.program_version,
               entry.knowledge_digest,
               std::move(cards),
               std::move(suggestions)};
  std::string canonical = canonical_cells(row.kind, row.cells);
  std::string length;
  append_big_endian(length, entry.response.size(), 4);
  Envelope sealed = seal(tenant.wrapping, canonical, {length, entry.response, entry.facts});
  row.payload_key = std::move(sealed.key);
  row.payload = std::move(sealed.body);
  digest_cells(row, std::move(canonical));
  return row;
}

Result<SealedRow> seal_feedback(const FeedbackEntry& entry, const KeyRing& keys, UnixSeconds now) {
  std::vector<std::string> sorted = entry.accepted_suggestions;
  std::sort(sorted.begin(), sorted.end());
  std::string suggestions, idempotency;
  if (!join_ids(sorted, suggestions)) return bad_identifier("accepted_suggestions");
  for (const std::string_view field :
       {std::string_view(entry.tenant), std::string_view(entry.card_id), std::string_view(entry.outcome),
        std::string_view(suggestions), std::string_view(entry.outcome_timestamp)})
    append_field(idempotency, field);
  SealedRow row;
  row.kind = Kind::feedback;
  row.cells = {to_hex(sha256(idempotency)),
               write_instant(now),
               entry.tenant,
               entry.service_id,
               entry.card_id,
               entry.outcome,
               entry.outcome_timestamp,
               std::move(suggestions),
               entry.reason_system,
               entry.reason_code,
               keys.id()};
  std::string canonical = canonical_cells(row.kind, row.cells);
  if (!entry.user_comment.empty()) {
    Envelope sealed = seal(keys.tenant(entry.tenant).wrapping, canonical, {entry.user_comment});
    row.payload_key = std::move(sealed.key);
    row.payload = std::move(sealed.body);
  }
  digest_cells(row, std::move(canonical));
  return row;
}

SealedRow seal_erasure(const std::string& tenant, const std::vector<std::int64_t>& rows, const std::string& reason, const KeyRing& keys, UnixSeconds now) {
  std::string numbers;
  for (const std::int64_t row : rows) numbers.append(numbers.empty() ? "" : " ").append(std::to_string(row));
  SealedRow row;
  row.kind = Kind::erasure;
  row.cells = {new_entry_id(), write_instant(now), tenant, std::move(numbers), reason, keys.id()};
  digest_row(row);
  return row;
}

std::vector<std::int64_t> erased_rows(const SealedRow& erasure) {
  std::vector<std::int64_t> rows;
  for (const auto& number : split_ids(erasure.cells[erasure_cell::rows])) rows.push_back(read_integer(number));
  return rows;
}

std::string patient_hash(const KeyRing& keys, const std::string& tenant, std::string_view patient_id) {
  return hashed(keys.tenant(tenant).identifiers, "patient", patient_id);
}

// The layout of RFC 9562 version 7: 48 bits of milliseconds, then chance.
std::string new_entry_id() {
  std::string id = random_uuid();
  std::string time;
  append_big_endian(time,
                    static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                   std::chrono::system_clock::now().time_since_epoch())
                                                   .count()),
                    6);
  const std::string hex = to_hex(time);
  id.replace(0, 8, hex, 0, 8).replace(9, 4, hex, 8, 4);
  id[14] = '7';
  return id;
}

std::vector<std::string> split_ids(std::string_view joined) {
  std::vector<std::string> ids;
  while (!joined.empty()) {
    const auto end = std::min(joined.find(' '), joined.size());
    ids.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return ids;
}

LedgerEntry read_answer(const SealedRow& row) {
  const auto& cell = row.cells;
  LedgerEntry entry;
  entry.entry_id = cell[answer_cell::entry_id];
  entry.tenant = cell[answer_cell::tenant];
  entry.service_id = cell[answer_cell::service];
  entry.hook = cell[answer_cell::hook];
  entry.hook_instance = cell[answer_cell::hook_instance];
  entry.patient_id = cell[answer_cell::patient];
  entry.order_reference = cell[answer_cell::order];
  entry.encounter_class = cell[answer_cell::encounter_class];
  entry.decision = cell[answer_cell::decision];
  entry.silent = cell[answer_cell::silent] == "1";
  entry.as_of = read_integer(cell[answer_cell::as_of]);
  entry.language = cell[answer_cell::language];
  entry.program_version = cell[answer_cell::program_version];
  entry.knowledge_digest = cell[answer_cell::knowledge_digest];
  entry.card_ids = split_ids(cell[answer_cell::card_ids]);
  entry.suggestion_ids = split_ids(cell[answer_cell::suggestion_ids]);
  return entry;
}

Result<LedgerEntry> open_answer(const SealedRow& row, const KeyRing& keys) {
  auto text = open_envelope(keys.tenant(row.tenant()).wrapping, canonical_cells(row.kind, row.cells), row.payload_key,
                            row.payload);
  if (!text) return text.error();
  LedgerEntry entry = read_answer(row);
  std::string_view rest = *text, response;
  if (!take_field(rest, response)) return Error{ErrorCode::internal, "payload", "The payload has no response."};
  entry.response = response;
  entry.facts = rest;
  return entry;
}

}  // namespace cathgate::quality
