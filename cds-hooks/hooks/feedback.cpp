// Reading of feedback: CDS Hooks "Feedback", strict about shape, indifferent to whether a card is known (an unknown
// card is the ledger's to count).
#include <algorithm>

#include "cds-hooks/hooks/service.h"
#include "cds-hooks/hooks/services.h"
#include "core/digest.h"
#include "core/json.h"
#include "core/time.h"

namespace cathgate::cds_hooks {
namespace {

// Operational bounds: far above what a client sends in one batch, far below what would hurt.
constexpr std::size_t kMaxElements = 10'000;
constexpr std::size_t kMaxSuggestions = 100;
constexpr std::size_t kMaxCommentBytes = 16'384;
constexpr std::size_t kMaxCodeBytes = 1'024;

using quality::FeedbackEntry;

Error invalid(std::string where, std::string message) {
  return {ErrorCode::invalid_input, std::move(where), std::move(message)};
}

// RFC 3339 section 5.6: a date and a time with a zone.
bool is_rfc3339(std::string_view text) {
  constexpr std::size_t kShortest = 20;  // 1985-04-12T23:20:50Z
  if (text.size() < kShortest || text.size() > 40 || (text[10] != 'T' && text[10] != 't')) return false;
  const auto range = read_fhir_time(text);
  return range && range->earliest == range->latest;
}

// Lower case, so that the same card is the same card.
std::string normalised(std::string_view uuid) {
  std::string out(uuid);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::optional<Error> read_suggestions(JsonValue element, const std::string& path, FeedbackEntry& entry) {
  const auto list = element["acceptedSuggestions"];
  const std::string where = path + ".acceptedSuggestions";
  if (entry.outcome == "overridden") {
    if (list.is_missing()) return std::nullopt;
    return invalid(where, "an overridden card has no accepted suggestions");
  }
  if (!list.is_array() || list.size() == 0)
    return invalid(where, "an accepted card names the suggestions that were accepted");
  if (list.size() > kMaxSuggestions) return invalid(where, "too many suggestions");
  std::size_t i = 0;
  for (const auto suggestion : list.elements()) {
    if (!is_uuid(suggestion["id"].text()))
      return invalid(where + "[" + std::to_string(i) + "].id", "a UUID is required here");
    entry.accepted_suggestions.push_back(normalised(suggestion["id"].text()));
    ++i;
  }
  std::sort(entry.accepted_suggestions.begin(), entry.accepted_suggestions.end());
  return std::nullopt;
}

std::optional<Error> read_reason(JsonValue reason, const std::string& path, FeedbackEntry& entry) {
  if (reason.is_missing()) return std::nullopt;
  if (!reason.is_object()) return invalid(path, "a Coding is required here");
  const auto code = reason["code"].text();
  if (code.empty() || code.size() > kMaxCodeBytes) return invalid(path + ".code", "a code is required here");
  const auto system = reason["system"];
  if (!system.is_missing() && (system.text().empty() || system.text().size() > kMaxCodeBytes))
    return invalid(path + ".system", "a code system is required here");
  entry.reason_code = code;
  entry.reason_system = system.text();
  return std::nullopt;
}

std::optional<Error> read_override(JsonValue element, const std::string& path, FeedbackEntry& entry) {
  const auto override_reason = element["overrideReason"];
  const std::string where = path + ".overrideReason";
  if (override_reason.is_missing()) return std::nullopt;
  if (entry.outcome != "overridden") return invalid(where, "only an overridden card has an override reason");
  if (!override_reason.is_object()) return invalid(where, "an object is required here");
  const auto reason = override_reason["reason"];
  const auto comment = override_reason["userComment"];
  if (reason.is_missing() && comment.is_missing()) return invalid(where, "a reason or a comment is required here");
  if (auto error = read_reason(reason, where + ".reason", entry)) return error;
  if (comment.is_missing()) return std::nullopt;
  if (!comment.is_string()) return invalid(where + ".userComment", "a string is required here");
  if (comment.text().size() > kMaxCommentBytes) return invalid(where + ".userComment", "the comment is too long");
  entry.user_comment = comment.text();
  return std::nullopt;
}

std::optional<Error> read_element(JsonValue element, const std::string& path, FeedbackEntry& entry) {
  if (!element.is_object()) return invalid(path, "an object is required here");
  if (!is_uuid(element["card"].text())) return invalid(path + ".card", "the UUID of a card is required here");
  entry.card_id = normalised(element["card"].text());
  entry.outcome = element["outcome"].text();
  if (entry.outcome != "accepted" && entry.outcome != "overridden")
    return invalid(path + ".outcome", "the outcome is accepted or overridden");
  entry.outcome_timestamp = element["outcomeTimestamp"].text();
  if (!is_rfc3339(entry.outcome_timestamp))
    return invalid(path + ".outcomeTimestamp", "a date and time with a zone (RFC 3339) is required here");
  if (auto error = read_suggestions(element, path, entry)) return error;
  return read_override(element, path, entry);
}

}  // namespace

Result<std::vector<quality::FeedbackEntry>> read_feedback(std::string_view tenant, std::string_view service_id,
                                                          std::string body) {
  if (!find_service(service_id)) return Error{ErrorCode::not_found, "", "there is no such service"};
  const auto document = JsonDocument::parse(std::move(body));
  if (!document) return document.error();
  const auto list = document->root()["feedback"];
  if (!list.is_array() || list.size() == 0) return invalid("feedback", "an array that is not empty is required here");
  if (list.size() > kMaxElements) return invalid("feedback", "too many elements in one call");
  std::vector<FeedbackEntry> entries;
  entries.reserve(list.size());
  std::size_t i = 0;
  for (const auto element : list.elements()) {
    FeedbackEntry entry;
    entry.tenant = tenant;
    entry.service_id = service_id;
    if (auto error = read_element(element, "feedback[" + std::to_string(i) + "]", entry)) return *error;
    entries.push_back(std::move(entry));
    ++i;
  }
  return entries;
}

}  // namespace cathgate::cds_hooks
