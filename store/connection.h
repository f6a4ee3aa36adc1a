// Connection text of a database, as a configuration holds it. Which backend it names is decided here and nowhere else.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace cathgate::store {

struct Connection {
  std::string path;  // of the SQLite file
};

// "sqlite3:///var/lib/cathgate/ledger.db", "sqlite3://relative.db", or the bare path of a SQLite file. Errors
// (invalid_input): empty, another scheme (the backend is not part of this program), a double quote or line break in a
// path.
Result<Connection> read_connection(std::string_view text);

}  // namespace cathgate::store
