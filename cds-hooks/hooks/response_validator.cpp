#include "cds-hooks/hooks/response_validator.h"

#include "core/digest.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kSummaryLimit = 140;
constexpr std::size_t kMaxOverrideReasons = 6;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t count_code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1 : 0;
  return count;
}

bool holds_html(std::string_view text) {
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (is_letter(next) || next == '/' || next == '!' || next == '?') return true;
  }
  return false;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}
bool is_web_address(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

// One walk over one response; keeps the first problem.
class Validator {
 public:
  explicit Validator(JsonValue draft_orders) : draft_orders_(draft_orders) {}

  std::optional<Error> check(JsonValue response) {
    if (!response.is_object()) fail("", "a response is an object");
    if (!response["cards"].is_array()) fail("cards", "a response has an array of cards");
    if (!response["systemActions"].is_missing()) fail("systemActions", "this service never acts on its own");
    for (const auto member : response.members())
      if (member.name() != "cards" || member.value().size() > 0) check_not_empty(member.value(), member.name());
    std::size_t i = 0;
    for (const auto card : response["cards"].elements()) check_card(card, "cards[" + std::to_string(i++) + "]");
    return error_;
  }

 private:
  void fail(std::string where, std::string_view message) {
    if (!error_) error_ = Error{ErrorCode::internal, std::move(where), std::string(message)};
  }
  void require_text(JsonValue object, std::string_view name, const std::string& path) {
    if (!object[name].is_string() || is_blank(object[name].text()))
      fail(path + "." + std::string(name), "a string that is not empty is required");
  }

  // X2, X3: no null and nothing empty, at any depth. The depth is that of a document that was parsed within limits.
  void check_not_empty(JsonValue value, std::string_view where) {
    if (error_) return;
    if (value.is_null()) return fail(std::string(where), "null is not allowed");
    if (value.is_string() && value.text().empty()) return fail(std::string(where), "an empty string is not allowed");
    if ((value.is_array() || value.is_object()) && value.size() == 0)
      return fail(std::string(where), "an empty array or object is not allowed");
    for (const auto element : value.elements()) check_not_empty(element, where);
    for (const auto member : value.members()) check_not_empty(member.value(), member.name());
  }

  void check_card(JsonValue card, const std::string& path) {
    if (!card.is_object()) return fail(path, "a card is an object");
    if (!is_uuid(card["uuid"].text())) fail(path + ".uuid", "a card has a UUID");
    require_text(card, "summary", path);
    const auto summary = card["summary"].text();
    if (count_code_points(summary) >= kSummaryLimit) fail(path + ".summary", "a summary has fewer than 140 characters");
    if (summary.find_first_of("\r\n") != std::string_view::npos) fail(path + ".summary", "a summary is one line");
    if (const auto detail = card["detail"]; !detail.is_missing()) {
      require_text(card, "detail", path);
      if (holds_html(detail.text())) fail(path + ".detail", "the detail holds HTML");
    }
    const auto indicator = card["indicator"].text();
    if (indicator != "info" && indicator != "warning" && indicator != "critical")
      fail(path + ".indicator", "not an indicator");
    check_source(card["source"], path + ".source");
    check_suggestions(card, path);
    check_override_reasons(card["overrideReasons"], path + ".overrideReasons");
    check_links(card["links"], path + ".links");
  }

  void check_source(JsonValue source, const std::string& path) {
    if (!source.is_object()) return fail(path, "a card has a source");
    require_text(source, "label", path);
    for (const std::string_view name : {"url", "icon"})
      if (!source[name].is_missing() && !is_web_address(source[name].text()))
        fail(path + "." + std::string(name), "an absolute address is required");
    if (const auto topic = source["topic"]; !topic.is_missing()) {
      require_text(topic, "code", path + ".topic");
      require_text(topic, "system", path + ".topic");
    }
  }

  void check_suggestions(JsonValue card, const std::string& path) {
    const auto suggestions = card["suggestions"];
    const auto behavior = card["selectionBehavior"];
    if (suggestions.is_missing()) return;
    if (!suggestions.is_array()) return fail(path + ".suggestions", "an array is required");
    if (behavior.text() != "at-most-one" && behavior.text() != "any")
      fail(path + ".selectionBehavior", "suggestions need a selection behavior");
    std::size_t recommended = 0, i = 0;
    for (const auto suggestion : suggestions.elements()) {
      const auto where = path + ".suggestions[" + std::to_string(i++) + "]";
      require_text(suggestion, "label", where);
      if (!is_uuid(suggestion["uuid"].text())) fail(where + ".uuid", "a suggestion has a UUID");
      const auto is_recommended = suggestion["isRecommended"];
      if (!is_recommended.is_missing() && !is_recommended.is_bool())
        fail(where + ".isRecommended", "a boolean is required");
      recommended += is_recommended.boolean().value_or(false) ? 1 : 0;
      check_actions(suggestion["actions"], where + ".actions");
    }
    if (behavior.text() == "at-most-one" && recommended > 1)
      fail(path + ".suggestions", "at most one suggestion is recommended");
  }

  void check_actions(JsonValue actions, const std::string& path) {
    if (actions.is_missing()) return;
    if (!actions.is_array()) return fail(path, "an array is required");
    std::size_t creates = 0, deletes = 0, i = 0;
    for (const auto action : actions.elements()) {
      const auto where = path + "[" + std::to_string(i++) + "]";
      require_text(action, "description", where);
      const auto type = action["type"].text();
      if (type == "create") {
        ++creates;
        check_created(action["resource"], where + ".resource");
        if (!action["resourceId"].is_missing()) fail(where + ".resourceId", "a create has no resourceId");
      } else if (type == "delete") {
        ++deletes;
        check_deleted(action, where);
      } else {
        fail(where + ".type", "this service only creates and deletes drafts");
      }
    }
    if (deletes > 1 || creates > 1 || (deletes == 1 && creates == 0))
      fail(path, "a suggestion is one create, with at most one delete");
  }

  void check_created(JsonValue resource, const std::string& path) {
    if (resource["resourceType"].text() == "MedicationRequest") return check_proposal(resource, path);
    if (resource["resourceType"].text() != "ServiceRequest") return fail(path, "only a ServiceRequest or a MedicationRequest is created");
    require_text(resource, "id", path);
    require_text(resource, "intent", path);
    if (resource["status"].text() != "draft") fail(path + ".status", "a created order is a draft");
    if (!resource["code"].is_object()) fail(path + ".code", "an order says what is ordered");
    require_text(resource["subject"], "reference", path + ".subject");
  }

  // A drug is only ever proposed, without a dose: the prescriber orders.
  void check_proposal(JsonValue resource, const std::string& path) {
    require_text(resource, "id", path);
    if (resource["status"].text() != "draft") fail(path + ".status", "a created request is a draft");
    if (resource["intent"].text() != "proposal") fail(path + ".intent", "a drug is proposed, never ordered");
    if (!resource["medicationCodeableConcept"].is_object()) fail(path + ".medicationCodeableConcept", "a proposal names the drug");
    if (!resource["dosageInstruction"].is_missing()) fail(path + ".dosageInstruction", "the dose is the prescriber's");
    require_text(resource["subject"], "reference", path + ".subject");
  }

  // Group G, 84: only a draft of this very request, never one that is signed or that cannot wait.
  void check_deleted(JsonValue action, const std::string& path) {
    if (!action["resource"].is_missing()) fail(path + ".resource", "a delete names its target by resourceId");
    const auto reference = action["resourceId"].text();
    for (const auto entry : draft_orders_["entry"].elements()) {
      const auto order = entry["resource"];
      if (!names(reference, order)) continue;
      if (order["resourceType"].text() != "ServiceRequest")
        fail(path + ".resourceId", "only a ServiceRequest may be replaced");
      if (order["status"].text() != "draft") fail(path + ".resourceId", "only a draft may be deleted");
      const auto priority = order["priority"].text();
      if (priority == "urgent" || priority == "asap" || priority == "stat")
        fail(path + ".resourceId", "an order that cannot wait is never deleted");
      return;
    }
    fail(path + ".resourceId", "the target is not among the draft orders of this request");
  }

  static bool names(std::string_view reference, JsonValue resource) {
    const auto type = resource["resourceType"].text();
    return !type.empty() && !resource["id"].text().empty() &&
           reference.size() == type.size() + 1 + resource["id"].text().size() && reference.starts_with(type) &&
           reference[type.size()] == '/' && reference.ends_with(resource["id"].text());
  }

  void check_override_reasons(JsonValue reasons, const std::string& path) {
    if (reasons.is_missing()) return;
    if (!reasons.is_array() || reasons.size() > kMaxOverrideReasons)
      return fail(path, "an array of at most six override reasons is required");
    std::size_t i = 0;
    for (const auto reason : reasons.elements()) {
      const auto where = path + "[" + std::to_string(i++) + "]";
      for (const std::string_view name : {"code", "system", "display"}) require_text(reason, name, where);
    }
  }

  void check_links(JsonValue links, const std::string& path) {
    if (links.is_missing()) return;
    if (!links.is_array()) return fail(path, "an array is required");
    std::size_t i = 0;
    for (const auto link : links.elements()) {
      const auto where = path + "[" + std::to_string(i++) + "]";
      require_text(link, "label", where);
      if (!is_web_address(link["url"].text())) fail(where + ".url", "an http or https address is required");
      const auto type = link["type"].text();
      if (type != "absolute" && type != "smart") fail(where + ".type", "a link is absolute or smart");
      if (type == "absolute" && !link["appContext"].is_missing())
        fail(where + ".appContext", "only a smart link has an appContext");
    }
  }

  JsonValue draft_orders_;
  std::optional<Error> error_;
};

}  // namespace

std::optional<Error> validate_response(JsonValue response, JsonValue draft_orders) {
  return Validator(draft_orders).check(response);
}

}  // namespace cathgate::cds_hooks
