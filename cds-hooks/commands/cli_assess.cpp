#include <unistd.h>

#include <ctime>

#include "cds-hooks/app.h"
#include "cds-hooks/commands/cli.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_text.h"
#include "cds-hooks/hooks/services.h"
#include "core/digest.h"
#include "core/json.h"
#include "core/time.h"

namespace cathgate::cds_hooks {
namespace {

bool is_terminal() { return isatty(STDOUT_FILENO) == 1; }

TextStyle text_style() { return {is_terminal(), 100}; }

// The id of the one patient of a Bundle.
Result<std::string> patient_of(JsonValue bundle) {
  std::string id;
  for (const auto entry : bundle["entry"].elements()) {
    const auto resource = entry["resource"];
    if (resource["resourceType"].text() != "Patient") continue;
    if (!id.empty() && id != resource["id"].text()) return Error{ErrorCode::invalid_input, "Bundle", "The Bundle holds more than one patient."};
    id = resource["id"].text();
  }
  if (id.empty()) return Error{ErrorCode::missing_data, "Bundle", "The Bundle holds no Patient with an id."};
  return id;
}

void write_draft_order(JsonWriter& json, const Coding& code, const std::string& patient) {
  json.start_object().member("resourceType", "ServiceRequest").member("id", "draft").member("status", "draft").member("intent", "order");
  json.key("code").start_object().key("coding").start_array().start_object();
  json.member("system", code.system).member("code", code.code).member("display", code.display);
  json.end_object().end_array().end_object();
  json.key("subject").start_object().member("reference", "Patient/" + patient).end_object().end_object();
}

// The hook call that an EHR would make with this record as its prefetch: every list is there, and whole.
std::string wrap(const ServiceKnowledge& knowledge, JsonValue bundle, const std::string& patient) {
  JsonWriter json;
  json.start_object().member("hook", kServiceHooks[0].hook_name).member("hookInstance", random_uuid());
  json.key("context").start_object().member("userId", "Practitioner/command-line").member("patientId", patient);
  json.key("draftOrders").start_object().member("resourceType", "Bundle").member("type", "collection").key("entry").start_array();
  json.start_object().key("resource");
  write_draft_order(json, knowledge.codes.topics.at(std::string(service_id(ServiceKind::angiography))), patient);
  json.end_object().end_array().end_object().end_object();
  json.key("prefetch").start_object().key("record").value(bundle);
  for (const auto& [key, query] : knowledge.terms.prefetch_templates()) {
    if (key == "patient") continue;
    json.key(key).start_object().member("resourceType", "Bundle").member("type", "searchset").key("entry").start_array().end_array().end_object();
  }
  return json.end_object().end_object().take();
}

struct HookCall {
  std::string_view service;
  std::string body;
};

Result<HookCall> read_call(const ServiceKnowledge& knowledge, const std::string& text) {
  const auto document = JsonDocument::parse(text);
  if (!document) return document.error();
  const JsonValue root = document->root();
  if (root["resourceType"].text() == "Bundle") {
    const auto patient = patient_of(root);
    if (!patient) return patient.error();
    return HookCall{service_id(ServiceKind::angiography), wrap(knowledge, root, *patient)};
  }
  for (const ServiceHook& service : kServiceHooks) {
    if (service.hook_name == root["hook"].text()) return HookCall{service.service_id, text};
  }
  return Error{ErrorCode::invalid_input, "hook", "This is neither a Bundle nor a call of a hook that Cathgate answers."};
}

Result<UnixSeconds> read_as_of(const std::string& text) {
  if (text.empty()) return static_cast<UnixSeconds>(std::time(nullptr));
  const auto range = read_fhir_time(text);
  if (range && range->earliest == range->latest) return range->earliest;
  return Error{ErrorCode::invalid_input, "--as-of", "This is not an instant such as 2026-11-24T08:15:00Z."};
}

// Copies a request with every date moved by whole days; times of day and zones stay as they are.
void write_moved(JsonWriter& json, JsonValue value, std::int64_t days) {
  if (value.is_object()) {
    json.start_object();
    for (const auto member : value.members()) {
      json.key(member.name());
      write_moved(json, member.value(), days);
    }
    json.end_object();
  } else if (value.is_array()) {
    json.start_array();
    for (const auto element : value.elements()) write_moved(json, element, days);
    json.end_array();
  } else {
    const std::string_view text = value.text();
    const auto date = text.size() >= 10 && read_fhir_time(text) ? read_fhir_time(std::string(text.substr(0, 10)) + "T00:00:00Z") : std::nullopt;
    if (date) json.string(write_date(date->earliest + days * kSecondsPerDay) + std::string(text.substr(10)));
    else json.value(value);
  }
}

int print_answer(const std::string& body, OutputForm form) {
  if (form == OutputForm::json || (form == OutputForm::automatic && !is_terminal())) return print(body + "\n"), 0;
  const auto document = JsonDocument::parse(body);
  if (!document) return print_problem(document.error());
  return print(write_answer_text(document->root(), text_style())), 0;
}

}  // namespace

int assess_file(const Config& config, const KnowledgePlaces& places, const AssessOptions& options) {
  const auto as_of = read_as_of(options.as_of);
  if (!as_of) return print_problem(as_of.error());
  const auto text = read_input(options.file);
  if (!text) return print_problem(text.error());
  const auto knowledge = ServiceKnowledge::load(places);
  if (!knowledge.ok()) return print_problems(knowledge.errors);
  if (const auto problem = check_guidelines(config, *(*knowledge.value)->engine)) return print_problem(*problem);
  auto call = read_call(**knowledge.value, *text);
  if (!call) return print_problem(call.error());
  auto tenant = tenant_options(config);
  tenant.fhir_output = options.fhir;
  const auto answer = answer_hook(**knowledge.value, tenant, call->service, std::move(call->body), *as_of);
  if (!answer) return print_problem(answer.error());
  if (options.fhir) {
    if (!answer->endotype_fhir.empty()) return print(answer->endotype_fhir + "\n"), 0;
    return print_problem({ErrorCode::not_found, options.file, "There is no endotype to be written: no open artery with persistent symptoms, and no test of coronary function."});
  }
  return print_answer(answer->body, options.form);
}

int print_case_request(const std::string& file, bool today) {
  const auto text = read_input(file);
  if (!text) return print_problem(text.error());
  const auto document = JsonDocument::parse(*text);
  if (!document) return print_problem(document.error());
  const auto request = document->root()["request"];
  if (!request.is_object()) return print_problem({ErrorCode::invalid_input, file, "The file holds no \"request\"."});
  std::int64_t days = 0;
  if (const auto then = read_fhir_time(document->root()["now"].text()); today && then) days = (static_cast<UnixSeconds>(std::time(nullptr)) - then->earliest) / kSecondsPerDay;
  JsonWriter json;
  write_moved(json, request, days);
  return print(json.take() + "\n"), 0;
}

int show_answer(const std::string& file) {
  const auto text = read_input(file);
  if (!text) return print_problem(text.error());
  return print_answer(*text, OutputForm::text);
}

}  // namespace cathgate::cds_hooks
