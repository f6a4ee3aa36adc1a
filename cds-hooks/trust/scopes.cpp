#include "cds-hooks/trust/scopes.h"

#include <algorithm>

namespace cathgate::cds_hooks {
namespace {

// "read", "*", or some of the letters c, r, u, d, s in this order.
bool allows(std::string_view permissions, bool search) {
  if (permissions == "read" || permissions == "*") return true;
  if (permissions.empty() || permissions == "write") return false;
  std::size_t last = 0;
  for (const char c : permissions) {
    const auto at = std::string_view("cruds").find(c, last);
    if (at == std::string_view::npos) return false;
    last = at + 1;
  }
  return permissions.find(search ? 's' : 'r') != std::string_view::npos;
}

ScopeCover one_cover(std::string_view scope, std::string_view type, bool search) {
  const auto slash = scope.find('/');
  if (slash == std::string_view::npos) return ScopeCover::none;
  const auto context = scope.substr(0, slash);
  if (context != "patient" && context != "user" && context != "system") return ScopeCover::none;
  const auto query = std::min(scope.find('?'), scope.size());
  const auto dot = scope.find('.', slash);
  if (dot == std::string_view::npos || dot > query) return ScopeCover::none;
  const auto named = scope.substr(slash + 1, dot - slash - 1);
  if (named != type && named != "*") return ScopeCover::none;
  if (!allows(scope.substr(dot + 1, query - dot - 1), search)) return ScopeCover::none;
  return query == scope.size() ? ScopeCover::full : ScopeCover::restricted;
}

}  // namespace

ScopeCover scope_cover(std::string_view scopes, std::string_view type, bool search) {
  ScopeCover best = ScopeCover::none;
  while (!scopes.empty()) {
    const auto end = std::min(scopes.find(' '), scopes.size());
    best = std::max(best, one_cover(scopes.substr(0, end), type, search));
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  return best;
}

}  // namespace cathgate::cds_hooks
