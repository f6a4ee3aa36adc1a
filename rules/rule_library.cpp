#include "rules/rule_library.h"

#include <algorithm>
#include <unordered_map>

#include "rules/judge.h"
#include "rules/library_loader.h"
#include "rules/rule_order.h"

namespace cathgate::rules {

struct RuleLibrary::Impl {
  std::vector<Rule> rules;  // never changed after load: findings and `by_id` point into it
  std::vector<FileInfo> files;
  StageOrders orders;
  std::string digest;
  std::vector<std::string> disabled, notices;
  std::unordered_map<std::string_view, const RuleInfo*> by_id;
};

Loaded<RuleLibrary> RuleLibrary::load(const RuleFolders& places, const FactCatalogue& facts) {
  RuleFiles read = read_rule_files(places, facts);
  auto impl = std::make_shared<Impl>();
  impl->rules = std::move(read.rules);
  impl->digest = std::move(read.digest);
  impl->disabled = std::move(read.disabled);
  impl->notices = std::move(read.notices);
  impl->orders = order_rules(impl->rules, facts, read.errors);
  for (const auto& head : read.heads) impl->files.push_back({head.id, head.version, head.title.in("en").summary, head.approved});
  for (auto& rule : impl->rules) {
    rule.link();
    run_rule_examples(rule, facts, read.errors);
    impl->by_id.emplace(rule.info.id, &rule.info);
  }
  if (!read.errors.empty()) {
    group_by_file(read.errors);
    return {std::nullopt, std::move(read.errors)};
  }
  RuleLibrary library;
  library.impl_ = std::move(impl);
  return {std::move(library), {}};
}

void RuleLibrary::evaluate(Stage stage, FactView& view, std::vector<RuleOutcome>& outcomes) const {
  for (const auto rule : impl_->orders[static_cast<std::size_t>(stage)]) evaluate_rule(impl_->rules[rule], view, outcomes);
}

std::vector<Error> RuleLibrary::run_examples(const FactCatalogue& facts) const {
  std::vector<Error> errors;
  for (const auto& rule : impl_->rules) run_rule_examples(rule, facts, errors);
  return errors;
}

std::size_t RuleLibrary::rule_count() const { return impl_->rules.size(); }

std::size_t RuleLibrary::example_count() const {
  std::size_t count = 0;
  for (const auto& rule : impl_->rules) count += rule.examples.size();
  return count;
}

const std::vector<std::string>& RuleLibrary::disabled() const { return impl_->disabled; }
const std::vector<std::string>& RuleLibrary::notices() const { return impl_->notices; }
std::string_view RuleLibrary::digest() const { return impl_->digest; }
const std::vector<RuleLibrary::FileInfo>& RuleLibrary::files() const { return impl_->files; }

const RuleInfo* RuleLibrary::find(std::string_view id) const {
  const auto it = impl_->by_id.find(id);
  return it == impl_->by_id.end() ? nullptr : it->second;
}

const std::vector<Rule>& RuleLibrary::compiled() const { return impl_->rules; }

RuleOutcome RuleLibrary::ask(std::string_view id, const FactView& view) const {
  const auto& rules = impl_->rules;
  const auto rule = std::find_if(rules.begin(), rules.end(), [id](const Rule& r) { return r.info.id == id; });
  RuleOutcome outcome;
  if (rule == rules.end()) return outcome;
  const Judgement judgement = judge(*rule, view);
  if (judgement.fired != Truth::no) describe(*rule, judgement, view, outcome);
  return outcome;
}

// A copy whose rules `change` has changed, with everything that points into it renewed.
template <class Change>
RuleLibrary RuleLibrary::changed(Change change) const {
  auto impl = std::make_shared<Impl>(*impl_);
  impl->by_id.clear();
  for (auto& rule : impl->rules) {
    change(rule);
    rule.link();
    impl->by_id.emplace(rule.info.id, &rule.info);
  }
  RuleLibrary library;
  library.impl_ = std::move(impl);
  return library;
}

RuleLibrary RuleLibrary::with(const Rule& other) const {
  return changed([&](Rule& rule) {
    if (rule.info.id == other.info.id) rule = other;
  });
}

RuleLibrary RuleLibrary::with_age_limits(const std::map<FactId, double>& days) const {
  return changed([&](Rule& rule) { set_operational_ages(rule, days); });
}

std::vector<const RuleInfo*> RuleLibrary::rules() const {
  std::vector<const RuleInfo*> all;
  for (const auto& rule : impl_->rules) all.push_back(&rule.info);
  return all;
}

}  // namespace cathgate::rules
