#include "cds-hooks/cards/suggestions.h"

#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/hooks/service.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kDraft = "draft";
constexpr std::size_t kMaxEchoBytes = 16'384;  // operational

bool holds_content(JsonValue value) {
  if (value.is_missing() || value.is_null()) return false;
  if (value.is_string()) return !value.text().empty();
  if (!value.is_array() && !value.is_object()) return true;
  for (const auto element : value.elements())
    if (holds_content(element)) return true;
  for (const auto member : value.members())
    if (holds_content(member.value())) return true;
  return false;
}

void write_clean(JsonWriter& w, JsonValue value) {
  if (value.is_array()) {
    w.start_array();
    for (const auto element : value.elements())
      if (holds_content(element)) write_clean(w, element);
    w.end_array();
  } else if (value.is_object()) {
    w.start_object();
    for (const auto member : value.members())
      if (holds_content(member.value())) {
        w.key(member.name());
        write_clean(w, member.value());
      }
    w.end_object();
  } else {
    w.value(value);
  }
}

void write_coding(JsonWriter& w, const Coding& coding) {
  w.start_object()
      .member("system", std::string_view(coding.system))
      .member("code", std::string_view(coding.code))
      .member("display", std::string_view(coding.display))
      .end_object();
}

struct Alternative {
  std::string_view name;  // of the test, for people
  fhir::OrderCoding coding;
  std::string resource_id;  // of the order that is created
};

// The draft's subject, encounter, requester and reasons go over; the code is the alternative's.
void write_order(JsonWriter& w, const CardContext& context, const fhir::DraftOrder& order,
                 const Alternative& alternative) {
  w.start_object().member("resourceType", "ServiceRequest").member("id", std::string_view(alternative.resource_id));
  w.key("meta").start_object();
  w.key("security").start_array();
  write_coding(w, context.codes.security);
  w.end_array().key("tag").start_array();
  write_coding(w, context.codes.origin);
  w.end_array().end_object();
  w.member("status", kDraft);
  const auto intent = order.resource["intent"].text();
  w.member("intent", intent.empty() ? std::string_view("order") : intent);
  if (order.resource["priority"].text() == "routine") w.member("priority", "routine");
  w.key("code").start_object().key("coding").start_array().start_object();
  w.member("system", std::string_view(alternative.coding.system))
      .member("code", std::string_view(alternative.coding.code));
  if (!alternative.coding.display.empty()) w.member("display", std::string_view(alternative.coding.display));
  w.end_object().end_array().end_object();
  write_echo(w, order.resource);
  w.end_object();
}

struct Offer {
  Phrase label;
  bool recommended;
  bool replaces;
  std::string uuid;
};

void write_offer(JsonWriter& w, const CardContext& context, const fhir::DraftOrder& order,
                 const Alternative& alternative, const Offer& offer) {
  w.start_object();
  w.member("label", std::string_view(filled(context.phrases[offer.label], {{"test", alternative.name}})));
  w.member("uuid", std::string_view(offer.uuid));
  if (offer.recommended) w.member("isRecommended", true);
  w.key("actions").start_array();
  w.start_object().member("type", "create");
  w.member("description",
           std::string_view(filled(context.phrases[Phrase::action_create], {{"test", alternative.name}})));
  w.key("resource");
  write_order(w, context, order, alternative);
  w.end_object();
  if (offer.replaces) {
    w.start_object().member("type", "delete").member("description", context.phrases[Phrase::action_delete]);
    w.member("resourceId", std::string_view(order.reference)).end_object();
  }
  w.end_array().end_object();
}

}  // namespace

bool may_replace(const Assessment& assessment, const fhir::DraftOrder& order, bool acute_encounter) {
  return assessment.decision == Decision::test_first && assessment.next_test && order.usable &&
         order.status == kDraft && !order.reference.empty() && order.priority != "urgent" && order.priority != "asap" &&
         order.priority != "stat" && !acute_encounter;
}

void write_suggestions(JsonWriter& w, const CardContext& context, const Assessment& assessment,
                       const fhir::DraftOrder& order, bool acute_encounter, const Digest& identity,
                       std::vector<std::string>& ids) {
  if (!context.tenant.offer_suggestions || assessment.decision != Decision::test_first || !assessment.next_test) return;
  if (order.resource["subject"]["reference"].text().empty()) return;
  const auto test = test_name(assessment.next_test->test);
  Alternative alternative{context.phrases.find("test.", test), fhir::order_coding(context.terms, test),
                          part_uuid(identity, "create")};
  if (alternative.coding.code.empty()) return;
  w.key("suggestions").start_array();
  const bool replace = may_replace(assessment, order, acute_encounter);
  if (replace) {
    ids.push_back(part_uuid(identity, "replace"));
    write_offer(w, context, order, alternative, {Phrase::suggestion_replace, true, true, ids.back()});
  }
  ids.push_back(part_uuid(identity, "add"));
  write_offer(w, context, order, alternative, {Phrase::suggestion_add, !replace, false, ids.back()});
  w.end_array().member("selectionBehavior", "at-most-one");
}

void write_echo(JsonWriter& w, JsonValue draft) {
  for (const auto name : kEchoedMembers) {
    const auto member = draft[name];
    if (!holds_content(member)) continue;
    JsonWriter text;
    write_clean(text, member);
    if (text.view().size() <= kMaxEchoBytes) w.key(name).raw(text.view());
  }
}

}  // namespace cathgate::cds_hooks
