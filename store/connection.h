// Connection text of a database, as a configuration holds it. Which backend it names is decided here and nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace cathgate::store {

enum class Backend : std::uint8_t {
  sqlite,      // one file, one writing process
  postgresql,  // a server that several processes may write to
};

struct Connection {
  Backend backend = Backend::sqlite;
  std::string path;  // of the SQLite file, or libpq's connection URI
  // How it may be named in a message: the file, or the server without user and password.
  std::string name;
};

// "sqlite3:///var/lib/cathgate/ledger.db", "sqlite3://relative.db", the bare path of a SQLite file, or
// "postgresql://user@host:5432/database?...", as libpq reads it. Errors (invalid_input): empty, another scheme (the backend is
// not part of this program), a quote or line break.
Result<Connection> read_connection(std::string_view text);

}  // namespace cathgate::store
