#include "models/json_reader.h"

#include <algorithm>

namespace cathgate::models {

std::vector<Node> Node::elements() const {
  std::vector<Node> nodes;
  std::size_t index = 0;
  for (auto element : json_.elements()) nodes.emplace_back(element, where_ + "/" + std::to_string(index++), *facts_, *errors_);
  return nodes;
}

void Node::allow(std::initializer_list<std::string_view> keys) const {
  if (!json_.is_object()) problem("an object is needed here");
  for (auto member : json_.members())
    if (std::find(keys.begin(), keys.end(), member.key) == keys.end()) at(member.key).problem("unknown key");
}

std::string Node::text(std::string_view key) const {
  const auto text = json_[key].text();
  if (text.empty()) at(key).problem("a text is needed here");
  return std::string(text);
}

double Node::number(std::string_view key) const {
  const auto number = json_[key].number();
  if (!number) at(key).problem("a number is needed here");
  return number.value_or(0);
}

FactId Node::fact(std::string_view key) const {
  const auto id = facts_->find(json_[key].text());
  if (!id) at(key).problem("no fact of this name in core/facts.json");
  return id.value_or(kNoFact);
}

EvidenceStatus Node::status(std::string_view key) const {
  const auto status = read_evidence_status(json_[key].text());
  if (!status) at(key).problem("verified, implementation, derived, secondary or unconfirmed is needed here");
  return status.value_or(EvidenceStatus::unconfirmed);
}

Citation Node::citation() const {
  const auto node = at("citation");
  node.allow({"text", "doi", "url", "locator"});
  Citation citation{node.text("text"), std::string(node.json_["doi"].text()), std::string(node.json_["url"].text()), std::string(node.json_["locator"].text())};
  if (citation.doi.empty() && citation.url.empty()) node.problem("a citation needs a doi or a url");
  return citation;
}

double Node::value_of(FactId fact) const {
  if (fact == kNoFact) return 0;
  const auto& definition = (*facts_)[fact];
  std::optional<double> value;
  if (definition.kind == FactKind::quantity) value = json_.number();
  if (definition.kind == FactKind::boolean && json_.boolean()) value = *json_.boolean() ? 1 : 0;
  if (definition.kind == FactKind::category) value = definition.category(json_.text());
  if (!value) problem("not a value of " + definition.name);
  return value.value_or(0);
}

}  // namespace cathgate::models
