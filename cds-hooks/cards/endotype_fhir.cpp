#include "cds-hooks/cards/endotype_fhir.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/cards/card_values.h"
#include "cds-hooks/hooks/service.h"
#include "core/time.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {
namespace {

using models::Estimate;

double rounded(double p) { return std::round(p * 10'000) / 10'000; }

class Writer {
 public:
  Writer(JsonWriter& w, const CardContext& context, const Assessment& assessment, std::string_view patient_id, const Digest& identity)
      : w_(w), context_(context), assessment_(assessment), e_(*assessment.endotype), subject_("Patient/" + std::string(patient_id)), identity_(identity) {}

  void write() {
    w_.start_object().member("resourceType", "Bundle").member("type", "collection").key("entry").start_array();
    for (std::size_t i = 0; i < e_.labels.size(); ++i) entry([&] { write_observation(e_.labels[i], i); }, "endotype.label." + std::to_string(i));
    if (e_.certainty) entry([&] { write_risk(*e_.certainty); }, "endotype.risk");
    w_.end_array().end_object();
  }

 private:
  template <class Write>
  void entry(Write write, const std::string& role) {
    id_ = part_uuid(identity_, role);
    w_.start_object().member("fullUrl", std::string_view("urn:uuid:" + id_)).key("resource");
    write();
    w_.end_object();
  }
  void write_coding(std::string_view system, std::string_view code, std::string_view display) {
    w_.start_object().member("system", system).member("code", code);
    if (!display.empty()) w_.member("display", display);
    w_.end_object();
  }
  // The text is in the language of the answer; a coding's own display is the CodeSystem's, which a reader looks up there.
  void write_concept(std::string_view key, std::string_view code, std::string_view text) {
    w_.key(key).start_object().key("coding").start_array();
    write_coding(context_.codes.endotype_system, code, {});
    w_.end_array();
    if (!text.empty()) w_.member("text", text);
    w_.end_object();
  }
  void write_meta() {
    w_.key("meta").start_object().key("security").start_array();
    write_coding(context_.codes.security.system, context_.codes.security.code, context_.codes.security.display);
    w_.end_array().key("tag").start_array();
    write_coding(context_.codes.origin.system, context_.codes.origin.code, context_.codes.origin.display);
    w_.end_array().end_object();
  }
  void write_subject() { w_.key("subject").start_object().member("reference", std::string_view(subject_)).end_object(); }

  // References to the record that the label rests on.
  void write_references(std::string_view key, const std::vector<Evidence>& evidence) {
    std::vector<std::string_view> sources;
    for (const auto& e : evidence)
      if (e.value.source.starts_with("Observation/") && std::find(sources.begin(), sources.end(), e.value.source) == sources.end()) sources.push_back(e.value.source);
    if (sources.empty()) return;
    w_.key(key).start_array();
    for (const auto source : sources) w_.start_object().member("reference", source).end_object();
    w_.end_array();
  }

  void write_observation(const EndotypeLabel& label, std::size_t) {
    w_.start_object().member("resourceType", "Observation").member("id", std::string_view(id_));
    write_meta();
    w_.member("status", "preliminary");
    write_concept("code", "endotype-by-rule-set", context_.phrases[Phrase::fhir_endotype]);
    write_subject();
    w_.member("effectiveDateTime", std::string_view(write_instant(assessment_.as_of)));
    write_concept("valueCodeableConcept", label.label, context_.phrases.find("endotype.label.", label.label));
    write_concept("method", label.rule_set, context_.phrases.find("rule_set.", label.rule_set));
    write_references("derivedFrom", e_.measurements);
    w_.key("note").start_array().start_object().member("text", std::string_view(std::string(label.finding.id) + " " + std::string(label.finding.version))).end_object().end_array();
    w_.end_object();
  }

  void write_prediction(std::string_view code, std::string_view display, const Estimate& e) {
    w_.start_object();
    write_concept("outcome", code, display);
    w_.member("probabilityDecimal", rounded(e.value));
    std::string low, high;
    const FactWriter numbers(context_.facts, context_.phrases);
    numbers.append_percent(low, std::round(1'000 * e.low) / 10), numbers.append_percent(high, std::round(1'000 * e.high) / 10);
    w_.member("rationale", std::string_view(filled(context_.phrases[Phrase::likelihood_interval], {{"low", low}, {"high", high}}))).end_object();
  }

  void write_risk(const EndotypeCertainty& c) {
    w_.start_object().member("resourceType", "RiskAssessment").member("id", std::string_view(id_));
    write_meta();
    w_.member("status", "preliminary");
    write_concept("method", "latent-state-model", std::string(c.model_id) + " " + std::string(c.model_version));
    write_subject();
    w_.member("occurrenceDateTime", std::string_view(write_instant(assessment_.as_of)));
    write_references("basis", e_.measurements);
    w_.key("prediction").start_array();
    for (std::size_t i = 0; i < models::kEndotypes; ++i) {
      const auto name = models::endotype_name(static_cast<models::Endotype>(i));
      write_prediction("cell-" + std::string(name), context_.phrases.find("endotype.cell.", name), c.posterior.endotype[i]);
    }
    write_prediction("axis-reserve-reduced", context_.phrases.find("endotype.label.", "reserve_reduced"), c.posterior.reserve_reduced);
    write_prediction("axis-resistance-raised", context_.phrases.find("endotype.label.", "resistance_raised"), c.posterior.resistance_raised);
    write_prediction("axis-epicardial-spasm", context_.phrases.find("endotype.label.", "epicardial_spasm"), c.posterior.spasm[2]);
    write_prediction("axis-microvascular-spasm", context_.phrases.find("endotype.label.", "microvascular_spasm"), c.posterior.spasm[1]);
    w_.end_array().end_object();
  }

  JsonWriter& w_;
  const CardContext& context_;
  const Assessment& assessment_;
  const EndotypeAssessment& e_;
  std::string subject_;
  std::string id_;
  const Digest& identity_;
};

void write_estimate(JsonWriter& w, std::string_view name, const Estimate& e) { w.key(name).start_array().number(rounded(e.value)).number(rounded(e.low)).number(rounded(e.high)).end_array(); }

}  // namespace

void write_endotype_bundle(JsonWriter& writer, const CardContext& context, const Assessment& assessment, std::string_view patient_id, const Digest& identity) { Writer(writer, context, assessment, patient_id, identity).write(); }

void write_endotype_record(JsonWriter& w, const EndotypeAssessment& e) {
  w.start_object().key("labels").start_array();
  for (const auto& label : e.labels) w.start_object().member("rule_set", label.rule_set).member("label", label.label).member("rule", label.finding.id).member("version", label.finding.version).end_object();
  w.end_array().key("versions").start_object();
  for (const auto& [id, version] : e.versions) w.member(id, version);
  w.end_object();
  if (!e.silence.empty()) w.member("silence", e.silence);
  if (e.certainty) {
    const auto& c = *e.certainty;
    w.key("model").start_object().member("id", c.model_id).member("version", c.model_version).member("digest", c.model_digest).member("calibrated", c.calibrated).member("cfr_cut", c.cfr_cut).member("obstruction_before", rounded(c.obstruction_before));
    for (std::size_t i = 0; i < models::kEndotypes; ++i) write_estimate(w, models::endotype_name(static_cast<models::Endotype>(i)), c.posterior.endotype[i]);
    write_estimate(w, "reserve_reduced", c.posterior.reserve_reduced);
    write_estimate(w, "resistance_raised", c.posterior.resistance_raised);
    w.end_object();
  }
  w.end_object();
}

}  // namespace cathgate::cds_hooks
