#include "core/snapshot_json.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace cathgate {
namespace {

constexpr std::array<std::string_view, 5> kComparators = {"=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 5> kOrigins = {"coded", "text", "derived", "clinician", "assumed"};
constexpr std::array<std::string_view, 3> kIssueKinds = {"ignored", "assumed", "conflicting"};
constexpr std::array<std::string_view, kRecordLists> kLists = {"conditions", "medications", "allergies", "family_history", "procedures"};

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return i;
  return std::nullopt;
}

// Pointers into `items` in canonical order: fact, then the given key.
template <class T, class Less>
std::vector<const T*> sorted(const std::vector<T>& items, Less less) {
  std::vector<const T*> order;
  order.reserve(items.size());
  for (const T& item : items) order.push_back(&item);
  const auto by_value = [&](const T* a, const T* b) { return less(*a, *b); };
  if (!std::is_sorted(order.begin(), order.end(), by_value)) std::sort(order.begin(), order.end(), by_value);
  return order;
}

UnixSeconds first_second(const std::optional<TimeRange>& range) { return range ? range->earliest : INT64_MIN; }
UnixSeconds last_second(const std::optional<TimeRange>& range) { return range ? range->latest : INT64_MIN; }

auto key_of(const Measurement& m) {
  return std::tuple(m.fact, first_second(m.at), last_second(m.at), std::string_view(m.source), std::string_view(m.site), std::string_view(m.session),
                    std::string_view(m.method), m.value, m.comparator, m.origin, m.preliminary, std::string_view(m.as_reported));
}
auto key_of(const Diagnosis& d) { return std::tuple(d.fact, first_second(d.since), last_second(d.since), std::string_view(d.source), d.polarity, d.origin); }
auto key_of(const Treatment& t) { return std::tuple(t.fact, std::string_view(t.source), t.active); }

void write_range(JsonWriter& w, std::string_view name, const std::optional<TimeRange>& range) {
  if (range) w.key(name).start_array().integer(range->earliest).integer(range->latest).end_array();
}
void write_text(JsonWriter& w, std::string_view name, const std::string& text) {
  if (!text.empty()) w.member(name, std::string_view(text));
}

void write_issue(JsonWriter& w, const DataIssue& issue, const FactCatalogue& facts) {
  w.start_object().member("kind", kIssueKinds[static_cast<std::size_t>(issue.kind)]).member("where", std::string_view(issue.where));
  w.member("code", std::string_view(issue.code)).member("message", std::string_view(issue.message));
  if (issue.fact != kNoFact) w.member("fact", std::string_view(facts[issue.fact].name));
  write_text(w, "detail", issue.detail);
  if (issue.entries > 1) w.member("entries", static_cast<std::int64_t>(issue.entries));
  w.end_object();
}

void write_measurement(JsonWriter& w, const Measurement& m, const FactDefinition& fact) {
  w.start_object().member("fact", std::string_view(fact.name));
  if (fact.kind == FactKind::category) w.member("value", std::string_view(fact.categories[static_cast<std::size_t>(m.value)]));
  else w.member("value", m.value);
  if (m.comparator != Comparator::exact) w.member("comparator", kComparators[static_cast<std::size_t>(m.comparator)]);
  write_range(w, "at", m.at);
  if (m.origin != Origin::coded) w.member("origin", kOrigins[static_cast<std::size_t>(m.origin)]);
  if (m.preliminary) w.member("preliminary", true);
  write_text(w, "source", m.source);
  write_text(w, "method", m.method);
  write_text(w, "site", m.site);
  write_text(w, "session", m.session);
  write_text(w, "as_reported", m.as_reported);
  w.end_object();
}

void write_diagnosis(JsonWriter& w, const Diagnosis& d, const FactDefinition& fact) {
  w.start_object().member("fact", std::string_view(fact.name)).member("present", d.polarity == Polarity::present);
  write_range(w, "since", d.since);
  if (d.origin != Origin::coded) w.member("origin", kOrigins[static_cast<std::size_t>(d.origin)]);
  write_text(w, "source", d.source);
  w.end_object();
}

// Reads with one error slot: the first thing that is wrong.
class Reader {
 public:
  Reader(JsonValue json, const FactCatalogue& facts) : json_(json), facts_(facts) {}

  Result<PatientSnapshot> read() {
    if (!json_.is_object()) return Error{ErrorCode::invalid_input, "", "a snapshot is an object"};
    PatientSnapshot s;
    s.as_of = json_["as_of"].integer().value_or(0);
    s.birth_date = range(json_["birth_date"]);
    s.male = json_["male"].boolean();
    s.deceased = json_["deceased"].boolean().value_or(false);
    for (auto name : json_["complete"].elements()) {
      const auto i = index_of(kLists, name.text());
      if (i) s.list_complete[*i] = true;
      else fail("complete", "unknown list");
    }
    read_all(json_["measurements"], "measurements", [&](JsonValue j) { s.measurements.push_back(measurement(j)); });
    read_all(json_["diagnoses"], "diagnoses", [&](JsonValue j) { s.diagnoses.push_back(diagnosis(j)); });
    read_all(json_["treatments"], "treatments", [&](JsonValue j) { s.treatments.push_back({fact(j), j["active"].boolean().value_or(true), std::string(j["source"].text())}); });
    read_all(json_["issues"], "issues", [&](JsonValue j) { s.issues.push_back(issue(j)); });
    if (!error_.message.empty()) return error_;
    return s;
  }

 private:
  template <class F>
  void read_all(JsonValue list, std::string_view name, F f) {
    std::size_t i = 0;
    for (auto element : list.elements()) {
      where_ = std::string(name) + "[" + std::to_string(i++) + "]";
      f(element);
    }
  }
  void fail(std::string_view member, std::string message) {
    if (error_.message.empty()) error_ = {ErrorCode::invalid_input, where_.empty() ? std::string(member) : where_ + "." + std::string(member), std::move(message)};
  }
  FactId fact(JsonValue j) {
    if (const auto id = facts_.find(j["fact"].text())) return *id;
    fail("fact", "no such fact");
    return 0;
  }
  static std::optional<TimeRange> range(JsonValue j) {
    const auto a = j[std::size_t{0}].integer(), b = j[std::size_t{1}].integer();
    if (!a || !b) return std::nullopt;
    return TimeRange{*a, *b};
  }
  Origin origin(JsonValue j) {
    if (j.is_missing()) return Origin::coded;
    const auto i = index_of(kOrigins, j.text());
    if (!i) fail("origin", "unknown origin");
    return static_cast<Origin>(i.value_or(0));
  }
  Measurement measurement(JsonValue j) {
    Measurement m;
    m.fact = fact(j);
    const auto& definition = facts_[m.fact];
    const auto value = definition.kind == FactKind::category ? definition.category(j["value"].text()) : j["value"].number();
    if (!value) fail("value", "not a value of this fact");
    m.value = value.value_or(0);
    if (const auto c = j["comparator"]; !c.is_missing()) {
      const auto i = index_of(kComparators, c.text());
      if (!i) fail("comparator", "unknown comparator");
      m.comparator = static_cast<Comparator>(i.value_or(0));
    }
    m.at = range(j["at"]);
    m.origin = origin(j["origin"]);
    m.preliminary = j["preliminary"].boolean().value_or(false);
    m.source = j["source"].text();
    m.method = j["method"].text();
    m.site = j["site"].text();
    m.session = j["session"].text();
    m.as_reported = j["as_reported"].text();
    return m;
  }
  Diagnosis diagnosis(JsonValue j) {
    return {fact(j), j["present"].boolean().value_or(true) ? Polarity::present : Polarity::absent, range(j["since"]), origin(j["origin"]), std::string(j["source"].text())};
  }
  DataIssue issue(JsonValue j) {
    const auto kind = index_of(kIssueKinds, j["kind"].text());
    if (!kind) fail("kind", "unknown kind of issue");
    DataIssue issue{static_cast<DataIssue::Kind>(kind.value_or(0)), std::string(j["where"].text()), std::string(j["code"].text()), std::string(j["message"].text())};
    if (const auto name = j["fact"].text(); !name.empty()) issue.fact = facts_.find(name).value_or(kNoFact);
    issue.detail = j["detail"].text();
    issue.entries = static_cast<std::uint32_t>(j["entries"].integer().value_or(1));
    return issue;
  }

  JsonValue json_;
  const FactCatalogue& facts_;
  std::string where_;
  Error error_;
};

}  // namespace

void write_snapshot(JsonWriter& w, const PatientSnapshot& s, const FactCatalogue& facts, WithTime with_time) {
  auto less = [](const auto& a, const auto& b) { return key_of(a) < key_of(b); };
  w.start_object();
  if (with_time == WithTime::yes) w.member("as_of", s.as_of);
  write_range(w, "birth_date", s.birth_date);
  if (s.male) w.member("male", *s.male);
  if (s.deceased) w.member("deceased", true);
  w.key("complete").start_array();
  for (std::size_t i = 0; i < kRecordLists; ++i)
    if (s.list_complete[i]) w.string(kLists[i]);
  w.end_array();
  w.key("measurements").start_array();
  for (const auto* m : sorted(s.measurements, less)) write_measurement(w, *m, facts[m->fact]);
  w.end_array().key("diagnoses").start_array();
  for (const auto* d : sorted(s.diagnoses, less)) write_diagnosis(w, *d, facts[d->fact]);
  w.end_array().key("treatments").start_array();
  for (const auto* t : sorted(s.treatments, less)) {
    w.start_object().member("fact", std::string_view(facts[t->fact].name)).member("active", t->active);
    write_text(w, "source", t->source);
    w.end_object();
  }
  w.end_array().key("issues").start_array();
  for (const auto& i : s.issues)
    write_issue(w, i, facts);
  w.end_array().end_object();
}

void sort_canonically(PatientSnapshot& s) {
  auto less = [](const auto& a, const auto& b) { return key_of(a) < key_of(b); };
  std::sort(s.measurements.begin(), s.measurements.end(), less);
  std::sort(s.diagnoses.begin(), s.diagnoses.end(), less);
  std::sort(s.treatments.begin(), s.treatments.end(), less);
}

Result<PatientSnapshot> read_snapshot(JsonValue value, const FactCatalogue& facts) { return Reader(value, facts).read(); }

}  // namespace cathgate
