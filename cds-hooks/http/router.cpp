#include "cds-hooks/http/router.h"

#include <optional>

#include "cds-hooks/http/outcome.h"

namespace cathgate::cds_hooks {
namespace {

// The {id} of a path, an empty view when the pattern has none; nullopt when the path does not match.
std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path) {
  const auto open = pattern.find("{id}");
  if (open == std::string_view::npos) return path == pattern ? std::optional(std::string_view()) : std::nullopt;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(open + 4);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  const std::string_view id = path.substr(before.size(), path.size() - before.size() - after.size());
  return id.find('/') == std::string_view::npos ? std::optional(id) : std::nullopt;
}

bool serves(const Route& route, Method method) {
  return route.method == method || (method == Method::head && route.method == Method::get);
}

std::string allowed(Method method) { return method == Method::post ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"; }

Reply refuse_method(const Route& route, Method method) {
  Reply reply;
  if (method == Method::options) {
    reply.status = 204;
  } else {
    reply = refuse(405, "http.request-line", "This address does not serve this method.");
  }
  reply.allow = allowed(route.method);
  return reply;
}

}  // namespace

std::variant<Router::Match, Reply> Router::match(const RequestHead& head) const {
  for (const Route& route : routes_) {
    const auto id = match_path(route.pattern, head.path);
    if (!id) continue;
    if (!serves(route, head.method)) return refuse_method(route, head.method);
    if (route.method == Method::get && head.has_body()) return refuse(400, "http.body", "This request takes no body.");
    if (route.method == Method::post && !is_json_content_type(head.content_type)) {
      return refuse(415, "http.Content-Type", "Send application/json or application/fhir+json in UTF-8.");
    }
    return Match{&route, *id};
  }
  return refuse(404, "http.request-target", "Nothing lives at this address.");
}

}  // namespace cathgate::cds_hooks
