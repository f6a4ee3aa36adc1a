// One connection to a database, and prepared statements on it. Portable SQL goes in, values come out; the backend (SQLite or
// PostgreSQL, through SOCI) is chosen by the connection text and known to database.cpp alone. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cathgate::store {

// How a parameter or a column travels. Bytes may hold NULs; text is UTF-8.
enum class Type : std::uint8_t { integer, text, bytes };

// One field of a result; the member that does not belong to its type is empty. NULL reads as 0 or empty.
struct Field {
  std::int64_t integer = 0;
  std::string text;  // also bytes
};
using Row = std::vector<Field>;

// A statement that is prepared once and run often. It must not outlive its database.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  ~Statement();

  // Parameters by their order in the SQL, from 0, with the type they were declared with (asserted). The value is copied
  // and stays until it is overwritten.
  void bind(std::size_t parameter, std::int64_t value);
  void bind(std::size_t parameter, std::string_view value);
  // Runs it; how many rows it inserted, updated or deleted.
  Result<std::int64_t> execute();
  // Runs it and reads every row, so that no read transaction is left open.
  Result<std::vector<Row>> query();

 private:
  friend class Database;
  struct State;
  explicit Statement(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

enum class Access {
  // Creates the file (mode 0600) when missing. Write-ahead log, every commit is on disk before it returns, no memory map;
  // checkpoints by this connection only (SQLite before 3.51.3 can corrupt a log that two connections checkpoint:
  // https://sqlite.org/wal.html#walresetbug). The caller sees to it that there is one writer. PostgreSQL: a session with
  // synchronous commits that waits at most two seconds for a connection and five for a statement.
  writer,
  // The file must exist. Never writes, never checkpoints, works beside a writer and without one.
  reader,
};

class Database {
 public:
  // Errors: invalid_input for a connection text that cannot be used, unavailable for everything else.
  static Result<std::unique_ptr<Database>> open(std::string_view connection, Access access);
  ~Database();

  // Runs a statement without parameters, for its effect.
  std::optional<Error> execute(const std::string& sql);
  // Parameters are written :name in the SQL; their types, and those of the result's columns, in order.
  Result<Statement> prepare(const std::string& sql, const std::vector<Type>& parameters,
                            const std::vector<Type>& columns = {});

  std::optional<Error> begin();
  // A transaction that sees one state of the database to its end, whatever others commit.
  std::optional<Error> begin_snapshot();
  // Inside a transaction: no other process passes this until it ends.
  std::optional<Error> exclude_others();
  std::optional<Error> commit();
  // Errors are swallowed: the connection that cannot roll back is thrown away by its owner.
  void rollback();

  // False when a file under this connection was removed or exchanged since it was opened: a commit would then go where
  // nobody finds it. To be asked after a commit.
  bool files_in_place();

  // Whether other processes may write to the same database: what was read in an earlier transaction may have changed.
  bool shared() const;
  // The end of a select that keeps its rows from being changed by others until the transaction ends; empty where nobody can.
  std::string_view for_update() const;
  // The words of this backend's dialect for a column of this type.
  std::string_view column_type(Type type) const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cathgate::store
