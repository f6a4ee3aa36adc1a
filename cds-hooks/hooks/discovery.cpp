// The discovery document. CDS Hooks forbids empty elements, so a service without templates has no `prefetch`.
#include "cds-hooks/hooks/hook_dispatch.h"
#include "cds-hooks/hooks/service.h"
#include "cds-hooks/hooks/services.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kCdsHooksVersion = "2.0.1";  // of the specification that is implemented

void write_service(JsonWriter& w, const ServiceHook& service, const ServiceKnowledge& knowledge,
                   const Phrases& phrases) {
  const bool angiography = service.service == ServiceKind::angiography;
  w.start_object();
  w.member("hook", service.hook_name);
  w.member("title", phrases[angiography ? Phrase::discovery_angiography_title : Phrase::discovery_pain_title]);
  w.member("description",
           phrases[angiography ? Phrase::discovery_angiography_description : Phrase::discovery_pain_description]);
  w.member("id", service.service_id);
  w.member("version", kCdsHooksVersion);
  w.member("hookVersion", service.hook_version);
  w.member("usageRequirements", phrases[Phrase::discovery_requirements]);
  if (const auto& templates = knowledge.terms.prefetch_templates(); !templates.empty()) {
    w.key("prefetch").start_object();
    for (const auto& [key, query] : templates) w.member(key, std::string_view(query));
    if (service.hook == Hook::order_dispatch) w.member(kDispatchedKey, kDispatchedTemplate);
    w.end_object();
  }
  w.end_object();
}

}  // namespace

std::string write_discovery(const ServiceKnowledge& knowledge, const DiscoveryOptions& options, std::string_view language) {
  const auto& phrases = knowledge.messages.in(language);
  JsonWriter w;
  w.start_object().key("services").start_array();
  for (const auto& service : kServiceHooks)
    if (service.service == ServiceKind::angiography || options.chest_pain_service)
      write_service(w, service, knowledge, phrases);
  w.end_array().end_object();
  return w.take();
}

}  // namespace cathgate::cds_hooks
