#include "cds-hooks/cards/endotype_card.h"

#include <algorithm>

#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/cards/card_sections.h"
#include "cds-hooks/cards/endotype_suggestions.h"
#include "cds-hooks/hooks/service.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kLimit = 140;
constexpr std::string_view kNotTested = "not_tested";

void write_source(JsonWriter& w, const CardContext& context) {
  const auto& topic = context.codes.endotype_topic;
  w.key("source").start_object();
  w.member("label", context.phrases[context.tenant.development_mode ? Phrase::source_label_development : Phrase::source_label]);
  if (!context.tenant.source_url.empty()) w.member("url", std::string_view(context.tenant.source_url));
  w.key("topic").start_object().member("system", std::string_view(topic.system)).member("code", std::string_view(topic.code));
  const auto display = context.phrases.find("topic.endotype");
  w.member("display", display.empty() ? std::string_view(topic.display) : display).end_object().end_object();
}

void write_override_reasons(JsonWriter& w, const CardContext& context) {
  w.key("overrideReasons").start_array();
  for (const auto& code : context.codes.endotype_override_reasons)
    w.start_object().member("code", std::string_view(code)).member("system", std::string_view(context.codes.override_system)).member("display", context.phrases.find("override.", code)).end_object();
  w.end_array();
}

}  // namespace

std::vector<const EndotypeLabel*> default_labels(const CardContext& context, const EndotypeAssessment& endotype) {
  std::vector<const EndotypeLabel*> labels;
  for (const auto& label : endotype.labels)
    if (label.rule_set == context.tenant.site.endotype.rule_set) labels.push_back(&label);
  std::stable_partition(labels.begin(), labels.end(), [](const EndotypeLabel* l) { return l->label != kNotTested; });
  return labels;
}

std::string write_endotype_summary(const CardContext& context, const EndotypeAssessment& endotype) {
  std::vector<std::string_view> names;
  for (const auto* label : default_labels(context, endotype))
    if (label->label != kNotTested) names.push_back(context.phrases.find("endotype.label.", label->label));
  if (endotype.vasospasm_by_ecg) names.push_back(context.phrases[Phrase::endotype_short_spasm_by_ecg]);
  else if (!names.empty() && !endotype.spasm_tested) names.push_back(context.phrases[Phrase::endotype_short_no_spasm]);
  for (; !names.empty(); names.pop_back()) {
    std::string labels;
    for (const auto name : names) labels.append(labels.empty() ? std::string_view() : context.phrases[Phrase::list_separator]).append(name);
    auto summary = filled(context.phrases[Phrase::summary_endotype], {{"labels", labels}});
    if (code_points(summary) < kLimit) return summary;
  }
  if (const auto readings = write_reserve_readings(context, endotype); !readings.empty()) {
    auto summary = filled(context.phrases[Phrase::summary_endotype_noninvasive], {{"readings", readings}});
    if (code_points(summary) < kLimit) return summary;
  }
  return std::string(context.phrases[Phrase::summary_endotype_bare]);
}

std::string write_reserve_readings(const CardContext& context, const EndotypeAssessment& endotype) {
  const FactWriter facts(context.facts, context.phrases);
  std::string readings;
  for (const auto& reading : endotype.reserve_readings) {
    readings.append(readings.empty() ? std::string_view() : context.phrases[Phrase::list_separator]);
    facts.append_short(readings, reading.fact, reading.value);
  }
  return readings;
}

CardIds write_endotype_card(JsonWriter& w, const CardContext& context, const Assessment& assessment, const fhir::DraftOrder* order, std::string_view patient_id, const Digest& identity) {
  CardIds ids{part_uuid(identity, "endotype"), {}};
  w.start_object().member("uuid", std::string_view(ids.card));
  w.member("summary", std::string_view(write_endotype_summary(context, *assessment.endotype))).member("indicator", "info");
  w.member("detail", std::string_view(write_endotype_detail(context, assessment, order)));
  write_source(w, context);
  write_endotype_suggestions(w, context, *assessment.endotype, order, patient_id, identity, ids.suggestions);
  write_override_reasons(w, context);
  w.end_object();
  return ids;
}

}  // namespace cathgate::cds_hooks
