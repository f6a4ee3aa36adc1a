// Any bytes as a FHIR Bundle of one patient's record. Whatever they are: no crash; every value is finite, in the range that
// the catalogue names, and has a source; and the snapshot is the same after it was written and read back.
#include <cmath>

#include "core/snapshot_json.h"
#include "engine/knowledge.h"
#include "fhir/snapshot_reader.h"
#include "tests/fuzz/harness.h"

namespace {

using namespace cathgate;
using namespace cathgate::fuzz;

// A case file holds its record as a prefetch: all of it becomes one Bundle.
std::string bundle_of(std::string_view input) {
  const auto document = JsonDocument::parse(std::string(input));
  const JsonValue prefetch = document ? document->root()["request"]["prefetch"] : JsonValue();
  if (!prefetch.is_object()) return std::string(input);
  JsonWriter w;
  w.start_object().member("resourceType", "Bundle").member("type", "collection").key("entry").start_array();
  for (const auto key : prefetch.members()) {
    if (key.value()["entry"].is_array())
      for (const JsonValue entry : key.value()["entry"].elements()) w.value(entry);
    else w.start_object().key("resource").value(key.value()).end_object();
  }
  return w.end_array().end_object().take();
}

void check_measurement(const FactCatalogue& facts, const Measurement& m) {
  require(m.fact < facts.size(), "a measurement is of a fact");
  const FactDefinition& fact = facts[m.fact];
  require(std::isfinite(m.value), "a value is finite", fact.name);
  require(!m.source.empty(), "a value has a source", fact.name);
  if (fact.kind == FactKind::boolean) require(m.value == 0 || m.value == 1, "a boolean is 0 or 1", fact.name);
  if (fact.kind == FactKind::category)
    require(m.value >= 0 && m.value < static_cast<double>(fact.categories.size()) && m.value == std::floor(m.value), "a category exists", fact.name);
  if (fact.kind == FactKind::quantity && m.comparator == Comparator::exact)
    require(m.value >= fact.plausible_min && m.value <= fact.plausible_max, "a quantity is plausible", fact.name);
  if (m.at) require(m.at->earliest <= m.at->latest, "a time range is one", fact.name);
}

std::string written(const PatientSnapshot& snapshot, const FactCatalogue& facts) {
  JsonWriter w;
  write_snapshot(w, snapshot, facts, WithTime::yes);
  return w.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = JsonDocument::parse(bundle_of(text_of(data, size)));
  if (!document) return 0;
  const FactCatalogue& facts = knowledge().engine->facts;
  const auto snapshot = fhir::read_bundle(knowledge().terms, facts, document->root(), kNow);
  if (!snapshot) {
    require(snapshot.error().code != ErrorCode::internal, "no internal error", snapshot.error().message);
    return 0;
  }
  for (const Measurement& m : snapshot->measurements) check_measurement(facts, m);
  for (const Diagnosis& d : snapshot->diagnoses) require(d.fact < facts.size() && !d.source.empty(), "a diagnosis has a fact and a source");
  const std::string text = written(*snapshot, facts);
  const auto stored = JsonDocument::parse(text);
  require(stored.ok(), "a written snapshot is JSON", text);
  const auto restored = read_snapshot(stored->root(), facts);
  require(restored.ok(), "a written snapshot can be read", restored ? "" : restored.error().where + ": " + restored.error().message);
  require(written(*restored, facts) == text, "a snapshot is the same after it was written and read", text);
  return 0;
}
