#include "quality/tables.h"

#include <charconv>

namespace cathgate::quality {
namespace {

using store::Type;

constexpr std::int64_t kSchemaVersion = 2;  // 2 has erasures

std::string create_table(const store::Database& database, const Table& table) {
  std::string sql = "create table if not exists " + std::string(table.name) + " (row_no " +
                    std::string(database.column_type(Type::integer)) + " primary key";
  bool first = true;
  for (const Column& column : table.columns) {
    sql += ", " + std::string(column.name) + " " + std::string(database.column_type(column.type)) + " not null" +
           (first ? " unique" : "");
    first = false;
  }
  const std::string bytes(database.column_type(Type::bytes));
  return sql + ", payload_key " + bytes + ", payload " + bytes +
         ", payload_digest text not null, previous_hash text not null, hash text not null)";
}

std::string insert_into(const Table& table, std::vector<Type>& types) {
  std::string names = "row_no", values = ":row_no";
  types = {Type::integer};
  for (const Column& column : table.columns) {
    names += ", " + std::string(column.name);
    values += ", :" + std::string(column.name);
    types.push_back(column.type);
  }
  types.insert(types.end(), {Type::bytes, Type::bytes, Type::text, Type::text, Type::text});
  return "insert into " + std::string(table.name) + " (" + names +
         ", payload_key, payload, payload_digest, previous_hash, hash) values (" + values +
         ", :payload_key, :payload, :payload_digest, :previous_hash, :hash) on conflict (" +
         std::string(table.columns[0].name) + ") do nothing";
}

// Moves a prepared statement to where it is kept, or says why there is none.
std::optional<Error> keep(Result<store::Statement> prepared, std::optional<store::Statement>& place) {
  if (!prepared) return prepared.error();
  place.emplace(std::move(prepared).value());
  return std::nullopt;
}

Result<std::vector<store::Row>> select(store::Database& database, const std::string& sql,
                                       const std::vector<Type>& columns) {
  auto statement = database.prepare(sql, {}, columns);
  if (!statement) return statement.error();
  return statement->query();
}

Error broken(std::string message) {
  return {ErrorCode::internal, "ledger", std::move(message)};
}

}  // namespace

std::optional<Digest> read_digest(std::string_view hex) {
  Digest digest;
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* const at = hex.data() + 2 * i;
    if (std::from_chars(at, at + 2, digest[i], 16).ptr != at + 2) return std::nullopt;
  }
  return digest;
}

std::string head_mac(const KeyRing& keys, const Head& head) {
  return to_hex(
      hmac_sha256(keys.head().view(), "cathgate-ledger/1/head/" + std::to_string(head.row) + "/" + to_hex(head.hash)));
}

namespace {

const std::vector<Type> kHeadColumns = {Type::integer, Type::text, Type::text, Type::text};
constexpr const char* kSelectHead = "select row_no, hash, key_id, mac from ledger_head";

Result<Head> head_of(const std::vector<store::Row>& rows, const KeyRing& keys) {
  if (rows.size() != 1) return broken("The head record of the ledger is missing.");
  const store::Row& row = rows.front();
  if (row[2].text != keys.id())
    return broken("The ledger was written with key " + row[2].text + ", but the key file holds " + keys.id() + ".");
  const auto hash = read_digest(row[1].text);
  if (!hash) return broken("The head record of the ledger is damaged.");
  const Head head{row[0].integer, *hash};
  if (head_mac(keys, head) != row[3].text)
    return broken("The head record of the ledger is not authentic: it was changed without the key.");
  return head;
}

}  // namespace

Result<Head> read_head(store::Database& database, const KeyRing& keys) {
  auto version = select(database, "select version from schema_version", {Type::integer});
  if (!version) return version.error();
  if (version->size() != 1 || (*version)[0][0].integer != kSchemaVersion)
    return broken("The ledger has another schema version than this program (" + std::to_string(kSchemaVersion) + ").");
  auto rows = select(database, kSelectHead, kHeadColumns);
  if (!rows) return rows.error();
  return head_of(*rows, keys);
}

Result<std::unique_ptr<Tables>> Tables::open(const std::string& connection, const KeyRing& keys) {
  auto database = store::Database::open(connection, store::Access::writer);
  if (!database) return database.error();
  std::unique_ptr<Tables> tables(new Tables(std::move(database).value(), keys));
  if (auto problem = tables->create()) return *problem;
  auto head = read_head(*tables->database_, keys);
  if (!head) return head.error();
  tables->committed_ = tables->pending_ = *head;
  if (auto problem = tables->prepare()) return *problem;
  if (auto problem = tables->check_end()) return *problem;
  return tables;
}

// An empty database becomes a ledger, an older ledger one of this version. Whoever comes second finds the work done.
std::optional<Error> Tables::create() {
  auto version = select(*database_, "select version from schema_version", {Type::integer});
  if (version && version->size() == 1 && (*version)[0][0].integer == kSchemaVersion) return std::nullopt;
  if (version && (version->size() != 1 || (*version)[0][0].integer != 1)) return std::nullopt;  // read_head() will refuse it
  auto problem = database_->begin();
  if (!problem) problem = database_->exclude_others();
  if (!problem) problem = migrate();
  if (!problem) problem = database_->commit();
  if (problem) database_->rollback();
  return problem;
}

std::optional<Error> Tables::migrate() {
  const std::string integer(database_->column_type(Type::integer));
  const Head empty;
  const std::string statements[] = {
      create_table(*database_, table_of(Kind::answer)),
      create_table(*database_, table_of(Kind::feedback)),
      create_table(*database_, table_of(Kind::erasure)),
      "create table if not exists ledger_card (card_id text not null, row_no " + integer +
          " not null, tenant text not null, primary key (card_id, row_no))",
      "create table if not exists ledger_head (row_no " + integer +
          " not null, hash text not null, key_id text not null, mac text not null)",
      "create table if not exists schema_version (version " + integer + " not null)",
      "insert into ledger_head (row_no, hash, key_id, mac) select 0, '" + to_hex(empty.hash) + "', '" + keys_.id() + "', '" +
          head_mac(keys_, empty) + "' where not exists (select 1 from ledger_head)",
      "delete from schema_version",
      "insert into schema_version (version) values (" + std::to_string(kSchemaVersion) + ")",
  };
  for (const auto& statement : statements)
    if (auto problem = database_->execute(statement)) return problem;
  return std::nullopt;
}

std::optional<Error> Tables::prepare() {
  std::vector<Type> types;
  for (const Kind kind : kKinds) {
    const Table& table = table_of(kind);
    const auto index = static_cast<std::size_t>(kind);
    const std::string sql = insert_into(table, types);
    if (auto problem = keep(database_->prepare(sql, types), insert_[index])) return problem;
    const std::string unique(table.columns[0].name);
    if (auto problem =
            keep(database_->prepare("select row_no from " + std::string(table.name) + " where " + unique + " = :value",
                                    {Type::text}, {Type::integer}),
                 find_[index]))
      return problem;
  }
  if (auto problem = keep(database_->prepare("insert into ledger_card (card_id, row_no, tenant) values (:card, "
                                             ":row_no, :tenant) on conflict (card_id, row_no) do nothing",
                                             {Type::text, Type::integer, Type::text}),
                          insert_card_))
    return problem;
  if (auto problem =
          keep(database_->prepare("select 1 from ledger_card where card_id = :card and tenant = :tenant limit 1",
                                  {Type::text, Type::text}, {Type::integer}),
               find_card_))
    return problem;
  if (database_->shared()) {
    auto locking = database_->prepare(kSelectHead + std::string(database_->for_update()), {}, kHeadColumns);
    if (auto problem = keep(std::move(locking), lock_head_)) return problem;
  }
  return keep(database_->prepare("update ledger_head set row_no = :row_no, hash = :hash, mac = :mac",
                                 {Type::integer, Type::text, Type::text}),
              update_head_);
}

std::optional<Error> Tables::check_end() {
  Head last;
  for (const Kind kind : kKinds) {
    auto rows = select(*database_,
                       "select row_no, hash from " + std::string(table_of(kind).name) + " order by row_no desc limit 1",
                       {Type::integer, Type::text});
    if (!rows) return rows.error();
    if (rows->empty() || rows->front()[0].integer <= last.row) continue;
    const auto hash = read_digest(rows->front()[1].text);
    if (!hash) return broken("The hash of row " + std::to_string(rows->front()[0].integer) + " is damaged.");
    last = {rows->front()[0].integer, *hash};
  }
  if (last == committed_) return std::nullopt;
  return broken("The last row of the ledger is " + std::to_string(last.row) + ", but the head record names row " +
                std::to_string(committed_.row) + " or another hash.");
}

std::optional<Error> Tables::begin() {
  if (auto problem = database_->begin()) return problem;
  if (lock_head_) {
    const auto rows = lock_head_->query();
    if (!rows) return rows.error();
    const auto head = head_of(*rows, keys_);
    if (!head) return head.error();
    if (head->row < committed_.row) return broken("The ledger holds fewer rows than it did.");
    committed_ = *head;
  }
  pending_ = committed_;
  return std::nullopt;
}

Result<Tables::Added> Tables::add(const SealedRow& row) {
  store::Statement& insert = *insert_[static_cast<std::size_t>(row.kind)];
  const std::int64_t number = pending_.row + 1;
  const Digest hash = chain_hash(pending_.hash, number, row.content);
  const auto columns = table_of(row.kind).columns;
  std::size_t at = 0;
  insert.bind(at++, number);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& cell = row.cells[i];
    if (columns[i].type == Type::text) {
      insert.bind(at++, cell);
    } else {
      std::int64_t value = 0;
      std::from_chars(cell.data(), cell.data() + cell.size(), value);
      insert.bind(at++, value);
    }
  }
  insert.bind(at++, row.payload_key);
  insert.bind(at++, row.payload);
  insert.bind(at++, to_hex(row.payload_digest));
  insert.bind(at++, to_hex(pending_.hash));
  insert.bind(at++, to_hex(hash));
  const auto inserted = insert.execute();
  if (!inserted) return inserted.error();
  if (*inserted == 0) return existing(row);
  pending_ = {number, hash};
  if (row.kind == Kind::answer) {
    if (auto problem = index_cards(row, number)) return *problem;
    return Added{number, true, true};
  }
  if (row.kind == Kind::erasure) return Added{number, true, true};
  find_card_->bind(0, row.cells[feedback_cell::card_id]);
  find_card_->bind(1, row.tenant());
  const auto known = find_card_->query();
  if (!known) return known.error();
  return Added{number, true, !known->empty()};
}

Result<Tables::Added> Tables::existing(const SealedRow& row) {
  store::Statement& find = *find_[static_cast<std::size_t>(row.kind)];
  find.bind(0, row.cells[0]);
  const auto found = find.query();
  if (!found) return found.error();
  if (found->empty()) return broken("A row was refused as a repeat, but there is none like it.");
  return Added{found->front()[0].integer, false, true};
}

std::optional<Error> Tables::index_cards(const SealedRow& row, std::int64_t row_number) {
  for (const auto& card : split_ids(row.cells[answer_cell::card_ids])) {
    insert_card_->bind(0, card);
    insert_card_->bind(1, row_number);
    insert_card_->bind(2, row.tenant());
    if (const auto done = insert_card_->execute(); !done) return done.error();
  }
  return std::nullopt;
}

Result<std::int64_t> Tables::erase(const std::string& tenant, const std::vector<std::int64_t>& rows, const std::string& reason, UnixSeconds now) {
  std::int64_t erased = 0;
  for (const Kind kind : {Kind::answer, Kind::feedback}) {
    auto update = database_->prepare("update " + std::string(table_of(kind).name) +
                                         " set payload_key = null where row_no = :row_no and tenant = :tenant and length(payload_key) > 0",
                                     {Type::integer, Type::text});
    if (!update) return update.error();
    for (const std::int64_t row : rows) {
      update->bind(0, row);
      update->bind(1, tenant);
      const auto changed = update->execute();
      if (!changed) return changed.error();
      erased += *changed;
    }
  }
  if (const auto added = add(seal_erasure(tenant, rows, reason, keys_, now)); !added) return added.error();
  return erased;
}

std::optional<Error> Tables::commit() {
  update_head_->bind(0, pending_.row);
  update_head_->bind(1, to_hex(pending_.hash));
  update_head_->bind(2, head_mac(keys_, pending_));
  const auto updated = update_head_->execute();
  if (!updated) return updated.error();
  if (*updated != 1) return broken("The head record of the ledger is missing.");
  if (auto problem = database_->commit()) return problem;
  committed_ = pending_;
  return std::nullopt;
}

void Tables::rollback() {
  database_->rollback();
  pending_ = committed_;
}

}  // namespace cathgate::quality
