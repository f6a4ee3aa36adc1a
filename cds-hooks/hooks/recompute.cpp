#include "cds-hooks/hooks/recompute.h"

#include "cds-hooks/cards/suggestions.h"
#include "core/snapshot_json.h"
#include "engine/knowledge.h"
#include "models/endotype_calibration.h"

namespace cathgate::cds_hooks {
namespace {

void write_endotype_options(JsonWriter& w, const EndotypeOptions& e) {
  w.start_object().member("card", e.card).member("posterior", e.posterior).member("research", e.research).member("ranking", e.ranking);
  w.member("own_reference", e.own_reference).member("invasive_available", e.invasive_available).member("ttde_available", e.ttde_available);
  w.member("rule_set", std::string_view(e.rule_set));
  w.key("test_costs").start_object();
  for (std::size_t t = 0; t < models::kEndotypeTests; ++t)
    if (e.test_costs[t] > 0) w.member(models::endotype_test_name(static_cast<models::EndotypeTest>(t)), e.test_costs[t]);
  w.end_object();
  if (e.calibration) {
    w.key("calibration").start_object();
    w.member("model", std::string_view(e.calibration->site().model_digest));
    models::write_calibration_members(w, e.calibration->site().calibration);
    w.end_object();
  }
  w.end_object();
}

void write_options(JsonWriter& w, const TenantOptions& tenant) {
  w.start_object();
  w.member("tenant", std::string_view(tenant.tenant)).member("language", std::string_view(tenant.language));
  w.member("development_mode", tenant.development_mode).member("offer_suggestions", tenant.offer_suggestions);
  w.member("source_url", std::string_view(tenant.source_url)).member("assess_url", std::string_view(tenant.assess_url));
  w.member("guideline", std::string_view(tenant.site.guideline));
  w.key("available").start_array();
  for (std::size_t i = 0; i < kTests; ++i)
    if (tenant.site.available[i]) w.string(test_name(static_cast<Test>(i)));
  w.end_array().key("endotype");
  write_endotype_options(w, tenant.site.endotype);
  if (tenant.site.recalibration) {
    w.key("recalibration");
    models::write_recalibration_use(w, *tenant.site.recalibration);
  }
  w.end_object();
}

// An entry of before the endotype has no such options: no second card.
EndotypeOptions read_endotype_options(JsonValue json) {
  const auto is_on = [&](std::string_view name) { return json[name].boolean().value_or(false); };
  EndotypeOptions e;
  e.card = is_on("card"), e.posterior = is_on("posterior"), e.research = is_on("research"), e.ranking = is_on("ranking");
  e.own_reference = is_on("own_reference"), e.invasive_available = is_on("invasive_available"), e.ttde_available = is_on("ttde_available");
  if (!json["rule_set"].text().empty()) e.rule_set = json["rule_set"].text();
  for (const auto cost : json["test_costs"].members())
    if (const auto test = models::read_endotype_test(cost.key)) e.test_costs[static_cast<std::size_t>(*test)] = cost.value().number().value_or(0);
  if (!json["calibration"].is_missing()) e.calibration = std::make_shared<const CalibratedEndotype>(models::SiteCalibration{std::string(json["calibration"]["model"].text()), models::read_calibration_members(json["calibration"])});
  return e;
}

TenantOptions read_options(JsonValue json) {
  TenantOptions tenant;
  tenant.tenant = json["tenant"].text();
  tenant.language = json["language"].text();
  tenant.development_mode = json["development_mode"].boolean().value_or(true);
  tenant.offer_suggestions = json["offer_suggestions"].boolean().value_or(true);
  tenant.source_url = json["source_url"].text();
  tenant.assess_url = json["assess_url"].text();
  tenant.site.guideline = json["guideline"].text();
  tenant.site.available.fill(false);
  for (const auto name : json["available"].elements())
    if (const auto test = read_test(name.text())) tenant.site.available[static_cast<std::size_t>(*test)] = true;
  tenant.site.endotype = read_endotype_options(json["endotype"]);
  if (const auto local = json["recalibration"]; !local.is_missing()) tenant.site.recalibration = std::make_shared<const models::Recalibration>(models::read_recalibration_use(local));
  return tenant;
}

// Only what a suggestion repeats of the draft.
void write_resource(JsonWriter& w, JsonValue resource) {
  w.start_object();
  for (const std::string_view name : {"intent", "priority"})
    if (!resource[name].text().empty()) w.member(name, resource[name].text());
  write_echo(w, resource);
  w.end_object();
}

void write_order(JsonWriter& w, const fhir::DraftOrder& order, const FactCatalogue& facts) {
  w.start_object();
  w.member("reference", std::string_view(order.reference)).member("display", std::string_view(order.display));
  w.member("status", std::string_view(order.status))
      .member("priority", std::string_view(order.priority))
      .member("usable", order.usable);
  w.key("facts").raw(order_facts_text(order, facts));
  w.key("resource");
  write_resource(w, order.resource);
  w.end_object();
}

Result<fhir::DraftOrder> read_order(JsonValue json, const FactCatalogue& facts) {
  fhir::DraftOrder order;
  order.reference = json["reference"].text();
  order.display = json["display"].text();
  order.status = json["status"].text();
  order.priority = json["priority"].text();
  order.usable = json["usable"].boolean().value_or(false);
  order.resource = json["resource"];
  auto own = read_snapshot(json["facts"], facts);
  if (!own) return own.error();
  order.facts = std::move(own->measurements);
  order.issues = std::move(own->issues);
  return order;
}

}  // namespace

Result<AnswerCase> read_ledger_case(JsonValue root, const FactCatalogue& facts) {
  AnswerCase input;
  const auto service = find_service(root["service"].text());
  if (!service) return Error{ErrorCode::invalid_input, "service", "the stored facts name no service of this program"};
  input.service = *service;
  input.patient_id = root["patient"].text();
  input.as_of = root["as_of"].integer().value_or(0);
  if (const auto stored = root["snapshot"]; !stored.is_missing()) {
    auto snapshot = read_snapshot(stored, facts);
    if (!snapshot) return snapshot.error();
    input.snapshot = std::move(*snapshot);
    input.snapshot->as_of = input.as_of;
    JsonWriter text;
    write_snapshot(text, *input.snapshot, facts, WithTime::no);
    input.snapshot_text = text.take();
  }
  for (const auto json : root["orders"].elements()) {
    auto order = read_order(json, facts);
    if (!order) return order.error();
    input.orders.push_back(std::move(*order));
  }
  return input;
}

std::string order_facts_text(const fhir::DraftOrder& order, const FactCatalogue& facts) {
  PatientSnapshot own;
  own.measurements = order.facts;
  own.issues = order.issues;
  JsonWriter w;
  write_snapshot(w, own, facts, WithTime::no);
  return w.take();
}

std::string write_ledger_facts(const AnswerCase& input, const TenantOptions& tenant, const FactCatalogue& facts, std::string_view endotype_record) {
  JsonWriter w;
  w.start_object()
      .member("as_of", input.as_of)
      .member("service", service_id(input.service))
      .member("patient", std::string_view(input.patient_id));
  w.key("options");
  write_options(w, tenant);
  if (input.snapshot) w.key("snapshot").raw(input.snapshot_text);
  w.key("orders").start_array();
  for (const auto& order : input.orders) write_order(w, order, facts);
  w.end_array();
  if (!endotype_record.empty()) w.key("endotype").raw(endotype_record);
  w.end_object();
  return w.take();
}

Result<std::string> recompute(const ServiceKnowledge& knowledge, const quality::LedgerEntry& stored) {
  const auto document = JsonDocument::parse(stored.facts);
  if (!document) return document.error();
  auto input = read_ledger_case(document->root(), knowledge.engine->facts);
  if (!input) return input.error();
  const auto tenant = read_options(document->root()["options"]);
  return write_cards(knowledge, tenant, *input).body;
}

}  // namespace cathgate::cds_hooks
