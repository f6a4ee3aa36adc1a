#include "fhir/units.h"

#include <charconv>

namespace cathgate::fhir {
namespace {

std::string number_text(double value) {
  char buffer[32];
  const auto r = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, r.ptr);
}

}  // namespace

const UnitConversion* UnitTable::find(FactId fact, std::string_view unit, bool coded) const {
  for (const UnitConversion& c : by_fact_[fact])
    if (c.unit == unit && !(coded && c.spelling)) return &c;
  return nullptr;
}

ConvertedQuantity convert_quantity(const UnitTable& units, FactId fact, JsonValue quantity) {
  ConvertedQuantity out;
  const auto value = quantity["value"].number();
  if (!value) return out.trouble = UnitTrouble::no_value, out;
  out.comparator = quantity["comparator"].text();
  if (!out.comparator.empty() && out.comparator != "<" && out.comparator != "<=" && out.comparator != ">" &&
      out.comparator != ">=")
    return out.trouble = UnitTrouble::bad_comparator, out;
  const auto system = quantity["system"].text(), code = quantity["code"].text(), unit = quantity["unit"].text();
  if (!code.empty() && !system.empty() && system != units.system()) return out.trouble = UnitTrouble::unknown_unit, out;
  const bool coded = !code.empty() && system == units.system();
  const auto name = code.empty() ? unit : code;
  out.value = *value;
  if (name.empty()) {
    if (!units.no_unit_allowed(fact)) out.trouble = UnitTrouble::unknown_unit;
    return out;
  }
  const UnitConversion* c = units.find(fact, name, coded);
  if (!c) return out.trouble = UnitTrouble::unknown_unit, out;
  out.value = c->factor * *value + c->offset;
  if (c->factor != 1 || c->offset != 0) out.as_reported = number_text(*value) + " " + std::string(name);
  return out;
}

}  // namespace cathgate::fhir
