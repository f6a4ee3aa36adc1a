#include "quality/stored_rows.h"

namespace cathgate::quality {

using store::Type;

Result<StoredRows> StoredRows::prepare(store::Database& database, Kind kind, std::string_view condition) {
  const Table& table = table_of(kind);
  std::string sql = "select row_no";
  std::vector<Type> types = {Type::integer};
  for (const Column& column : table.columns) {
    sql += ", " + std::string(column.name);
    types.push_back(column.type);
  }
  sql += ", payload_key, payload, payload_digest, previous_hash, hash from " + std::string(table.name) + " " +
         std::string(condition);
  types.insert(types.end(), {Type::bytes, Type::bytes, Type::text, Type::text, Type::text});
  auto statement = database.prepare(sql, {Type::integer}, types);
  if (!statement) return statement.error();
  return StoredRows(kind, std::move(statement).value());
}

Result<std::vector<StoredRow>> StoredRows::read(std::int64_t parameter) {
  statement_.bind(0, parameter);
  auto rows = statement_.query();
  if (!rows) return rows.error();
  const auto columns = table_of(kind_).columns;
  std::vector<StoredRow> stored;
  stored.reserve(rows->size());
  for (store::Row& fields : *rows) {
    StoredRow& out = stored.emplace_back();
    out.number = fields[0].integer;
    out.row.kind = kind_;
    std::size_t at = 1;
    for (const Column& column : columns) {
      store::Field& field = fields[at++];
      out.row.cells.push_back(column.type == Type::integer ? std::to_string(field.integer) : std::move(field.text));
    }
    out.row.payload_key = std::move(fields[at++].text);
    out.row.payload = std::move(fields[at++].text);
    out.payload_digest = std::move(fields[at++].text);
    out.previous_hash = std::move(fields[at++].text);
    out.hash = std::move(fields[at++].text);
    digest_row(out.row);
  }
  return stored;
}

}  // namespace cathgate::quality
