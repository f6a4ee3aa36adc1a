#include "cds-hooks/config_reader.h"

#include <algorithm>

namespace cathgate::cds_hooks {

toml::node_view<const toml::node> ConfigReader::find(std::string_view key) {
  known_.emplace_back(key);
  return root_.at_path(key);
}

void ConfigReader::add(const toml::node* node, std::string_view key, std::string message) {
  const std::uint32_t line = node ? node->source().begin.line : 0;
  problems_.push_back({line, {ErrorCode::invalid_input, name_ + ":" + std::to_string(line) + ": " + std::string(key), std::move(message)}});
}

void ConfigReader::complain(std::string_view key, std::string message) { add(root_.at_path(key).node(), key, std::move(message)); }

void ConfigReader::read(std::string_view key, bool& target) {
  const auto value = find(key);
  if (!value) return;
  if (const auto* flag = value.as_boolean()) target = flag->get();
  else complain(key, "must be true or false");
}

void ConfigReader::read(std::string_view key, std::string& target) {
  const auto value = find(key);
  if (!value) return;
  if (const auto* text = value.as_string()) target = text->get();
  else complain(key, "must be a text in quotes");
}

void ConfigReader::read(std::string_view key, std::vector<std::string>& target) {
  const auto value = find(key);
  if (!value) return;
  std::vector<std::string> texts;
  const auto* array = value.as_array();
  bool good = array != nullptr;
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    const auto* text = (*array)[i].as_string();
    good = text != nullptr;
    if (good) texts.push_back(text->get());
  }
  if (good) target = std::move(texts);
  else complain(key, "must be a list of texts in quotes");
}

std::optional<std::int64_t> ConfigReader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto* number = value.as_integer();
  if (number && number->get() >= min && number->get() <= max) return number->get();
  complain(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

void ConfigReader::read(std::string_view key, std::chrono::milliseconds& target, std::int64_t min, std::int64_t max) {
  if (const auto value = integer(key, min, max)) target = std::chrono::milliseconds(*value);
}

void ConfigReader::read(std::string_view key, std::chrono::seconds& target, std::int64_t min, std::int64_t max) {
  if (const auto value = integer(key, min, max)) target = std::chrono::seconds(*value);
}

std::size_t ConfigReader::count_tables(std::string_view key) {
  const auto value = root_.at_path(key);
  if (!value) return 0;
  const auto* array = value.as_array();
  if (array && std::ranges::all_of(*array, [](const toml::node& node) { return node.is_table(); })) return array->size();
  complain(key, "must be tables: [[" + std::string(key) + "]]");
  return 0;
}

void ConfigReader::read_choice(std::string_view key, std::size_t& target, const std::vector<std::string_view>& names) {
  std::string text(names[target]);
  read(key, text);
  const auto found = std::ranges::find(names, text);
  if (found != names.end()) {
    target = static_cast<std::size_t>(found - names.begin());
    return;
  }
  std::string list;
  for (const auto name : names) list.append(list.empty() ? "" : ", ").append(name);
  complain(key, "must be one of " + list);
}

void ConfigReader::find_unknown(const toml::table& table, const std::string& prefix) {
  for (const auto& [key, node] : table) {
    const std::string path = prefix + std::string(key.str());
    const auto below = [&](const std::string& known) { return known.starts_with(path + "."); };
    if (std::ranges::find(known_, path) != known_.end()) continue;
    if (std::ranges::any_of(known_, [&](const std::string& known) { return known.starts_with(path + "[0]."); })) {
      std::size_t i = 0;
      for (const toml::node& element : *node.as_array()) {
        find_unknown(*element.as_table(), path + "[" + std::to_string(i++) + "].");
      }
      continue;
    }
    if (!std::ranges::any_of(known_, below)) add(&node, path, "is not a key of the configuration");
    else if (const auto* inner = node.as_table()) find_unknown(*inner, path + ".");
    else add(&node, path, "must be a table");
  }
}

std::vector<Error> ConfigReader::finish() {
  find_unknown(root_, "");
  std::ranges::stable_sort(problems_, {}, &Problem::line);
  std::vector<Error> errors;
  for (auto& problem : problems_) errors.push_back(std::move(problem.error));
  return errors;
}

}  // namespace cathgate::cds_hooks
