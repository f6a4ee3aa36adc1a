#include "store/database.h"

#include <fcntl.h>
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

// What a soci::use or soci::into points at; its address must not change.
struct Slot {
  Slot(soci::session& session, Type slot_type) : type(slot_type) {
    if (type == Type::bytes) blob.emplace(session);
  }
  void exchange_as_parameter(soci::statement& statement) {
    if (type == Type::integer) statement.exchange(soci::use(integer));
    if (type == Type::text) statement.exchange(soci::use(text));
    if (type == Type::bytes) statement.exchange(soci::use(*blob));
  }
  void exchange_as_column(soci::statement& statement) {
    if (type == Type::integer) statement.exchange(soci::into(integer, indicator));
    if (type == Type::text) statement.exchange(soci::into(text, indicator));
    if (type == Type::bytes) statement.exchange(soci::into(*blob, indicator));
  }
  Field read() {
    Field field;
    if (indicator == soci::i_null) return field;
    if (type == Type::integer) field.integer = integer;
    if (type == Type::text) field.text = text;
    if (type == Type::bytes) {
      field.text.resize(blob->get_len());
      if (!field.text.empty()) blob->read(0, field.text.data(), field.text.size());
    }
    return field;
  }

  Type type;
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
  if (slot.type == Type::text) {
    slot.text.assign(value);
    return;
  }
  slot.blob->trim(0);
  if (!value.empty()) slot.blob->append(value.data(), value.size());
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
  std::string path;
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

}  // namespace

Result<std::unique_ptr<Database>> Database::open(std::string_view connection, Access access) {
  const auto where = read_connection(connection);
  if (!where) return where.error();
  const std::string& path = where->path;
  if (auto problem = check_file(path, access)) return *problem;
  try {
    auto state = std::make_unique<State>();
    state->path = path;
    const std::string options = access == Access::writer ? " timeout=1" : " timeout=5 readonly=true";
    state->file = FileIdentity::of(path);
    state->session.open(soci::sqlite3, "dbname=\"" + path + "\"" + options);
    std::unique_ptr<Database> database(new Database(std::move(state)));
    const std::vector<std::string> settings =
        access == Access::writer
            ? std::vector<std::string>{"pragma page_size=8192",    "pragma journal_mode=wal",
                                       "pragma synchronous=full",  "pragma mmap_size=0",
                                       "pragma cache_size=-16384", "pragma wal_autocheckpoint=2000"}
            : std::vector<std::string>{"pragma query_only=1", "pragma mmap_size=0", "pragma wal_autocheckpoint=0"};
    for (const auto& setting : settings)
      if (auto problem = database->execute(setting)) return *problem;
    return database;
  } catch (const std::exception& problem) {
    return as_error(path, problem);
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
    for (const Type type : parameters) state->parameters.push_back(std::make_unique<Slot>(state_->session, type));
    for (const Type type : columns) state->columns.push_back(std::make_unique<Slot>(state_->session, type));
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
std::optional<Error> Database::commit() {
  return execute("commit");
}

void Database::rollback() {
  execute("rollback");
}

bool Database::files_in_place() {
  const FileIdentity log = FileIdentity::of(state_->path + "-wal");
  if (state_->log == FileIdentity{}) state_->log = log;
  return log != FileIdentity{} && log == state_->log && FileIdentity::of(state_->path) == state_->file;
}

std::string_view Database::column_type(Type type) const {
  switch (type) {
    case Type::integer:
      return "integer";
    case Type::text:
      return "text";
    case Type::bytes:
      return "blob";
  }
  return {};
}

}  // namespace cathgate::store
