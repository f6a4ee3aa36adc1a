#include "cds-hooks/commands/cli_difference.h"

#include <algorithm>

namespace cathgate::cds_hooks {
namespace {

struct Search {
  std::vector<std::string> paths;
  std::size_t limit;

  void compare(JsonValue before, JsonValue after, const std::string& path);
  void compare_objects(JsonValue before, JsonValue after, const std::string& path);
};

void Search::compare_objects(JsonValue before, JsonValue after, const std::string& path) {
  const std::string start = path.empty() ? path : path + ".";
  for (const auto member : before.members()) compare(member.value(), after[member.name()], start + std::string(member.name()));
  for (const auto member : after.members()) {
    if (before[member.name()].is_missing()) compare({}, member.value(), start + std::string(member.name()));
  }
}

void Search::compare(JsonValue before, JsonValue after, const std::string& path) {
  if (paths.size() >= limit) return;
  if (before.is_object() && after.is_object()) return compare_objects(before, after, path);
  if (before.is_array() && after.is_array()) {
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) compare(before[i], after[i], path + "[" + std::to_string(i) + "]");
    return;
  }
  const bool both_there = !before.is_missing() && !after.is_missing();
  if (both_there && JsonWriter().value(before).view() == JsonWriter().value(after).view()) return;
  paths.push_back(path);
}

}  // namespace

std::vector<std::string> differing_paths(JsonValue before, JsonValue after, std::size_t limit) {
  Search search{{}, limit};
  search.compare(before, after, "");
  return std::move(search.paths);
}

}  // namespace cathgate::cds_hooks
