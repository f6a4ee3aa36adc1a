// Any bytes as the body of a hook call. Whatever they are: no crash and no internal error (an answer that its own validator
// refuses is one); the same bytes give the same answer; and neither the order of the entries of a prefetch Bundle nor a
// resource that says nothing about a fact changes a decision.
#include <algorithm>
#include <set>
#include <vector>

#include "cds-hooks/hooks/services.h"
#include "tests/fuzz/harness.h"

namespace {

using namespace cathgate;
using namespace cathgate::fuzz;
using namespace cathgate::cds_hooks;

constexpr std::string_view kUnrelated = R"({"resource":{"resourceType":"Slot","id":"cathgate-fuzz-unrelated"}})";

// Each changes one thing about a request without changing what it says.
enum class Change { reverse_entries, add_unrelated };

void write_bundle(JsonWriter& w, JsonValue bundle, Change change) {
  w.start_object();
  for (const auto member : bundle.members()) {
    w.key(member.name());
    if (member.name() != "entry" || !member.value().is_array()) {
      w.value(member.value());
      continue;
    }
    std::vector<JsonValue> entries;
    for (const JsonValue entry : member.value().elements()) entries.push_back(entry);
    if (change == Change::reverse_entries) std::reverse(entries.begin(), entries.end());
    w.start_array();
    for (const JsonValue entry : entries) w.value(entry);
    if (change == Change::add_unrelated) w.raw(kUnrelated);
    w.end_array();
  }
  w.end_object();
}

std::string changed(JsonValue request, Change change) {
  JsonWriter w;
  w.start_object();
  for (const auto member : request.members()) {
    w.key(member.name());
    if (member.name() != "prefetch" || !member.value().is_object()) {
      w.value(member.value());
      continue;
    }
    w.start_object();
    for (const auto key : member.value().members()) {
      w.key(key.name());
      if (key.value()["resourceType"].text() == "Bundle") write_bundle(w, key.value(), change);
      else w.value(key.value());
    }
    w.end_object();
  }
  return w.end_object().take();
}

// The total of a Bundle says whether a page is missing, so that one entry more is not always nothing; and where two resources
// carry one identity, which of them is meant depends on their order.
bool is_unambiguous(JsonValue prefetch) {
  std::set<std::string> identities;
  for (const auto key : prefetch.members()) {
    if (!key.value()["total"].is_missing()) return false;
    for (const JsonValue entry : key.value()["entry"].elements()) {
      const JsonValue resource = entry["resource"];
      const std::string identity = std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
      if (!identities.insert(identity).second) return false;
      if (const auto url = entry["fullUrl"].text(); !url.empty() && !identities.insert(std::string(url)).second) return false;
    }
  }
  return true;
}

std::string_view service_for(JsonValue request) {
  for (const ServiceHook& entry : kServiceHooks)
    if (entry.hook_name == request["hook"].text()) return entry.service_id;
  return kServiceHooks[0].service_id;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body = request_of(text_of(data, size));
  const auto document = JsonDocument::parse(body);
  const auto service = service_for(document ? document->root() : JsonValue());
  const auto answer = answer_hook(knowledge(), {}, service, body, kNow);
  if (!answer) {
    require(answer.error().code != ErrorCode::internal, "no internal error", answer.error().where + ": " + answer.error().message);
    return 0;
  }
  const auto again = answer_hook(knowledge(), {}, service, body, kNow);
  require(again && again->body == answer->body, "the same bytes give the same answer", answer->body);
  if (!is_unambiguous(document->root()["prefetch"])) return 0;
  for (const Change change : {Change::reverse_entries, Change::add_unrelated}) {
    const auto other = answer_hook(knowledge(), {}, service, changed(document->root(), change), kNow);
    require(other.ok(), "a harmless change is answered, too", other ? "" : other.error().message);
    require(other->decisions == answer->decisions,
            change == Change::reverse_entries ? "the order of entries changes no decision" : "an unrelated resource changes no decision",
            answer->body + "\n" + other->body);
  }
  return 0;
}
