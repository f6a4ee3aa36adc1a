#include "store/database.h"

#include <fcntl.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <exception>
#include <system_error>

#include "store/connection.h"

namespace cathgate::store {
namespace {

// SOCI's own text of an error quotes the statement with its values: only the backend's message may leave.
Error as_error(const std::string& where, const std::exception& problem) {
  const auto* known = dynamic_cast<const soci::soci_error*>(&problem);
  return {ErrorCode::unavailable, where, known ? known->get_error_message() : std::string("The database failed.")};
}

int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

// PostgreSQL's text form of bytea, "\\x" and hexadecimal digits: SOCI's blobs there are large objects, which no transaction
// of ours needs.
std::string write_bytea(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}
std::string read_bytea(std::string_view text) {
  std::string bytes;
  if (!text.starts_with("\\x")) return bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) bytes += static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1]));
  return bytes;
}

// What a soci::use or soci::into points at; its address must not change.
struct Slot {
  Slot(soci::session& session, Type slot_type, Backend backend) : type(slot_type), bytea(type == Type::bytes && backend == Backend::postgresql) {
    if (type == Type::bytes && !bytea) blob.emplace(session);
  }
  void exchange_as_parameter(soci::statement& statement) {
    if (type == Type::integer) statement.exchange(soci::use(integer));
    else if (blob) statement.exchange(soci::use(*blob));
    else statement.exchange(soci::use(text));
  }
  void exchange_as_column(soci::statement& statement) {
    if (type == Type::integer) statement.exchange(soci::into(integer, indicator));
    else if (blob) statement.exchange(soci::into(*blob, indicator));
    else statement.exchange(soci::into(text, indicator));
  }
  void write(std::string_view value) {
    if (!blob) {
      text = bytea ? write_bytea(value) : std::string(value);
      return;
    }
    blob->trim(0);
    if (!value.empty()) blob->append(value.data(), value.size());
  }
  Field read() {
    Field field;
    if (indicator == soci::i_null) return field;
    if (type == Type::integer) field.integer = integer;
    if (type == Type::text) field.text = text;
    if (bytea) field.text = read_bytea(text);
    if (blob) {
      field.text.resize(blob->get_len());
      if (!field.text.empty()) blob->read(0, field.text.data(), field.text.size());
    }
    return field;
  }

  Type type;
  bool bytea;
  long long integer = 0;
  std::string text;
  std::optional<soci::blob> blob;
  soci::indicator indicator = soci::i_ok;
};
using Slots = std::vector<std::unique_ptr<Slot>>;

}  // namespace

struct Statement::State {
  State(soci::session& session, std::string path) : where(std::move(path)), statement(session) {}
  std::string where;
  Slots parameters;
  Slots columns;
  soci::statement statement;
};

Statement::Statement(std::unique_ptr<State> state) : state_(std::move(state)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement::~Statement() = default;

void Statement::bind(std::size_t parameter, std::int64_t value) {
  Slot& slot = *state_->parameters[parameter];
  assert(slot.type == Type::integer);
  slot.integer = value;
}

void Statement::bind(std::size_t parameter, std::string_view value) {
  Slot& slot = *state_->parameters[parameter];
  assert(slot.type != Type::integer);
  slot.write(value);
}

Result<std::int64_t> Statement::execute() {
  try {
    state_->statement.execute(true);
    return static_cast<std::int64_t>(state_->statement.get_affected_rows());
  } catch (const std::exception& problem) {
    return as_error(state_->where, problem);
  }
}

Result<std::vector<Row>> Statement::query() {
  try {
    std::vector<Row> rows;
    state_->statement.execute(false);
    while (state_->statement.fetch()) {
      Row& row = rows.emplace_back();
      row.reserve(state_->columns.size());
      for (const auto& column : state_->columns) row.push_back(column->read());
    }
    return rows;
  } catch (const std::exception& problem) {
    return as_error(state_->where, problem);
  }
}

// Which file a path leads to; all zero when to none.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
  static FileIdentity of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? FileIdentity{status.st_dev, status.st_ino} : FileIdentity{};
  }
};

struct Database::State {
  Backend backend = Backend::sqlite;
  std::string path;  // or the server's name
  FileIdentity file;
  FileIdentity log;  // SQLite keeps the write-ahead log from the first commit until the last connection closes
  soci::session session;
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

namespace {

std::optional<Error> check_file(const std::string& path, Access access) {
  const int flags = access == Access::writer ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC;
  const int descriptor = ::open(path.c_str(), flags, 0600);
  if (descriptor < 0)
    return Error{ErrorCode::unavailable, path,
                 "The database cannot be opened: " + std::generic_category().message(errno) + "."};
  ::close(descriptor);
  return std::nullopt;
}

std::vector<std::string> sqlite_settings(Access access) {
  if (access == Access::reader) return {"pragma query_only=1", "pragma mmap_size=0", "pragma wal_autocheckpoint=0"};
  return {"pragma page_size=8192", "pragma journal_mode=wal", "pragma synchronous=full", "pragma mmap_size=0", "pragma cache_size=-16384", "pragma wal_autocheckpoint=2000"};
}

std::vector<std::string> postgresql_settings(Access access) {
  std::vector<std::string> settings = {"set client_min_messages=error", "set statement_timeout=5000", "set bytea_output=hex"};
  settings.push_back(access == Access::writer ? "set synchronous_commit=on" : "set default_transaction_read_only=on");
  return settings;
}

// libpq would wait for minutes.
std::string with_connect_timeout(const std::string& uri) {
  if (uri.find("connect_timeout=") != std::string::npos) return uri;
  return uri + (uri.find('?') == std::string::npos ? "?" : "&") + "connect_timeout=2";
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(std::string_view connection, Access access) {
  const auto where = read_connection(connection);
  if (!where) return where.error();
  if (where->backend == Backend::sqlite) {
    if (auto problem = check_file(where->path, access)) return *problem;
  }
  try {
    auto state = std::make_unique<State>();
    state->backend = where->backend;
    state->path = where->name;
    std::vector<std::string> settings;
    if (where->backend == Backend::sqlite) {
      const std::string options = access == Access::writer ? " timeout=1" : " timeout=5 readonly=true";
      state->file = FileIdentity::of(where->path);
      state->session.open(soci::sqlite3, "dbname=\"" + where->path + "\"" + options);
      settings = sqlite_settings(access);
    } else {
      state->session.open(soci::postgresql, with_connect_timeout(where->path));
      settings = postgresql_settings(access);
    }
    std::unique_ptr<Database> database(new Database(std::move(state)));
    for (const auto& setting : settings)
      if (auto problem = database->execute(setting)) return *problem;
    return database;
  } catch (const std::exception& problem) {
    return as_error(where->name, problem);
  }
}

std::optional<Error> Database::execute(const std::string& sql) {
  try {
    state_->session << sql;
    return std::nullopt;
  } catch (const std::exception& problem) {
    return as_error(state_->path, problem);
  }
}

Result<Statement> Database::prepare(const std::string& sql, const std::vector<Type>& parameters,
                                    const std::vector<Type>& columns) {
  try {
    auto state = std::make_unique<Statement::State>(state_->session, state_->path);
    state->statement.alloc();
    state->statement.prepare(sql);
    for (const Type type : parameters) state->parameters.push_back(std::make_unique<Slot>(state_->session, type, state_->backend));
    for (const Type type : columns) state->columns.push_back(std::make_unique<Slot>(state_->session, type, state_->backend));
    for (const auto& slot : state->parameters) slot->exchange_as_parameter(state->statement);
    for (const auto& slot : state->columns) slot->exchange_as_column(state->statement);
    state->statement.define_and_bind();
    return Statement(std::move(state));
  } catch (const std::exception& problem) {
    return as_error(state_->path, problem);
  }
}

std::optional<Error> Database::begin() {
  return execute("begin");
}
std::optional<Error> Database::begin_snapshot() {
  return execute(shared() ? "begin isolation level repeatable read" : "begin");
}
std::optional<Error> Database::exclude_others() {
  // The number names Cathgate among the advisory locks of a database.
  return shared() ? execute("select pg_advisory_xact_lock(4840722)") : std::nullopt;
}
std::optional<Error> Database::commit() {
  return execute("commit");
}

void Database::rollback() {
  execute("rollback");
}

bool Database::shared() const { return state_->backend == Backend::postgresql; }
std::string_view Database::for_update() const { return shared() ? " for update" : ""; }

bool Database::files_in_place() {
  if (shared()) return true;
  const FileIdentity log = FileIdentity::of(state_->path + "-wal");
  if (state_->log == FileIdentity{}) state_->log = log;
  return log != FileIdentity{} && log == state_->log && FileIdentity::of(state_->path) == state_->file;
}

std::string_view Database::column_type(Type type) const {
  switch (type) {
    case Type::integer:
      return shared() ? "bigint" : "integer";
    case Type::text:
      return "text";
    case Type::bytes:
      return shared() ? "bytea" : "blob";
  }
  return {};
}

}  // namespace cathgate::store
