#include "cds-hooks/commands/mock_record.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "cds-hooks/http/web_address.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::array<std::string_view, 6> kFaults{"none", "429", "slow", "outcome", "paged", "wrong-patient"};
constexpr std::chrono::milliseconds kSlow{3'000};

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(&text[i + 1], &text[i + 1] + 2, value, 16).ptr == &text[i + 1] + 2) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The decoded value of a parameter; empty when it is absent.
std::string parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) return percent_decode(pair.substr(std::min(equals + 1, pair.size())));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

bool holds_code(const std::vector<std::string>& codes, std::string_view wanted) {
  while (!wanted.empty()) {
    const auto end = std::min(wanted.find(','), wanted.size());
    const auto one = wanted.substr(0, end);
    const auto matches = [&](const std::string& code) { return code == one || (one.find('|') == std::string_view::npos && code.ends_with("|" + std::string(one))); };
    if (std::ranges::any_of(codes, matches)) return true;
    wanted.remove_prefix(std::min(end + 1, wanted.size()));
  }
  return false;
}

std::string outcome(std::string_view code, std::string_view text) {
  JsonWriter w;
  w.start_object().member("resourceType", "OperationOutcome").key("issue").start_array().start_object();
  w.member("severity", "error").member("code", code).member("diagnostics", text).end_object().end_array().end_object();
  return w.take();
}

MockReply reply_with(int status, std::string body) { return {status, std::move(body), std::chrono::milliseconds(0), -1}; }

}  // namespace

std::optional<MockFault> read_mock_fault(std::string_view name) {
  const auto found = std::ranges::find(kFaults, name);
  if (found == kFaults.end()) return std::nullopt;
  return static_cast<MockFault>(found - kFaults.begin());
}

MockRecord::MockRecord(JsonValue prefetch, std::string base, MockFault fault) : base_(std::move(base)), fault_(fault) {
  const auto address = read_web_address(base_);
  path_ = address ? address->target : "/fhir";
  for (const auto member : prefetch.members()) {
    if (member.value()["resourceType"].text() == "Bundle")
      for (const auto entry : member.value()["entry"].elements()) add(entry["resource"]);
    else add(member.value());
  }
}

void MockRecord::add(JsonValue json) {
  Resource resource{std::string(json["resourceType"].text()), std::string(json["id"].text()), JsonWriter().value(json).take(), {}};
  if (resource.type.empty()) return;
  const auto known = [&](const Resource& other) { return other.type == resource.type && other.id == resource.id && !resource.id.empty(); };
  if (std::ranges::any_of(resources_, known)) return;
  for (const auto coding : json["code"]["coding"].elements()) resource.codes.push_back(std::string(coding["system"].text()) + "|" + std::string(coding["code"].text()));
  resources_.push_back(std::move(resource));
}

MockReply MockRecord::read(std::string_view type, std::string_view id) const {
  for (const Resource& resource : resources_) {
    if (resource.type != type || resource.id != id) continue;
    if (type == "Patient" && fault_ == MockFault::wrong_patient) return reply_with(200, R"({"resourceType":"Patient","id":"somebody-else","gender":"female","birthDate":"1950-01-01"})");
    return reply_with(200, resource.text);
  }
  return reply_with(404, outcome("not-found", "There is no such resource."));
}

MockReply MockRecord::search(std::string_view type, std::string_view query) const {
  const std::string codes = parameter(query, "code");
  std::vector<const Resource*> found;
  for (const Resource& resource : resources_)
    if (resource.type == type && (codes.empty() || holds_code(resource.codes, codes))) found.push_back(&resource);
  const std::size_t page_size = fault_ == MockFault::paged ? 1 : found.size();
  std::size_t first = 0;
  const std::string page = parameter(query, "_page");
  std::from_chars(page.data(), page.data() + page.size(), first);
  JsonWriter w;
  w.start_object().member("resourceType", "Bundle").member("type", "searchset").member("total", static_cast<std::int64_t>(found.size())).key("entry").start_array();
  for (std::size_t i = first; i < std::min(found.size(), first + page_size); ++i) {
    w.start_object().member("fullUrl", std::string_view(base_ + "/" + found[i]->type + "/" + found[i]->id));
    w.key("resource").raw(found[i]->text).end_object();
  }
  w.end_array();
  if (first + page_size < found.size()) {
    const auto without_page = query.substr(0, query.find("&_page="));
    w.key("link").start_array().start_object().member("relation", "next");
    const std::string url = base_ + "/" + std::string(type) + "?" + std::string(without_page) + "&_page=" + std::to_string(first + page_size);
    w.member("url", std::string_view(url));
    w.end_object().end_array();
  }
  w.end_object();
  return reply_with(200, w.take());
}

MockReply MockRecord::answer(std::string_view target) {
  if (!target.starts_with(path_ + "/")) return reply_with(404, outcome("not-found", "The FHIR base is " + base_ + "."));
  const bool first_time = asked_[std::string(target)]++ == 0;
  if (fault_ == MockFault::throttled && first_time) return {429, outcome("throttled", "Too many requests."), std::chrono::milliseconds(0), 0};
  std::string_view rest = target.substr(path_.size() + 1);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  const auto type = rest.substr(0, end);
  if (fault_ == MockFault::outcome && type == "Observation") return reply_with(500, outcome("exception", "The search failed."));
  MockReply reply = end < rest.size() && rest[end] == '/' ? read(type, rest.substr(end + 1)) : search(type, end < rest.size() ? rest.substr(end + 1) : std::string_view());
  if (fault_ == MockFault::slow && type == "Condition") reply.delay = kSlow;
  return reply;
}

}  // namespace cathgate::cds_hooks
