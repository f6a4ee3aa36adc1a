#include "core/fact_catalogue.h"

#include <array>
#include <stdexcept>

#include "core/json.h"

namespace cathgate {
namespace {

constexpr std::array<std::string_view, kStages> kStageNames = {"record", "derived", "scope", "gate", "likelihood", "result", "decision", "tests", "prevention", "endotype"};
constexpr std::array<std::string_view, kRecordLists> kListNames = {"conditions", "medications", "allergies", "family_history", "procedures"};

// Reads one element of "facts"; each problem is appended with its place.
class DefinitionReader {
 public:
  DefinitionReader(JsonValue json, JsonValue site_sets, std::string where, std::vector<Error>& errors) : json_(json), site_sets_(site_sets), where_(std::move(where)), errors_(errors) {}

  FactDefinition read() {
    FactDefinition fact;
    fact.name = json_["name"].text();
    if (fact.name.empty()) problem("/name", "a fact needs a name");
    fact.label = json_["label"].text();
    if (fact.label.empty()) problem("/label", "a fact needs a label");
    read_kind(fact);
    read_policies(fact);
    read_sites(fact);
    for (auto m : json_.members())
      if (!known_key(m.key)) problem("/" + std::string(m.key), "unknown key");
    return fact;
  }

 private:
  void problem(const std::string& at, std::string message) { errors_.push_back({ErrorCode::invalid_input, where_ + at, std::move(message)}); }
  static bool known_key(std::string_view key) {
    for (auto k : {"name", "label", "kind", "unit", "categories", "plausible", "selection", "absence", "list", "stage", "sites"})
      if (key == k) return true;
    return false;
  }
  void read_kind(FactDefinition& fact) {
    const auto kind = json_["kind"].text();
    if (kind == "boolean") {
      fact.kind = FactKind::boolean;
    } else if (kind == "category") {
      fact.kind = FactKind::category;
      for (auto c : json_["categories"].elements()) fact.categories.emplace_back(c.text());
      if (fact.categories.size() < 2) problem("/categories", "a category fact needs at least two categories");
    } else if (kind == "quantity") {
      fact.kind = FactKind::quantity;
      fact.unit = json_["unit"].text();
      if (fact.unit.empty()) problem("/unit", "a quantity needs a UCUM unit");
      const auto low = json_["plausible"][std::size_t{0}].number(), high = json_["plausible"][std::size_t{1}].number();
      if (!low || !high || *low >= *high) problem("/plausible", "a quantity needs a plausible range [low, high]");
      else fact.plausible_min = *low, fact.plausible_max = *high;
    } else {
      problem("/kind", "kind is quantity, boolean or category");
    }
  }
  void read_policies(FactDefinition& fact) {
    if (const auto s = json_["selection"].text(); s == "highest") fact.selection = Selection::highest;
    else if (s == "lowest") fact.selection = Selection::lowest;
    else if (!s.empty() && s != "latest") problem("/selection", "selection is latest, highest or lowest");
    if (const auto stage = json_["stage"]; !stage.is_missing()) {
      if (const auto s = read_stage(stage.text())) fact.stage = *s;
      else problem("/stage", "unknown stage");
    }
    const auto absence = json_["absence"].text();
    if (absence.empty() || absence == "unknown") return;
    if (absence != "negative_if_list_complete") return problem("/absence", "absence is unknown or negative_if_list_complete");
    fact.absence = AbsencePolicy::negative_if_list_complete;
    for (std::size_t i = 0; i < kListNames.size(); ++i)
      if (json_["list"].text() == kListNames[i]) fact.list = static_cast<RecordList>(i);
    if (fact.list == RecordList::none) problem("/list", "negative_if_list_complete needs the list: conditions, medications, allergies, family_history or procedures");
  }

  void read_sites(FactDefinition& fact) {
    const auto set = json_["sites"];
    if (set.is_missing()) return;
    for (auto site : site_sets_[set.text()].elements()) fact.sites.emplace_back(site.text());
    if (fact.sites.empty()) problem("/sites", "no site set of this name");
    if (fact.kind == FactKind::category) problem("/sites", "a fact with sites is a quantity or a boolean");
  }

  JsonValue json_;
  JsonValue site_sets_;
  std::string where_;
  std::vector<Error>& errors_;
};

}  // namespace

std::optional<Stage> read_stage(std::string_view name) {
  for (std::size_t i = 0; i < kStageNames.size(); ++i)
    if (kStageNames[i] == name) return static_cast<Stage>(i);
  return std::nullopt;
}
std::string_view stage_name(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }

std::optional<double> FactDefinition::category(std::string_view category_name) const {
  for (std::size_t i = 0; i < categories.size(); ++i)
    if (categories[i] == category_name) return static_cast<double>(i);
  return std::nullopt;
}

Loaded<FactCatalogue> FactCatalogue::load(const std::string& path) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  FactCatalogue catalogue;
  std::vector<Error> errors;
  std::size_t index = 0;
  for (auto element : file->root()["facts"].elements()) {
    const std::string where = path + "#/facts/" + std::to_string(index++);
    auto fact = DefinitionReader(element, file->root()["site_sets"], where, errors).read();
    const auto id = static_cast<FactId>(catalogue.facts_.size());
    if (!catalogue.by_name_.emplace(fact.name, id).second) errors.push_back({ErrorCode::invalid_input, where + "/name", "the fact " + fact.name + " is defined twice"});
    catalogue.facts_.push_back(std::move(fact));
  }
  if (catalogue.facts_.empty()) errors.push_back({ErrorCode::invalid_input, path + "#/facts", "no facts"});
  if (catalogue.facts_.size() >= kNoFact) errors.push_back({ErrorCode::invalid_input, path + "#/facts", "too many facts"});
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(catalogue), {}};
}

std::optional<FactId> FactCatalogue::find(std::string_view name) const {
  const auto it = by_name_.find(name);
  if (it == by_name_.end()) return std::nullopt;
  return it->second;
}

FactId FactCatalogue::require(std::string_view name) const {
  if (const auto id = find(name)) return *id;
  throw std::logic_error("core/facts.json lacks the fact " + std::string(name));
}

}  // namespace cathgate
