#include "fhir/collect.h"

#include <algorithm>
#include <tuple>

namespace cathgate::fhir {
namespace {

using Kind = DataIssue::Kind;

std::string key_path(std::string_view key) {
  return key == "bundle" ? "Bundle" : "prefetch." + std::string(key);
}

ResourceEntry entry_of(JsonValue resource, std::string_view key) {
  ResourceEntry e;
  e.resource = resource;
  e.type = resource["resourceType"].text();
  e.id = resource["id"].text();
  e.key = key;
  return e;
}

// Adds the entries of a Bundle. False: it is not the whole answer.
bool collect_entries(Reading& r, JsonValue bundle, std::string_view key) {
  bool whole = true;
  const auto trouble = [&](std::string where, std::string_view code, std::string message) {
    r.issue(Kind::ignored, std::move(where), code, std::move(message));
    whole = false;
  };
  const JsonValue list = bundle["entry"];
  if (!list.is_missing() && !list.is_array())
    trouble(key_path(key) + ".entry", "bad_entry", "Bundle.entry is not a list.");
  std::size_t index = 0;
  for (JsonValue item : list.elements()) {
    const JsonValue resource = item["resource"];
    ResourceEntry e = entry_of(resource, key);
    e.index = index++;
    e.bundled = true;
    e.full_url = item["fullUrl"].text();
    if (e.type.empty())
      trouble(e.path(), "no_resource", "The entry holds no resource.");
    else if (e.type == "OperationOutcome")
      trouble(e.path(), "prefetch_failed", "The answer holds an OperationOutcome; it may not be complete.");
    else
      r.entries.push_back(e);
  }
  const auto total = bundle["total"].integer();
  bool more = total && *total > static_cast<std::int64_t>(index);
  for (JsonValue link : bundle["link"].elements()) more = more || link["relation"].text() == "next";
  if (more)
    trouble(key_path(key), "paged", "Only a page of the answer was sent; what it lacks is unknown, not absent.");
  return whole;
}

// One key of the prefetch. False: the list that it stands for is not complete.
bool collect_key(Reading& r, std::string_view key, JsonValue value, bool list_expected) {
  if (value.is_null()) return true;
  const auto type = value["resourceType"].text();
  if (type.empty()) {
    r.issue(Kind::ignored, key_path(key), "not_a_resource", "The prefetch value is not a FHIR resource.");
    return false;
  }
  if (type == "OperationOutcome") {
    r.issue(Kind::ignored, key_path(key), "prefetch_failed", "The query of this key failed at the sender.");
    return false;
  }
  if (type == "Bundle") return collect_entries(r, value, key);
  r.entries.push_back(entry_of(value, key));
  if (list_expected)
    r.issue(Kind::ignored, key_path(key), "not_a_bundle",
            "One resource was sent where a Bundle was asked for; the list may not be complete.");
  return !list_expected;
}

std::string json_text(JsonValue value) {
  JsonWriter writer;
  writer.value(value);
  return writer.take();
}

// Of two copies of a resource the later one counts; two different ones without a date are said.
bool comes_before(Reading& r, const ResourceEntry& a, const ResourceEntry& b) {
  const auto at_a = a.resource["meta"]["lastUpdated"].text(), at_b = b.resource["meta"]["lastUpdated"].text();
  if (at_a != at_b) {
    const auto first = read_fhir_time(at_a), second = read_fhir_time(at_b);
    const auto instant = [](const auto& t) { return t ? t->latest : INT64_MIN; };
    if (instant(first) != instant(second)) return instant(first) > instant(second);
  }
  const std::string text_a = json_text(a.resource), text_b = json_text(b.resource);
  if (text_a != text_b)
    r.issue(Kind::conflicting, a.name(), "duplicate_id",
            "Two different versions of this resource were sent; one was used.");
  return text_a <= text_b;
}

void drop_copies(Reading& r) {
  std::vector<std::size_t> order;
  order.reserve(r.entries.size());
  for (std::size_t i = 0; i < r.entries.size(); ++i)
    if (!r.entries[i].id.empty()) order.push_back(i);
  const auto key = [&](std::size_t i) { return std::tie(r.entries[i].id, r.entries[i].type); };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return key(a) != key(b) ? key(a) < key(b) : a < b; });
  std::vector<bool> dropped(r.entries.size());
  bool any = false;
  for (std::size_t i = 1, kept = 0; i < order.size(); ++i) {
    if (key(order[i]) != key(order[kept])) {
      kept = i;
      continue;
    }
    any = true;
    ResourceEntry& a = r.entries[order[kept]];
    ResourceEntry& b = r.entries[order[i]];
    r.count(a.type, "duplicate");
    const bool first = comes_before(r, a, b);
    dropped[order[first ? i : kept]] = true;
    if (!first) kept = i;
  }
  if (!any) return;
  std::size_t i = 0;
  std::erase_if(r.entries, [&](const ResourceEntry&) { return dropped[i++]; });
}

}  // namespace

void collect_prefetch(Reading& r, JsonValue prefetch) {
  auto& complete = r.out.list_complete;
  std::array<bool, kRecordLists> broken{};
  for (const auto m : prefetch.members()) {
    const auto known = std::find_if(r.terms.prefetch_keys.begin(), r.terms.prefetch_keys.end(),
                                    [&](const auto& k) { return k.key == m.key; });
    const bool is_list = known != r.terms.prefetch_keys.end() && known->list != RecordList::none;
    const bool whole = collect_key(r, m.key, m.value(), is_list);
    if (!is_list) continue;
    const auto list = static_cast<std::size_t>(known->list);
    if (!whole)
      broken[list] = true;
    else if (!known->addition)
      complete[list] = true;
  }
  for (std::size_t i = 0; i < kRecordLists; ++i) complete[i] = complete[i] && !broken[i];
  drop_copies(r);
}

bool collect_bundle(Reading& r, JsonValue bundle) {
  if (bundle["resourceType"].text() != "Bundle") return false;
  r.out.list_complete.fill(collect_entries(r, bundle, "bundle"));
  drop_copies(r);
  return true;
}

}  // namespace cathgate::fhir
