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

}  // namespace

int print_rule_schema(const KnowledgePlaces& places, const std::string& file) {
  const auto facts = FactCatalogue::load(places.root + "/core/facts.json");
  if (!facts.ok()) return print_problems(facts.errors);
  const auto schema = load_json_file(places.root + "/rules/rule.schema.json");
  if (!schema) return print_problem(schema.error());
  JsonWriter w;
  write_schema(w, schema->root(), *facts.value, "");
  const std::string text = indented(w.take());
  if (file.empty()) return print(text), 0;
  const auto written = read_input(file);
  if (written && *written == text) return 0;
  return print_problem({ErrorCode::invalid_input, file, "the schema is not current: write it with `cathgate rule schema`"});
}

}  // namespace cathgate::cds_hooks
