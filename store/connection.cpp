#include "store/connection.h"

namespace cathgate::store {
namespace {

constexpr std::string_view kSqlite = "sqlite3://";
constexpr std::string_view kPostgresql = "postgresql://";

Error refuse(std::string message) { return {ErrorCode::invalid_input, "database", std::move(message)}; }

// The URI without what lies before the host (user and password) and after the database's name.
std::string server_name(std::string_view uri) {
  std::string_view rest = uri.substr(kPostgresql.size());
  rest = rest.substr(0, rest.find('?'));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  return std::string(kPostgresql) + std::string(rest);
}

}  // namespace

Result<Connection> read_connection(std::string_view text) {
  // SOCI's own connection text cannot carry these.
  if (text.find_first_of("\"\n\r") != std::string_view::npos) return refuse("The connection text of the database holds a quote or a line break.");
  if (text.starts_with(kPostgresql)) return Connection{Backend::postgresql, std::string(text), server_name(text)};
  std::string_view path = text;
  if (path.starts_with(kSqlite)) {
    path.remove_prefix(kSqlite.size());
  } else if (const auto scheme = path.find("://"); scheme != std::string_view::npos) {
    return refuse("There is no database backend for " + std::string(path.substr(0, scheme)) + ":// in this program.");
  }
  if (path.empty()) return refuse("The connection text names no database file.");
  return Connection{Backend::sqlite, std::string(path), std::string(path)};
}

}  // namespace cathgate::store
