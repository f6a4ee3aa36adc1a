#include "fhir/order_reader.h"

#include <algorithm>

#include "fhir/collect.h"
#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

constexpr std::size_t kDisplayLimit = 80;

std::string display_of(JsonValue code) {
  auto text = code["text"].text();
  for (JsonValue c : code["coding"].elements())
    if (text.empty()) text = c["display"].text();
  return plain_text(text, kDisplayLimit);
}

// Of several reasons the first category of the catalogue counts: "coronary" comes first, so that a coronary question is
// never silenced by a second reason.
void add_reason(std::optional<double>& indication, const Reading& r, JsonValue concept_) {
  r.each(Role::indication, concept_, [&](const Match& m) {
    if (!indication || m.term->number < *indication) indication = m.term->number;
  });
}

void read_reasons(Reading& r, const ResourceEntry& e, const Provenance& p) {
  std::optional<double> indication;
  bool given = false;
  for (JsonValue reason : e.resource["reasonCode"].elements()) given = true, add_reason(indication, r, reason);
  for (JsonValue reference : e.resource["reasonReference"].elements()) {
    given = true;
    const JsonValue target = r.resolve(e, reference);
    const auto verification = target["verificationStatus"]["coding"][std::size_t{0}]["code"].text();
    if (verification == "refuted" || verification == "entered-in-error") continue;
    add_reason(indication, r, target["code"]);
  }
  if (indication)
    r.measure(r.terms.order_indication, *indication, Comparator::exact, p);
  else if (given)
    r.ignored(e, "unknown_indication", "The reason of the order is not one that Cathgate knows.");
}

bool is_usable(Reading& r, const ResourceEntry& e, DraftOrder& order) {
  if (e.id.empty()) {
    r.ignored(e, "no_id", "The order has no id, so that no advice can refer to it.");
    return false;
  }
  if (!r.accept(e, e.resource["subject"])) return false;
  if (e.resource["doNotPerform"].boolean().value_or(false)) {
    r.ignored(e, "do_not_perform", "The order asks not to do the procedure; not used.");
    return false;
  }
  if (order.status == "draft" || order.status == "active" || order.status == "on-hold") return true;
  r.ignored(e, order.status == "entered-in-error" ? "entered_in_error" : "order_closed",
            order.status.empty() ? "The order has no status; not used."
                                 : "The order is " + order.status + "; there is nothing to advise on.",
            {kNoFact, order.status});
  return false;
}

DraftOrder read_order(Reading& r, const ResourceEntry& e) {
  DraftOrder order;
  order.resource = e.resource;
  if (!e.id.empty()) order.reference = e.name();
  order.display = display_of(e.resource["code"]);
  order.status = plain_text(e.resource["status"].text(), kDisplayLimit);
  order.priority = plain_text(e.resource["priority"].text(), kDisplayLimit);
  if (order.priority.empty()) order.priority = "routine";
  order.usable = is_usable(r, e, order);
  if (order.usable) {
    Provenance p;
    if (const auto at = read_fhir_time(e.resource["authoredOn"].text())) p.at = at;
    p.source = p.session = e.name();
    const auto& urgent = r.terms.urgent_priorities;
    const bool is_urgent = std::find(urgent.begin(), urgent.end(), order.priority) != urgent.end();
    r.measure(r.terms.order_urgent, is_urgent ? 1 : 0, Comparator::exact, p);
    read_reasons(r, e, p);
  }
  order.facts = std::move(r.out.measurements);
  order.issues = std::move(r.out.issues);
  r.out.measurements.clear();
  r.out.issues.clear();
  return order;
}

}  // namespace

std::vector<DraftOrder> read_angiography_orders(const Terms& terms, const FactCatalogue& facts, JsonValue draft_orders,
                                                std::string_view patient_id, JsonValue prefetch) {
  PatientSnapshot scratch;
  Reading r(terms.impl(), facts, scratch, patient_id);
  std::vector<ResourceEntry> orders;
  std::size_t index = 0;
  for (JsonValue item : draft_orders["entry"].elements()) {
    ResourceEntry e;
    e.resource = item["resource"];
    e.type = e.resource["resourceType"].text();
    e.id = e.resource["id"].text();
    e.full_url = item["fullUrl"].text();
    e.key = "draftOrders";
    e.index = index++;
    e.bundled = true;
    if (e.type == "ServiceRequest" && r.first(Role::order, e.resource["code"])) orders.push_back(e);
  }
  std::vector<DraftOrder> read;
  if (orders.empty()) return read;
  collect_prefetch(r, prefetch);
  for (const ResourceEntry& e : r.entries)
    if (e.type == "Patient" && e.id == patient_id && !e.full_url.empty()) r.patient_urls.push_back(e.full_url);
  scratch.issues.clear();
  for (const ResourceEntry& e : orders) read.push_back(read_order(r, e));
  return read;
}

OrderCoding order_coding(const Terms& terms, std::string_view test) {
  for (const auto& [name, coding] : terms.impl().tests)
    if (name == test) return coding;
  return {};
}

}  // namespace cathgate::fhir
