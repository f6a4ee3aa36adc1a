#include "engine/endotype_settings.h"

#include "core/json.h"

namespace cathgate {
namespace {

class Reader {
 public:
  Reader(JsonValue root, std::string path, const FactCatalogue& facts, std::vector<Error>& errors) : root_(root), path_(std::move(path)), facts_(facts), errors_(errors) {}

  EndotypeSettings read() {
    EndotypeSettings s;
    s.version = root_["version"].text();
    const auto function = root_["function"];
    s.function = {positive(function, "max_age_days"), positive(function, "disagreement"), positive(function["yong"], "slope"), positive(function["yong"], "offset"), positive(function["reference_product"], "value")};
    for (const auto set : root_["rule_sets"].elements()) s.rule_sets.push_back({std::string(set["id"].text()), set["cfr_cut"].number()});
    if (s.rule_sets.empty() || !s.rule_sets.front().cfr_cut) problem("/rule_sets", "the first rule set is the default and needs a cfr_cut");
    s.speak_below = positive(root_["speak_below"], "value");
    s.least_bits = positive(root_["ranking"], "least_bits");
    for (std::size_t t = 0; t < models::kEndotypeTests; ++t) s.costs[t] = positive(root_["ranking"]["costs"], std::string(models::endotype_test_name(static_cast<models::EndotypeTest>(t))));
    s.shown = list("show_facts");
    s.reserve_facts = list("reserve_facts");
    s.function_facts = list("function_facts");
    for (const auto drug : root_["drugs"].members()) s.drugs.push_back({std::string(drug.key), fact(drug.value().text(), "/drugs/" + std::string(drug.key))});
    return s;
  }

 private:
  void problem(const std::string& at, std::string message) { errors_.push_back({ErrorCode::invalid_input, path_ + "#" + at, std::move(message)}); }
  double positive(JsonValue object, const std::string& name) {
    const auto number = object[name].number();
    if (!number || *number <= 0) problem("/" + name, "a positive number is needed");
    return number.value_or(1);
  }
  FactId fact(std::string_view name, const std::string& at) {
    const auto id = facts_.find(name);
    if (!id) problem(at, "no fact of this name in core/facts.json");
    return id.value_or(kNoFact);
  }
  std::vector<FactId> list(const std::string& name) {
    std::vector<FactId> ids;
    for (const auto element : root_[name].elements()) ids.push_back(fact(element.text(), "/" + name));
    if (ids.empty()) problem("/" + name, "at least one fact is needed");
    return ids;
  }

  JsonValue root_;
  std::string path_;
  const FactCatalogue& facts_;
  std::vector<Error>& errors_;
};

}  // namespace

const EndotypeSettings::RuleSet* EndotypeSettings::find(std::string_view rule_set) const {
  for (const auto& set : rule_sets)
    if (set.id == rule_set) return &set;
  return nullptr;
}

Loaded<EndotypeSettings> EndotypeSettings::load(const std::string& path, const FactCatalogue& facts) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  auto settings = Reader(file->root(), path, facts, errors).read();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(settings), {}};
}

}  // namespace cathgate
