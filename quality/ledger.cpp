#include "quality/ledger.h"

#include <filesystem>

#include "quality/writer.h"
#include "store/connection.h"

namespace cathgate::quality {
namespace {

Result<bool> holds_rows(const std::string& database, const store::Connection& connection) {
  std::error_code unused;
  if (connection.backend == store::Backend::sqlite)
    return std::filesystem::exists(connection.path, unused) && std::filesystem::file_size(connection.path, unused) > 0;
  auto opened = store::Database::open(database, store::Access::reader);
  if (!opened) return opened.error();
  return (*opened)->prepare("select version from schema_version", {}, {store::Type::integer}).ok();
}

// A key made for a ledger that already holds rows would lock everybody out of them.
Result<std::unique_ptr<KeyRing>> load_keys(const std::string& key_file, const std::string& database, const store::Connection& connection) {
  std::error_code unused;
  if (std::filesystem::exists(key_file, unused)) return KeyRing::load(key_file);
  const auto holds = holds_rows(database, connection);
  if (!holds) return holds.error();
  if (*holds)
    return Error{ErrorCode::unavailable, key_file,
                 "The key file is missing, but the database exists: its payloads can only be read with its key."};
  return KeyRing::create(key_file);
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options) {
  const auto connection = store::read_connection(options.database);
  if (!connection) return connection.error();
  auto lock = store::lock_for_writing(*connection);
  if (!lock) return lock.error();
  auto keys = load_keys(options.key_file, options.database, *connection);
  if (!keys) return keys.error();
  auto tables = Tables::open(options.database, **keys);
  if (!tables) return tables.error();
  std::unique_ptr<Spill> spill;
  if (!options.spill_file.empty()) {
    auto opened = Spill::open(options.spill_file, options.spill_limit_bytes, **keys, options.log);
    if (!opened) return opened.error();
    spill = std::move(opened).value();
  }
  return std::unique_ptr<Ledger>(std::make_unique<LedgerWriter>(LedgerWriter::Parts{
      options, std::move(lock).value(), std::move(keys).value(), std::move(tables).value(), std::move(spill)}));
}

}  // namespace cathgate::quality
