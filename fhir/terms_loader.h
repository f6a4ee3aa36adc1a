// terms.json -> Terms::Impl. Goes through the whole file and reports every problem with its JSON pointer.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/json.h"
#include "fhir/terms_data.h"

namespace cathgate::fhir {

class TermsLoader {
 public:
  TermsLoader(JsonValue root, std::string path, const FactCatalogue& facts);

  // The tables; usable only when no error was found.
  std::shared_ptr<Terms::Impl> load();
  std::vector<Error> take_errors() { return std::move(errors_); }

 private:
  void problem(const std::string& pointer, std::string message);
  void check_keys();

  // Pieces that several sections share.
  FactId fact(JsonValue name, const std::string& pointer);
  Effect effect(std::string_view fact_name, JsonValue value, const std::string& pointer);
  std::vector<Effect> effects(JsonValue says, const std::string& pointer);
  double named_value(const FactDefinition& definition, std::string_view name, const std::string& pointer);
  std::uint32_t add_term(Term term);
  void add_codes(JsonValue codes, RoleKey role, std::uint32_t term, const std::string& pointer);
  std::vector<std::string> words(JsonValue list, const std::string& pointer);
  double limit(std::string_view name);
  std::uint32_t measured_term(FactId id);
  void own_codes();
  void own_values(FactId id);

  // Sections, in the order of the file.
  void read_systems();
  void read_limits();
  void read_units();
  void read_measurements();
  void read_statements(std::string_view section, Role role);
  void read_medications();
  void read_allergens();
  void read_family();
  void read_small_tables();
  void read_number_table(std::string_view section, Role role);
  void read_orders();
  void read_cad_rads();
  void read_questionnaire();
  void read_prefetch();
  std::string code_filter(JsonValue key, const std::string& pointer);

  JsonValue root_;
  std::string path_;
  const FactCatalogue& facts_;
  std::vector<Error> errors_;
  std::shared_ptr<Terms::Impl> impl_;
  std::unordered_map<std::string, std::vector<std::string>> systems_;  // alias -> URIs, the canonical one first
  std::unordered_map<FactId, std::uint32_t> measured_;
  std::vector<std::string> query_codes_;  // by fact: "system|code,system|code"
};

}  // namespace cathgate::fhir
