#include "engine/knowledge.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/digest.h"
#include "engine/site_defaults.h"

namespace cathgate {
namespace {

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class T>
void take_errors(Loaded<T>& part, std::vector<Error>& errors) {
  std::move(part.errors.begin(), part.errors.end(), std::back_inserter(errors));
}

// rules/ may not include engine/ and so has its own list of tests; the two must agree.
void check_test_names(std::vector<Error>& errors) {
  for (const auto name : rules::test_names())
    if (!read_test(name)) errors.push_back({ErrorCode::internal, "rules/effect.h", "the engine does not know the test " + std::string(name)});
  if (rules::test_names().size() != kTests) errors.push_back({ErrorCode::internal, "rules/effect.h", "the rules do not know every test of the engine"});
}

}  // namespace

Loaded<std::shared_ptr<const Knowledge>> Knowledge::load(const KnowledgePlaces& places) {
  const std::string& root = places.root;
  rules::RuleFolders folders(places.rules.empty() ? root + "/rules/library" : places.rules);
  folders.replacement = places.replacement;
  folders.site = places.site;
  auto facts = FactCatalogue::load(root + "/core/facts.json");
  if (!facts.ok()) return {std::nullopt, std::move(facts.errors)};
  auto site = SiteDefaults::load(places.site, *facts.value);
  if (!site.ok()) return {std::nullopt, std::move(site.errors)};
  site.value->apply_to(*facts.value);
  auto rules = rules::RuleLibrary::load(folders, *facts.value);
  auto scores = models::ScoreLibrary::load(root + "/models/artifacts", *facts.value);
  auto data = EngineData::load(root + "/engine/engine.json", *facts.value);
  auto troponin = models::TroponinTable::load(root + "/models/troponin.json", *facts.value);
  auto quantification = models::QuantificationData::load(root + "/models/quantification.json", *facts.value);
  auto endotype = models::EndotypeModel::load(root + "/models/artifacts/endotype", *facts.value);
  auto endotype_settings = EndotypeSettings::load(root + "/engine/endotype.json", *facts.value);
  std::vector<Error> errors;
  take_errors(troponin, errors);
  take_errors(quantification, errors);
  take_errors(rules, errors);
  take_errors(scores, errors);
  take_errors(data, errors);
  take_errors(endotype, errors);
  take_errors(endotype_settings, errors);
  check_test_names(errors);
  if (rules.ok()) rules.value = rules.value->with_age_limits(site.value->age_limit_days);
  if (scores.ok()) scores.value = scores.value->with_age_limits(site.value->age_limit_days);
  if (data.ok()) site.value->apply_to(*data.value);
  const auto find = [&](std::string_view id) -> const models::Score* {
    const auto* score = scores.ok() ? scores.value->find(id) : nullptr;
    if (scores.ok() && !score) errors.push_back({ErrorCode::not_found, root + "/models/artifacts", "the score " + std::string(id) + " is missing"});
    return score;
  };
  const auto *rf_cl = find("rf-cl"), *cacs_cl = find("cacs-cl"), *table = find("esc-2024-table"), *duke = find("duke-treadmill-score");
  std::vector<const models::Score*> comparators;
  for (const auto& id : data.ok() ? data.value->comparators : std::vector<std::string>())
    if (const auto* score = find(id)) comparators.push_back(score);
  std::optional<Guidelines> guidelines;
  if (rules.ok()) {
    auto loaded = Guidelines::load(root + "/engine/guidelines.json", *rules.value);
    take_errors(loaded, errors);
    guidelines = std::move(loaded.value);
  }
  Loaded<models::LoadedScore> learned;
  if (scores.ok()) learned = models::load_learned_score(root + "/models/fusion", *facts.value, [&](std::string_view id) { return scores.value->find(id); });
  take_errors(learned, errors);
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  const std::string identity = to_hex(sha256(read_bytes(root + "/core/facts.json"))) + std::string(rules.value->digest()) + std::string(scores.value->digest()) +
                               to_hex(sha256(read_bytes(root + "/engine/engine.json"))) + to_hex(sha256(read_bytes(root + "/engine/guidelines.json"))) + to_hex(sha256(read_bytes(root + "/models/troponin.json"))) + to_hex(sha256(read_bytes(root + "/models/quantification.json"))) +
                               std::string(endotype.value->digest()) + to_hex(sha256(read_bytes(root + "/engine/endotype.json"))) + learned.value->digest + site.value->digest;
  FactIds ids(*facts.value);
  EndotypeIds endotype_ids(*facts.value);
  FunctionFacts function_facts(*facts.value);
  std::shared_ptr<const Knowledge> knowledge(new Knowledge{std::move(*facts.value), std::move(*rules.value), std::move(*scores.value), std::move(*data.value), std::move(*guidelines), std::move(*troponin.value), std::move(*quantification.value), ids, std::move(*endotype.value), std::move(*endotype_settings.value), endotype_ids, function_facts, rf_cl, cacs_cl, table, duke, std::move(comparators), std::move(*learned.value), to_hex(sha256(identity))});
  return {std::move(knowledge), {}};
}

}  // namespace cathgate
