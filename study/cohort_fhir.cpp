#include "study/cohort_fhir.h"

#include <algorithm>

#include "engine/fact_view_builder.h"
#include "fhir/snapshot_reader.h"

namespace cathgate::study {
namespace {

constexpr UnixSeconds kFarFuture = 4'102'444'800;  // 2100: nothing of a record lies after it
constexpr double kObstructivePercent = 50;         // as the reference standard of the shipped cohorts

class BundleReader {
 public:
  BundleReader(const Knowledge& knowledge, const fhir::Terms& terms, Cohort& cohort) : knowledge_(knowledge), terms_(terms), cohort_(cohort), stenosis_(knowledge.facts.require("invasive.stenosis_max")), done_(knowledge.facts.require("invasive.angiography_done")) {}

  Result<bool> read(JsonValue bundle) {
    auto whole = fhir::read_bundle(terms_, knowledge_.facts, bundle, kFarFuture);
    if (!whole) return whole.error();
    const auto& all = whole->measurements;
    const auto angiogram = std::find_if(all.begin(), all.end(), [&](const Measurement& m) { return m.fact == stenosis_ && m.at; });
    ++seen_;
    if (angiogram == all.end()) {
      ++skipped_;
      return true;
    }
    const UnixSeconds day = angiogram->at->earliest;
    double percent = 0;
    for (const auto& m : all)
      if (m.fact == stenosis_ && m.at && m.at->earliest == day) percent = std::max(percent, m.value);
    auto then = fhir::read_bundle(terms_, knowledge_.facts, bundle, day);
    if (!then) return then.error();
    auto snapshot = std::make_shared<PatientSnapshot>(std::move(then).value());
    std::erase_if(snapshot->measurements, [&](const Measurement& m) { return m.fact == stenosis_ || m.fact == done_; });
    std::vector<DataIssue> issues;
    FactView view = build_fact_view(*snapshot, knowledge_, issues);
    cohort_.patients.push_back({std::move(view), percent >= kObstructivePercent, std::move(snapshot)});
    return true;
  }

  void finish() {
    if (skipped_ > 0) cohort_.notes.push_back({CohortNote::Kind::skipped_patient, "no dated invasive.stenosis_max", skipped_, seen_});
  }

 private:
  const Knowledge& knowledge_;
  const fhir::Terms& terms_;
  Cohort& cohort_;
  FactId stenosis_, done_;
  std::size_t seen_ = 0, skipped_ = 0;
};

}  // namespace

void read_bundles(const std::string& text, bool lines, const Knowledge& knowledge, const std::string& knowledge_root, const std::string& where, Cohort& cohort, std::vector<Error>& errors) {
  const auto terms = fhir::Terms::load(knowledge_root + "/fhir/terms.json", knowledge.facts);
  if (!terms.ok()) {
    errors.insert(errors.end(), terms.errors.begin(), terms.errors.end());
    return;
  }
  cohort.reference_standard = "a stenosis of 50 % or more at invasive angiography (invasive.stenosis_max)";
  BundleReader reader(knowledge, *terms.value, cohort);
  std::size_t at = 0;
  const auto read_text = [&](std::string json) {
    const std::string place = where + ":" + std::to_string(++at);
    const auto document = JsonDocument::parse(std::move(json));
    if (!document) return errors.push_back({document.error().code, place, document.error().message});
    const auto read_one = [&](JsonValue bundle) {
      if (const auto done = reader.read(bundle); !done) errors.push_back({done.error().code, place, done.error().message});
    };
    if (!document->root().is_array()) return read_one(document->root());
    for (const auto bundle : document->root().elements()) read_one(bundle);
  };
  if (!lines) {
    read_text(text);
  } else {
    for (std::size_t start = 0; start < text.size();) {
      const auto end = std::min(text.find('\n', start), text.size());
      if (end > start + 1) read_text(text.substr(start, end - start));
      start = end + 1;
    }
  }
  reader.finish();
}

}  // namespace cathgate::study
