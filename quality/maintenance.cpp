#include "quality/maintenance.h"

#include <charconv>

#include "core/json.h"
#include "core/time.h"
#include "quality/envelope.h"
#include "quality/stored_rows.h"
#include "store/connection.h"
#include "store/file_lock.h"

namespace cathgate::quality {
namespace {

using store::Type;

constexpr std::string_view kPage = "where row_no > :after order by row_no limit 64";
constexpr std::string_view kMostRows = "500";  // of one tombstone

Error unavailable(std::string message) { return {ErrorCode::unavailable, "ledger", std::move(message)}; }

// The condition of a selection on one table, with its one text parameter besides the tenant.
struct Condition {
  std::string sql;
  std::string value;
};
Condition condition_of(Kind kind, const EraseSelection& selection, const KeyRing& keys) {
  if (selection.before) return {"recorded_at < :value", write_instant(*selection.before)};
  if (selection.row > 0) return {"row_no = :value", {}};
  const std::string patient = patient_hash(keys, selection.tenant, selection.patient_id);
  if (kind == Kind::answer) return {"patient = :value", patient};
  return {"card_id in (select c.card_id from ledger_card c join ledger l on l.row_no = c.row_no where l.tenant = ledger_feedback.tenant and l.patient = :value)", patient};
}

Result<std::vector<std::int64_t>> select_rows(store::Database& database, Kind kind, const EraseSelection& selection, const KeyRing& keys) {
  const Condition condition = condition_of(kind, selection, keys);
  const bool by_row = selection.row > 0;
  auto statement = database.prepare("select row_no from " + std::string(table_of(kind).name) + " where tenant = :tenant and length(payload_key) > 0 and " + condition.sql +
                                        " order by row_no limit " + std::string(kMostRows),
                                    {Type::text, by_row ? Type::integer : Type::text}, {Type::integer});
  if (!statement) return statement.error();
  statement->bind(0, selection.tenant);
  if (by_row) statement->bind(1, selection.row);
  else statement->bind(1, condition.value);
  const auto found = statement->query();
  if (!found) return found.error();
  std::vector<std::int64_t> rows;
  for (const auto& row : *found) rows.push_back(row[0].integer);
  return rows;
}

// One tombstone's worth; how many payloads, 0 when none is left.
Result<std::int64_t> erase_some(Tables& tables, const KeyRing& keys, const EraseSelection& selection, const std::string& reason, UnixSeconds now) {
  std::vector<std::int64_t> rows;
  for (const Kind kind : {Kind::answer, Kind::feedback}) {
    const auto found = select_rows(tables.database(), kind, selection, keys);
    if (!found) return found.error();
    rows.insert(rows.end(), found->begin(), found->end());
  }
  if (rows.empty()) return std::int64_t{0};
  return tables.erase(selection.tenant, rows, reason, now);
}

struct Source {
  std::unique_ptr<store::Database> database;
  std::unique_ptr<KeyRing> keys;
};
Result<Source> open_source(const LedgerOptions& options) {
  auto database = store::Database::open(options.database, store::Access::reader);
  if (!database) return database.error();
  auto keys = KeyRing::load(options.key_file);
  if (!keys) return keys.error();
  return Source{std::move(database).value(), std::move(keys).value()};
}

// The rows of all kinds in the order of the chain, from row 1 to `last`.
template <class Visit>
std::optional<Error> walk(store::Database& database, std::int64_t last, Visit visit) {
  std::vector<StoredRows> tables;
  std::vector<std::vector<StoredRow>> pages(std::size(kKinds));
  std::vector<std::size_t> next(std::size(kKinds), 0);
  for (const Kind kind : kKinds) {
    auto rows = StoredRows::prepare(database, kind, kPage);
    if (!rows) return rows.error();
    tables.push_back(std::move(rows).value());
  }
  for (std::int64_t number = 1; number <= last; ++number) {
    const StoredRow* found = nullptr;
    for (std::size_t i = 0; i < tables.size() && !found; ++i) {
      if (next[i] == pages[i].size()) {
        auto page = tables[i].read(number - 1);
        if (!page) return page.error();
        pages[i] = std::move(page).value();
        next[i] = 0;
      }
      if (next[i] < pages[i].size() && pages[i][next[i]].number == number) found = &pages[i][next[i]++];
    }
    if (!found) return Error{ErrorCode::internal, "row " + std::to_string(number), "The row is missing."};
    if (auto problem = visit(*found)) return problem;
  }
  return std::nullopt;
}

std::optional<Error> copy_rows(store::Database& database, const Head& head, Tables& target) {
  std::int64_t waiting = 0;
  if (auto problem = target.begin()) return problem;
  auto add = [&](const StoredRow& stored) -> std::optional<Error> {
    if (const auto added = target.add(stored.row); !added) return added.error();
    if (++waiting % 256 != 0) return std::nullopt;
    if (auto problem = target.commit()) return problem;
    return target.begin();
  };
  if (auto problem = walk(database, head.row, add)) return problem;
  if (auto problem = target.commit()) return problem;
  if (target.committed() != head) return Error{ErrorCode::internal, "ledger", "The copy ends in another hash than the ledger: a row was changed."};
  return std::nullopt;
}

void write_payload(JsonWriter& w, const SealedRow& row, const KeyRing& keys) {
  if (row.kind == Kind::answer) {
    const auto entry = open_answer(row, keys);
    if (!entry) return;
    w.member("response", std::string_view(entry->response)).member("facts", std::string_view(entry->facts));
    return;
  }
  const auto comment = open_envelope(keys.tenant(row.tenant()).wrapping, canonical_cells(row.kind, row.cells), row.payload_key, row.payload);
  if (comment) w.member("comment", std::string_view(*comment));
}

std::string write_line(const StoredRow& stored, const ExportOptions& what, const KeyRing& keys) {
  static constexpr std::string_view kKindNames[] = {"answer", "feedback", "erasure"};
  const SealedRow& row = stored.row;
  JsonWriter w;
  w.start_object().member("row", stored.number).member("kind", kKindNames[static_cast<std::size_t>(row.kind)]);
  const auto columns = table_of(row.kind).columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::int64_t number = 0;
    const std::string& cell = row.cells[i];
    if (columns[i].type == Type::text) w.member(columns[i].name, std::string_view(cell));
    else std::from_chars(cell.data(), cell.data() + cell.size(), number), w.member(columns[i].name, number);
  }
  const bool has_payload = !row.payload.empty();
  if (has_payload) w.member("erased", row.payload_key.empty());
  if (has_payload && what.payloads && !row.payload_key.empty()) write_payload(w, row, keys);
  w.member("hash", std::string_view(stored.hash)).end_object();
  return w.take();
}

}  // namespace

Result<std::int64_t> erase(Tables& tables, const KeyRing& keys, const EraseSelection& selection, const std::string& reason, UnixSeconds now) {
  for (std::int64_t total = 0;;) {
    if (auto problem = tables.begin()) return *problem;
    const auto some = erase_some(tables, keys, selection, reason, now);
    auto problem = some ? tables.commit() : some.error();
    if (problem) {
      tables.rollback();
      return *problem;
    }
    if (*some == 0) return total;
    total += *some;
  }
}

Result<std::int64_t> erase(const LedgerOptions& options, const EraseSelection& selection, const std::string& reason, UnixSeconds now) {
  const auto connection = store::read_connection(options.database);
  if (!connection) return connection.error();
  auto lock = store::lock_for_writing(*connection);
  if (!lock) return lock.error();
  auto keys = KeyRing::load(options.key_file);
  if (!keys) return keys.error();
  auto tables = Tables::open(options.database, **keys);
  if (!tables) return tables.error();
  return erase(**tables, **keys, selection, reason, now);
}

Result<std::int64_t> copy_ledger(const LedgerOptions& from, const std::string& to_database) {
  const auto source = open_source(from);
  if (!source) return source.error();
  if (auto problem = source->database->begin_snapshot()) return *problem;
  const auto head = read_head(*source->database, *source->keys);
  if (!head) return head.error();
  auto target = Tables::open(to_database, *source->keys);
  if (!target) return target.error();
  if ((*target)->committed().row != 0) return unavailable("The target holds a ledger already.");
  if (auto problem = copy_rows(*source->database, *head, **target)) {
    (*target)->rollback();
    return *problem;
  }
  source->database->rollback();
  return head->row;
}

std::optional<Error> export_ledger(const LedgerOptions& options, const ExportOptions& what, const std::function<void(std::string_view)>& line) {
  const auto source = open_source(options);
  if (!source) return source.error();
  if (auto problem = source->database->begin_snapshot()) return problem;
  const auto head = read_head(*source->database, *source->keys);
  if (!head) return head.error();
  const auto write = [&](const StoredRow& stored) -> std::optional<Error> {
    if (what.tenant.empty() || stored.row.tenant() == what.tenant) line(write_line(stored, what, *source->keys));
    return std::nullopt;
  };
  auto problem = walk(*source->database, head->row, write);
  source->database->rollback();
  return problem;
}

}  // namespace cathgate::quality
