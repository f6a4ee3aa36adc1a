// The JSON Schema of a rule file: written by hand in rules/rule.schema.json but for the list of facts, which comes from the
// vocabulary, so that an editor completes their names.
#include <algorithm>

#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "core/fact_catalogue.h"
#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

void write_fact_names(JsonWriter& w, const FactCatalogue& facts) {
  std::vector<std::string_view> names;
  for (FactId f = 0; f < facts.size(); ++f) names.push_back(facts[f].name);
  std::sort(names.begin(), names.end());
  w.start_array();
  for (const auto name : names) w.string(name);
  w.end_array();
}

// Copies the schema with the names of all facts in definitions/fact/enum.
void write_schema(JsonWriter& w, JsonValue value, const FactCatalogue& facts, const std::string& path) {
  if (path == "/definitions/fact/enum") return write_fact_names(w, facts);
  if (value.is_object()) {
    w.start_object();
    for (const auto member : value.members()) {
      w.key(member.name());
      write_schema(w, member.value(), facts, path + "/" + std::string(member.name()));
    }
    w.end_object();
  } else {
    w.value(value);
  }
}

void write_indented(std::string& out, JsonValue value, const std::string& indent) {
  const bool object = value.is_object();
  if ((!object && !value.is_array()) || value.size() == 0) {
    JsonWriter w;
    out += w.value(value).view();
    return;
  }
  const std::string inner = indent + "  ";
  bool first = true;
  const auto begin_item = [&] { out.append(std::exchange(first, false) ? "\n" : ",\n").append(inner); };
  out += object ? '{' : '[';
  for (const auto member : value.members()) {
    begin_item();
    JsonWriter key;
    out.append(key.string(member.name()).view()).append(": ");
    write_indented(out, member.value(), inner);
  }
  for (const auto element : value.elements()) {
    begin_item();
    write_indented(out, element, inner);
  }
  out.append("\n").append(indent).append(object ? "}" : "]");
}

}  // namespace

int print_rule_schema(const KnowledgePlaces& places, const std::string& file) {
  const auto facts = FactCatalogue::load(places.root + "/core/facts.json");
  if (!facts.ok()) return print_problems(facts.errors);
  const auto schema = load_json_file(places.root + "/rules/rule.schema.json");
  if (!schema) return print_problem(schema.error());
  JsonWriter w;
  write_schema(w, schema->root(), *facts.value, "");
  std::string text;
  write_indented(text, JsonDocument::parse(w.take())->root(), "");
  text += '\n';
  if (file.empty()) return print(text), 0;
  const auto written = read_input(file);
  if (written && *written == text) return 0;
  return print_problem({ErrorCode::invalid_input, file, "the schema is not current: write it with `cathgate rule schema`"});
}

}  // namespace cathgate::cds_hooks
