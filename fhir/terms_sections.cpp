// The sections of terms.json that hold codes.
#include <algorithm>

#include "fhir/terms_loader.h"

namespace cathgate::fhir {
namespace {

std::string place(std::string_view section, std::size_t i) {
  return "/" + std::string(section) + "/" + std::to_string(i);
}

}  // namespace

void TermsLoader::read_units() {
  impl_->units = UnitTable(facts_.size(), std::string(root_["own"]["ucum_system"].text()));
  std::size_t i = 0;
  for (JsonValue u : root_["units"].elements()) {
    const std::string at = place("units", i++);
    for (JsonValue name : u["facts"].elements()) {
      const FactId id = fact(name, at + "/facts");
      if (id == kNoFact) continue;
      if (facts_[id].kind != FactKind::quantity) problem(at + "/facts", "has no unit: " + facts_[id].name);
      if (impl_->units.knows(id)) problem(at + "/facts", "has its units already: " + facts_[id].name);
      for (const char* kind : {"ucum", "spellings"})
        for (auto m : u[kind].members()) {
          const JsonValue v = m.value();
          const auto factor = v.is_array() ? v[0].number() : v.number();
          const double offset = v.is_array() ? v[1].number().value_or(0) : 0;
          if (!factor || *factor <= 0)
            problem(at + "/" + kind + "/" + std::string(m.key), "a factor, or [factor, offset]");
          impl_->units.add(id, {std::string(m.key), factor.value_or(1), offset, kind[0] == 's'});
        }
      if (u["no_unit"].boolean().value_or(false)) impl_->units.allow_no_unit(id);
      const auto* canonical = impl_->units.find(id, facts_[id].unit, true);
      if (!canonical || canonical->factor != 1 || canonical->offset != 0)
        problem(at, "the fact's own unit with factor 1 is missing: " + facts_[id].name);
    }
  }
  for (std::size_t f = 0; f < facts_.size(); ++f) {
    const auto id = static_cast<FactId>(f);
    if (facts_[id].stage == Stage::record && facts_[id].kind == FactKind::quantity && !impl_->units.knows(id))
      problem("/units", "no unit for the fact " + facts_[id].name);
  }
}

// A value as the key of an object: a category, "true" or "false", or one digit.
double TermsLoader::named_value(const FactDefinition& definition, std::string_view name, const std::string& pointer) {
  std::optional<double> value;
  if (definition.kind == FactKind::category)
    value = definition.category(name);
  else if (definition.kind == FactKind::boolean && (name == "true" || name == "false"))
    value = name == "true" ? 1 : 0;
  else if (definition.kind == FactKind::quantity && name.size() == 1 && name[0] >= '0' && name[0] <= '9')
    value = name[0] - '0';
  if (!value) problem(pointer, "not a value of the fact " + definition.name);
  return value.value_or(0);
}

void TermsLoader::read_measurements() {
  std::size_t i = 0;
  for (JsonValue m : root_["measurements"].elements()) {
    const std::string at = place("measurements", i++);
    const FactId id = fact(m["fact"], at + "/fact");
    if (id == kNoFact) continue;
    if (measured_.contains(id)) problem(at, "the fact has its codes already: " + facts_[id].name);
    const auto index = measured_term(id);
    Term& term = impl_->terms[index];
    if (!m["limit"].is_missing()) term.limit_fact = fact(m["limit"], at + "/limit");
    if (!m["limit_value"].is_missing()) term.limit_value_fact = fact(m["limit_value"], at + "/limit_value");
    term.encounter_session = m["session"].text() == "encounter";
    for (auto s : m["strings"].members())
      for (JsonValue word : s.value().elements())
        term.strings.emplace_back(word.text(), named_value(facts_[id], s.key, at));
    if (!m["codes"].is_missing()) add_codes(m["codes"], Role::measurement, index, at + "/codes");
    for (auto v : m["values"].members()) {
      const std::string value_at = at + "/values/" + std::string(v.key);
      add_codes(v.value(), {Role::value, id}, static_cast<std::uint32_t>(named_value(facts_[id], v.key, value_at)),
                value_at);
    }
  }
}

void TermsLoader::read_statements(std::string_view section, Role role) {
  std::size_t i = 0;
  for (JsonValue s : root_[section].elements()) {
    const std::string at = place(section, i++);
    Term term;
    term.says = effects(s["says"], at + "/says");
    term.recent = s["recent"].boolean().value_or(false);
    if (!s["otherwise"].is_missing()) term.otherwise = effects(s["otherwise"], at + "/otherwise");
    term.undated_is_recent = s["undated_is_recent"].boolean().value_or(false);
    term.lasting = s["lasting"].boolean().value_or(false);
    add_codes(s["codes"], role, add_term(std::move(term)), at + "/codes");
  }
}

void TermsLoader::read_medications() {
  std::size_t i = 0;
  for (JsonValue s : root_["medications"].elements()) {
    const std::string at = place("medications", i++);
    Term term;
    term.says = effects(s["says"], at + "/says");
    const auto index = add_term(std::move(term));
    add_codes(s["codes"], Role::medication, index, at + "/codes");
    for (auto& name : words(s["names"], at + "/names")) impl_->drug_names.emplace_back(std::move(name), index);
  }
}

void TermsLoader::read_allergens() {
  std::size_t i = 0;
  for (JsonValue s : root_["allergens"].elements()) {
    const std::string at = place("allergens", i++);
    Term term;
    term.says = effects(s["says"], at + "/says");
    term.otherwise = effects(s["severe"], at + "/severe");
    const auto index = add_term(std::move(term));
    add_codes(s["codes"], Role::allergen, index, at + "/codes");
    for (auto& name : words(s["names"], at + "/names")) impl_->allergen_names.emplace_back(std::move(name), index);
  }
}

void TermsLoader::read_family() {
  const JsonValue f = root_["family"];
  Term term;
  term.says = effects(f["says"], "/family/says");
  add_codes(f["codes"], Role::family, add_term(std::move(term)), "/family/codes");
  impl_->premature_male_years = f["onset_below_years"]["male"].number().value_or(0);
  impl_->premature_female_years = f["onset_below_years"]["female"].number().value_or(0);
  if (impl_->premature_male_years <= 0 || impl_->premature_female_years <= 0)
    problem("/family/onset_below_years", "male and female ages are needed");
  impl_->age_units = words(f["age_units"], "/family/age_units");
  const std::pair<const char*, double> sexes[] = {{"male", 1}, {"female", 0}, {"either", -1}};
  for (const auto& [name, number] : sexes) {
    Term relation;
    relation.number = number;
    add_codes(f["relations"][name], Role::relationship, add_term(std::move(relation)),
              std::string("/family/relations/") + name);
  }
}

// Tables of the form {"<number>": [codes]}.
void TermsLoader::read_number_table(std::string_view section, Role role) {
  for (auto m : root_[section].members()) {
    const std::string at = "/" + std::string(section) + "/" + std::string(m.key);
    Term term;
    if (m.key == "yes" || m.key == "above" || m.key == "acute")
      term.number = 1;
    else if (m.key == "no" || m.key == "normal" || m.key == "not_acute")
      term.number = 0;
    else if (m.key == "below")
      term.number = -1;
    else
      problem(at, "unknown key");
    add_codes(m.value(), role, add_term(std::move(term)), at);
  }
}

void TermsLoader::read_small_tables() {
  read_number_table("interpretations", Role::interpretation);
  read_number_table("answers", Role::answer);
  read_number_table("encounter_classes", Role::encounter_class);
  impl_->encounter_acute = fact(root_["own"]["encounter_fact"], "/own/encounter_fact");
  impl_->normal_study = effects(root_["own"]["normal_study"], "/own/normal_study");
}

void TermsLoader::read_orders() {
  const JsonValue orders = root_["orders"];
  impl_->order_indication = fact(orders["indication_fact"], "/orders/indication_fact");
  impl_->order_urgent = fact(orders["urgent_fact"], "/orders/urgent_fact");
  impl_->urgent_priorities = words(orders["urgent_priorities"], "/orders/urgent_priorities");
  add_codes(orders["codes"], Role::order, add_term({}), "/orders/codes");
  for (auto m : orders["indications"].members()) {
    const std::string at = "/orders/indications/" + std::string(m.key);
    Term term;
    const auto category =
        impl_->order_indication == kNoFact ? std::nullopt : facts_[impl_->order_indication].category(m.key);
    if (!category) problem(at, "unknown indication");
    term.number = category.value_or(0);
    add_codes(m.value(), Role::indication, add_term(std::move(term)), at);
  }
  for (auto m : orders["tests"].members()) {
    const auto system = systems_.find(std::string(m.value()[0].text()));
    if (system == systems_.end() || m.value()[1].text().empty() || m.value()[2].text().empty()) {
      problem("/orders/tests/" + std::string(m.key), "a test is [system, code, display]");
      continue;
    }
    impl_->tests.emplace_back(
        m.key, OrderCoding{system->second.front(), std::string(m.value()[1].text()), std::string(m.value()[2].text())});
  }
}

}  // namespace cathgate::fhir
