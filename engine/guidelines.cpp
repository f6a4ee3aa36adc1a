#include "engine/guidelines.h"

#include <algorithm>

#include "core/json.h"

namespace cathgate {
namespace {

class Reader {
 public:
  Reader(JsonValue root, std::string path, const rules::RuleLibrary& rules, std::vector<Error>& errors) : root_(root), path_(std::move(path)), rules_(rules.rules()), errors_(errors) {}

  Guidelines read() {
    Guidelines result;
    std::size_t index = 0;
    for (auto json : root_["guidelines"].elements()) {
      const std::string at = "/guidelines/" + std::to_string(index++);
      Guideline g;
      g.id = json["id"].text();
      const auto citation = json["citation"];
      g.citation = {std::string(citation["text"].text()), std::string(citation["doi"].text()), std::string(citation["url"].text()), {}};
      if (g.id.empty() || g.citation.text.empty()) problem(at, "id and citation are needed");
      g.left_out = rules_of(json["leaves_out"], at + "/leaves_out");
      g.own = rules_of(json["speaks_in"], at + "/speaks_in");
      result.all.push_back(std::move(g));
    }
    const auto standard = std::find_if(result.all.begin(), result.all.end(), [&](const Guideline& g) { return g.id == root_["default"].text(); });
    if (standard == result.all.end()) problem("/default", "no guideline of this id");
    else result.standard = static_cast<std::size_t>(standard - result.all.begin());
    return result;
  }

 private:
  void problem(const std::string& at, std::string message) { errors_.push_back({ErrorCode::invalid_input, path_ + "#" + at, std::move(message)}); }

  // The rules that the names mean: a rule, or all rules of a file.
  std::unordered_set<std::string_view> rules_of(JsonValue names, const std::string& at) {
    std::unordered_set<std::string_view> ids;
    for (auto name : names.elements()) {
      const auto before = ids.size();
      for (const auto* rule : rules_)
        if (rule->id == name.text() || rule->file_id == name.text()) ids.insert(rule->id);
      if (ids.size() == before) problem(at, "the library holds no rule or file " + std::string(name.text()));
    }
    return ids;
  }

  JsonValue root_;
  std::string path_;
  std::vector<const rules::RuleInfo*> rules_;
  std::vector<Error>& errors_;
};

}  // namespace

const Guideline* Guidelines::find(std::string_view id) const {
  if (id.empty()) return &all[standard];
  const auto it = std::find_if(all.begin(), all.end(), [&](const Guideline& g) { return g.id == id; });
  return it == all.end() ? nullptr : &*it;
}

Loaded<Guidelines> Guidelines::load(const std::string& path, const rules::RuleLibrary& rules) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  auto guidelines = Reader(file->root(), path, rules, errors).read();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(guidelines), {}};
}

}  // namespace cathgate
