#include "fhir/terms_loader.h"

#include <algorithm>
#include <array>

namespace cathgate::fhir {
namespace {

constexpr std::array<std::string_view, 20> kSections = {
    "version",      "note",       "systems",         "limits",     "units",
    "measurements", "statements", "carriers",        "procedures", "medications",
    "allergens",    "family",     "interpretations", "answers",    "encounter_classes",
    "orders",       "cad_rads",   "questionnaire",   "prefetch",   "own"};

std::optional<CodeFlag> read_flag(std::string_view flag) {
  if (flag == "V" || flag == "V-impl" || flag == "own") return CodeFlag::verified;
  if (flag == "V-sec") return CodeFlag::secondary;
  if (flag == "M") return CodeFlag::unconfirmed;
  return std::nullopt;
}

}  // namespace

TermsLoader::TermsLoader(JsonValue root, std::string path, const FactCatalogue& facts)
    : root_(root),
      path_(std::move(path)),
      facts_(facts),
      impl_(std::make_shared<Terms::Impl>()),
      query_codes_(facts.size()) {}

std::shared_ptr<Terms::Impl> TermsLoader::load() {
  check_keys();
  impl_->version = root_["version"].text();
  if (impl_->version.empty()) problem("/version", "a version is missing");
  read_systems();
  read_limits();
  read_units();
  read_measurements();
  own_codes();
  read_statements("statements", Role::statement);
  read_statements("carriers", Role::carrier);
  read_statements("procedures", Role::procedure);
  read_medications();
  read_allergens();
  read_family();
  read_small_tables();
  read_orders();
  read_cad_rads();
  read_questionnaire();
  read_prefetch();
  return impl_;
}

void TermsLoader::problem(const std::string& pointer, std::string message) {
  errors_.push_back({ErrorCode::invalid_input, path_ + "#" + pointer, std::move(message)});
}

void TermsLoader::check_keys() {
  if (!root_.is_object()) return problem("", "the file is not an object");
  for (auto m : root_.members())
    if (std::find(kSections.begin(), kSections.end(), m.key) == kSections.end())
      problem("/" + std::string(m.key), "unknown key");
}

FactId TermsLoader::fact(JsonValue name, const std::string& pointer) {
  const auto id = facts_.find(name.text());
  if (!id) {
    problem(pointer, "unknown fact \"" + std::string(name.text()) + "\"");
    return kNoFact;
  }
  if (facts_[*id].stage != Stage::record) problem(pointer, "not a fact of the record: " + facts_[*id].name);
  return *id;
}

// A value is true or false, a number, or the name of a category; ">=4A" is a bound.
Effect TermsLoader::effect(std::string_view fact_name, JsonValue value, const std::string& pointer) {
  Effect e;
  const auto id = facts_.find(fact_name);
  if (!id || facts_[*id].stage != Stage::record) {
    problem(pointer, "not a fact of the record: " + std::string(fact_name));
    return e;
  }
  e.fact = *id;
  const FactDefinition& definition = facts_[*id];
  std::string_view name = value.text();
  if (name.starts_with(">=")) {
    e.comparator = Comparator::greater_or_equal;
    name.remove_prefix(2);
  }
  std::optional<double> read;
  if (definition.kind == FactKind::boolean && value.boolean()) read = *value.boolean() ? 1 : 0;
  if (definition.kind == FactKind::category) read = definition.category(name);
  if (definition.kind == FactKind::quantity) read = value.number();
  if (!read) problem(pointer, "not a value of the fact " + definition.name);
  e.value = read.value_or(0);
  return e;
}

std::vector<Effect> TermsLoader::effects(JsonValue says, const std::string& pointer) {
  std::vector<Effect> list;
  for (auto m : says.members()) list.push_back(effect(m.key, m.value(), pointer + "/" + std::string(m.key)));
  if (list.empty()) problem(pointer, "says nothing");
  return list;
}

std::uint32_t TermsLoader::add_term(Term term) {
  impl_->terms.push_back(std::move(term));
  return static_cast<std::uint32_t>(impl_->terms.size() - 1);
}

void TermsLoader::add_codes(JsonValue codes, RoleKey role, std::uint32_t term, const std::string& pointer) {
  std::size_t i = 0;
  for (JsonValue c : codes.elements()) {
    const std::string at = pointer + "/" + std::to_string(i++);
    const auto system = systems_.find(std::string(c[0].text()));
    const auto code = c[1].text();
    const auto flag = read_flag(c[2].text());
    if (system == systems_.end() || code.empty() || !flag) {
      problem(at, "a code is [system, code, flag] with a known system and one of V, V-impl, V-sec, M");
      continue;
    }
    for (const std::string& uri : system->second)
      if (!impl_->codes.add(role, uri, code, {term, *flag})) problem(at, "this code has a meaning here already");
    const Term* measured = role.bits == RoleKey(Role::measurement).bits ? &impl_->terms[term] : nullptr;
    if (measured && measured->fact != kNoFact)
      query_codes_[measured->fact] += "," + system->second.front() + "|" + std::string(code);
  }
  if (i == 0) problem(pointer, "no codes");
}

std::vector<std::string> TermsLoader::words(JsonValue list, const std::string& pointer) {
  std::vector<std::string> out;
  for (JsonValue w : list.elements()) {
    if (w.text().empty())
      problem(pointer, "an empty word");
    else
      out.emplace_back(w.text());
  }
  // The longest first, so that "prior to" is not read as "prior".
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return out;
}

double TermsLoader::limit(std::string_view name) {
  const auto value = root_["limits"][name].number();
  if (!value || *value < 0) problem("/limits/" + std::string(name), "a positive number is missing");
  return value.value_or(0);
}

void TermsLoader::read_systems() {
  for (auto m : root_["systems"].members()) {
    auto& uris = systems_[std::string(m.key)];
    for (JsonValue u : m.value().elements()) uris.emplace_back(u.text());
    if (uris.empty()) problem("/systems/" + std::string(m.key), "a list of URIs is missing");
  }
  const JsonValue own = root_["own"];
  impl_->fact_system = own["fact_system"].text();
  impl_->value_system = own["value_system"].text();
  for (JsonValue t : own["tags"].elements()) impl_->own_tags.emplace_back(t.text());
  if (impl_->fact_system.empty() || impl_->value_system.empty() || impl_->own_tags.empty())
    problem("/own", "fact_system, value_system and tags are needed");
}

void TermsLoader::read_limits() {
  impl_->acute_window_s = static_cast<UnixSeconds>(limit("acute_window_hours") * 3600);
  impl_->future_tolerance_s = static_cast<UnixSeconds>(limit("future_tolerance_hours") * 3600);
  impl_->max_issues = static_cast<std::size_t>(limit("max_issues"));
  impl_->max_alike = static_cast<std::size_t>(limit("max_alike"));
}

// Every fact of the record can be sent under Cathgate's own system, its code being the fact's name.
void TermsLoader::own_codes() {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const auto id = static_cast<FactId>(i);
    if (facts_[id].stage != Stage::record) continue;
    impl_->codes.add(Role::measurement, impl_->fact_system, facts_[id].name, {measured_term(id), CodeFlag::verified});
    impl_->fact_codes.push_back(facts_[id].name);
    query_codes_[id] += "," + impl_->fact_system + "|" + facts_[id].name;
    own_values(id);
    if (facts_[id].kind != FactKind::boolean || !facts_[id].sites.empty()) continue;
    Term stated;
    stated.says.push_back({id, 1, Comparator::exact});
    impl_->codes.add(Role::statement, impl_->fact_system, facts_[id].name,
                     {add_term(std::move(stated)), CodeFlag::verified});
  }
}

// The term of a fact's values: one for all its codes.
std::uint32_t TermsLoader::measured_term(FactId id) {
  const auto [at, added] = measured_.emplace(id, 0);
  if (added) {
    Term term;
    term.fact = id;
    at->second = add_term(std::move(term));
  }
  return at->second;
}

void TermsLoader::own_values(FactId id) {
  const auto& categories = facts_[id].categories;
  for (std::uint32_t c = 0; c < categories.size(); ++c)
    impl_->codes.add({Role::value, id}, impl_->value_system, categories[c], {c, CodeFlag::verified});
}

}  // namespace cathgate::fhir
