#include "cds-hooks/cards/card_writer.h"

#include "cds-hooks/cards/card_detail.h"
#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/cards/card_summary.h"
#include "cds-hooks/cards/suggestions.h"
#include "cds-hooks/hooks/service.h"

namespace cathgate::cds_hooks {
namespace {

// Urgency is only ever an argument for doing something: a deferral never shouts.
std::string_view indicator_of(const Assessment& assessment) {
  if (assessment.decision == Decision::emergency) return "critical";
  if (assessment.decision == Decision::defer || assessment.severity == Severity::info) return "info";
  return "warning";
}

void write_source(JsonWriter& w, const CardContext& context) {
  const auto& topic = context.codes.topics.at(std::string(service_id(context.service)));
  w.key("source").start_object();
  w.member("label",
           context.phrases[context.tenant.development_mode ? Phrase::source_label_development : Phrase::source_label]);
  if (!context.tenant.source_url.empty()) w.member("url", std::string_view(context.tenant.source_url));
  w.key("topic")
      .start_object()
      .member("system", std::string_view(topic.system))
      .member("code", std::string_view(topic.code));
  const auto display = context.phrases.find("topic.", service_id(context.service));
  w.member("display", display.empty() ? std::string_view(topic.display) : display).end_object().end_object();
}

// The page on which a person enters by hand what the record lacks. It takes nothing of the patient along.
void write_links(JsonWriter& w, const CardContext& context) {
  if (context.tenant.assess_url.empty()) return;
  w.key("links").start_array().start_object().member("label", context.phrases[Phrase::link_assess]);
  w.member("url", std::string_view(context.tenant.assess_url)).member("type", "absolute").end_object().end_array();
}

void write_override_reasons(JsonWriter& w, const CardContext& context, Decision decision) {
  const auto reasons = context.codes.override_reasons.find(std::string(decision_name(decision)));
  if (reasons == context.codes.override_reasons.end()) return;
  w.key("overrideReasons").start_array();
  for (const auto& code : reasons->second) {
    w.start_object()
        .member("code", std::string_view(code))
        .member("system", std::string_view(context.codes.override_system));
    w.member("display", context.phrases.find("override.", code)).end_object();
  }
  w.end_array();
}

}  // namespace

CardIds write_card(JsonWriter& w, const CardContext& context, const Assessment& assessment,
                   const fhir::DraftOrder* order, bool acute_encounter, const Digest& identity) {
  CardIds ids{card_uuid(identity), {}};
  w.start_object().member("uuid", std::string_view(ids.card));
  w.member("summary", std::string_view(write_summary(context, assessment)));
  w.member("indicator", indicator_of(assessment));
  w.member("detail", std::string_view(write_detail(context, assessment, order)));
  write_source(w, context);
  if (order) write_suggestions(w, context, assessment, *order, acute_encounter, identity, ids.suggestions);
  write_links(w, context);
  write_override_reasons(w, context, assessment.decision);
  w.end_object();
  return ids;
}

CardIds write_unusable_card(JsonWriter& w, const CardContext& context, const fhir::DraftOrder& order, UnixSeconds as_of,
                            const Digest& identity) {
  CardIds ids{card_uuid(identity), {}};
  w.start_object().member("uuid", std::string_view(ids.card));
  w.member("summary", context.phrases[Phrase::summary_unusable_order]).member("indicator", "warning");
  w.member("detail", std::string_view(write_unusable_detail(context, order, as_of)));
  write_source(w, context);
  write_links(w, context);
  write_override_reasons(w, context, Decision::insufficient_data);
  w.end_object();
  return ids;
}

}  // namespace cathgate::cds_hooks
