#include "engine/engine_data.h"

#include "core/json.h"

namespace cathgate {
namespace {

class Reader {
 public:
  Reader(JsonValue root, std::string path, const FactCatalogue& facts, std::vector<Error>& errors) : root_(root), path_(std::move(path)), facts_(facts), errors_(errors) {}

  EngineData read() {
    EngineData data;
    data.version = root_["version"].text();
    data.adult_age_years = positive(root_, "adult_age_years");
    data.troponin_window_hours = positive(root_, "troponin_window_hours");
    data.interval_quantile = positive(root_["interval"], "normal_quantile");
    data.result_facts = facts(root_["result_facts"], "/result_facts");
    for (auto id : root_["comparators"].elements()) data.comparators.emplace_back(id.text());
    const auto next = root_["next_tests"];
    if (next["citation"]["doi"].text().empty()) problem("/next_tests/citation", "the order of tests needs its source");
    data.indifference = positive(next, "indifference");
    data.calcium_score = tests(next, "calcium_score");
    data.ccta = tests(next, "ccta");
    data.functional_imaging = tests(next, "functional_imaging");
    for (std::size_t t = 0; t < kTests; ++t) data.tests[t] = test_facts(std::string(test_name(static_cast<Test>(t))));
    return data;
  }

 private:
  void problem(const std::string& at, std::string message) { errors_.push_back({ErrorCode::invalid_input, path_ + "#" + at, std::move(message)}); }
  double positive(JsonValue object, std::string_view name) {
    const auto number = object[name].number();
    if (!number || *number <= 0) problem("/" + std::string(name), "a positive number is needed");
    return number.value_or(1);
  }
  FactId fact(std::string_view name, const std::string& at) {
    const auto id = facts_.find(name);
    if (!id) problem(at, "no fact of this name in core/facts.json");
    return id.value_or(kNoFact);
  }
  std::vector<FactId> facts(JsonValue list, const std::string& at) {
    std::vector<FactId> ids;
    for (auto name : list.elements()) ids.push_back(fact(name.text(), at));
    if (ids.empty()) problem(at, "at least one fact is needed");
    return ids;
  }
  EngineData::TestGroups tests(JsonValue object, const std::string& name) {
    EngineData::TestGroups groups;
    for (auto group : object[name].elements()) {
      groups.emplace_back();
      for (auto element : group.elements()) {
        if (const auto test = read_test(element.text())) groups.back().push_back(*test);
        else problem("/next_tests/" + name, "no such test");
      }
      if (groups.back().empty()) problem("/next_tests/" + name, "a group is a list of at least one test");
    }
    if (groups.empty()) problem("/next_tests/" + name, "at least one group of tests is needed");
    return groups;
  }
  EngineData::TestFacts test_facts(const std::string& name) {
    EngineData::TestFacts test;
    const auto entry = root_["tests"][name];
    test.done = facts(entry["done"], "/tests/" + name + "/done");
    if (const auto required = entry["requires"]; !required.is_missing()) test.requires_fact = fact(required.text(), "/tests/" + name + "/requires");
    return test;
  }

  JsonValue root_;
  std::string path_;
  const FactCatalogue& facts_;
  std::vector<Error>& errors_;
};

}  // namespace

const EngineData::TestGroups& EngineData::candidates(rules::Action action) const {
  static const TestGroups none;
  switch (action) {
    case rules::Action::calcium_score: return calcium_score;
    case rules::Action::ccta: return ccta;
    case rules::Action::functional_imaging: return functional_imaging;
    default: return none;
  }
}

Loaded<EngineData> EngineData::load(const std::string& path, const FactCatalogue& facts) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  auto data = Reader(file->root(), path, facts, errors).read();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(data), {}};
}

}  // namespace cathgate
