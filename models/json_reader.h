// Small helpers for reading the knowledge files of models/: every problem is kept with its JSON pointer.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/finding.h"
#include "core/json.h"

namespace cathgate::models {

// One object of a knowledge file. Copies are cheap; errors and catalogue must outlive it.
class Node {
 public:
  Node(JsonValue json, std::string where, const FactCatalogue& facts, std::vector<Error>& errors)
      : json_(json), where_(std::move(where)), facts_(&facts), errors_(&errors) {}

  JsonValue json() const { return json_; }
  const FactCatalogue& facts() const { return *facts_; }
  const std::string& where() const { return where_; }
  Node at(std::string_view key) const { return {json_[key], where_ + "/" + std::string(key), *facts_, *errors_}; }
  std::vector<Node> elements() const;

  void problem(std::string message) const { errors_->push_back({ErrorCode::invalid_input, where_, std::move(message)}); }
  // Reports every member whose key is not in the list.
  void allow(std::initializer_list<std::string_view> keys) const;

  // Each reports a problem and returns a harmless value when the member is missing or of another type.
  std::string text(std::string_view key) const;
  double number(std::string_view key) const;
  FactId fact(std::string_view key) const;
  EvidenceStatus status(std::string_view key) const;
  Citation citation() const;
  // This value as a value of the fact: a number, a boolean or the name of a category.
  double value_of(FactId fact) const;

 private:
  JsonValue json_;
  std::string where_;
  const FactCatalogue* facts_;
  std::vector<Error>* errors_;
};

}  // namespace cathgate::models
