// The numeric edges of all rules in every unit in which the record may state them: a value just below, at and just above an
// edge stays there, whatever its unit. (What a rule says there is swept in tests/unit/rules/edge_sweep_test.cpp.)
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"
#include "engine/knowledge.h"
#include "fhir/snapshot_reader.h"

namespace cathgate::cds_hooks {
namespace {

const std::string kRoot = CATHGATE_SOURCE_DIR;
constexpr UnixSeconds kNow = 1'795'500'000;

const ServiceKnowledge& knowledge() {
  static const auto loaded = ServiceKnowledge::load(kRoot);
  return **loaded.value;
}

using Edges = std::map<std::string, std::set<double>>;

void collect(JsonValue node, Edges& edges) {
  if (const auto fact = node["fact"].text(); !fact.empty())
    for (const auto* key : {"from", "above", "below", "up_to"})
      if (const auto number = node[key].number()) edges[std::string(fact)].insert(*number);
  for (const auto* key : {"all", "any", "of"})
    for (auto c : node[key].elements()) collect(c, edges);
  if (!node["not"].is_missing()) collect(node["not"], edges);
}

Edges all_edges() {
  Edges edges;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot + "/rules/library")) {
    if (entry.path().extension() != ".json") continue;
    const auto document = load_json_file(entry.path().string());
    for (auto rule : document->root()["rules"].elements()) {
      collect(rule["when"], edges);
      for (auto step : rule["table"]["steps"].elements())
        for (const auto* key : {"from", "above"})
          if (const auto number = step[key].number()) edges[std::string(rule["table"]["on"].text())].insert(*number);
    }
  }
  return edges;
}

struct Unit { std::string code; double factor; double offset; };

std::map<std::string, std::vector<Unit>> all_units() {
  const auto terms = load_json_file(kRoot + "/fhir/terms.json");
  std::map<std::string, std::vector<Unit>> units;
  for (auto entry : terms->root()["units"].elements())
    for (auto fact : entry["facts"].elements())
      for (auto member : entry["ucum"].members()) {
        const auto v = member.value();
        const bool pair = v.is_array();
        units[std::string(fact.text())].push_back({std::string(member.key), pair ? v[std::size_t{0}].number().value() : v.number().value(), pair ? v[std::size_t{1}].number().value() : 0});
      }
  return units;
}

// The value that Cathgate reads; not a number when it refuses it.
double read_value(const std::string& fact, double reported, const std::string& unit) {
  JsonWriter w;
  w.start_object().key("patient").start_object().member("resourceType", "Patient").member("id", "p1").end_object();
  w.key("o").start_object().member("resourceType", "Observation").member("id", "o1").member("status", "final").member("effectiveDateTime", "2026-11-23T08:00:00Z");
  w.key("subject").start_object().member("reference", "Patient/p1").end_object();
  w.key("code").start_object().key("coding").start_array().start_object().member("system", "https://cathgate.org/fhir/CodeSystem/fact").member("code", std::string_view(fact)).end_object().end_array().end_object();
  w.key("valueQuantity").start_object().member("value", reported).member("system", "http://unitsofmeasure.org").member("code", std::string_view(unit)).end_object().end_object().end_object();
  const auto document = JsonDocument::parse(w.take());
  const auto& facts = knowledge().engine->facts;
  const auto snapshot = fhir::read_snapshot(knowledge().terms, facts, {.prefetch = document->root(), .patient_id = "p1", .as_of = kNow, .encounter_id = {}});
  for (const auto& m : snapshot->measurements)
    if (m.fact == facts.require(fact)) return m.value;
  return std::nan("");
}

TEST(EdgeUnits, AValueStaysOnItsSideInEveryUnit) {
  const auto units = all_units();
  int tried = 0;
  for (const auto& [fact, edges] : all_edges()) {
    const auto& definition = knowledge().engine->facts[knowledge().engine->facts.require(fact)];
    if (definition.kind != FactKind::quantity || definition.stage != Stage::record || !definition.sites.empty()) continue;
    ASSERT_TRUE(units.contains(fact)) << fact;
    for (const double edge : edges)
      for (const auto& unit : units.at(fact)) {
        const double step = std::max(std::abs(edge), 1e-3) * 1e-6;
        const auto read = [&](double canonical) { return read_value(fact, (canonical - unit.offset) / unit.factor, unit.code); };
        SCOPED_TRACE(fact + " at " + std::to_string(edge) + " in " + unit.code);
        EXPECT_NEAR(read(edge), edge, step * 1e-3);
        if (edge - step >= definition.plausible_min) {
          EXPECT_LT(read(edge - step), edge);
        }
        if (edge + step <= definition.plausible_max) {
          EXPECT_GT(read(edge + step), edge);
        }
        ++tried;
      }
  }
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace cathgate::cds_hooks
