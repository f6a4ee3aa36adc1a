#include "store/connection.h"

namespace cathgate::store {

Result<Connection> read_connection(std::string_view text) {
  constexpr std::string_view kScheme = "sqlite3://";
  const auto refuse = [](std::string message) {
    return Error{ErrorCode::invalid_input, "database", std::move(message)};
  };
  std::string_view path = text;
  if (path.starts_with(kScheme)) {
    path.remove_prefix(kScheme.size());
  } else if (const auto scheme = path.find("://"); scheme != std::string_view::npos) {
    return refuse("There is no database backend for " + std::string(path.substr(0, scheme)) + ":// in this program.");
  }
  if (path.empty()) return refuse("The connection text names no database file.");
  // SOCI's own connection text cannot carry these.
  if (path.find_first_of("\"\n\r") != std::string_view::npos)
    return refuse("The path of the database holds a quote or a line break.");
  return Connection{std::string(path)};
}

}  // namespace cathgate::store
