// The sections of terms.json that are not codes: words of CAD-RADS reports, the questionnaire, prefetch templates.
#include <algorithm>

#include "fhir/terms_loader.h"

namespace cathgate::fhir {

void TermsLoader::read_cad_rads() {
  const JsonValue c = root_["cad_rads"];
  CadRadsWords& w = impl_->cad_rads_words;
  const std::pair<const char*, std::vector<std::string>*> lists[] = {
      {"filler", &w.filler},   {"directly_before", &w.directly_before}, {"history_before", &w.history_before},
      {"current", &w.current}, {"alternative", &w.alternative},         {"history_after", &w.history_after}};
  for (const auto& [name, list] : lists) {
    *list = words(c["words"][name], std::string("/cad_rads/words/") + name);
    if (list->empty()) problem(std::string("/cad_rads/words/") + name, "no words");
  }
  const std::pair<const char*, FactId*> facts[] = {{"category", &impl_->cad_rads},
                                                   {"non_diagnostic", &impl_->cad_rads_non_diagnostic},
                                                   {"plaque", &impl_->cad_rads_plaque},
                                                   {"high_risk_plaque", &impl_->cad_rads_hrp},
                                                   {"ischaemia", &impl_->cad_rads_ischaemia},
                                                   {"stent", &impl_->cad_rads_stent},
                                                   {"graft", &impl_->cad_rads_graft},
                                                   {"exception", &impl_->cad_rads_exception}};
  for (const auto& [name, id] : facts) *id = fact(c["facts"][name], std::string("/cad_rads/facts/") + name);
}

void TermsLoader::read_questionnaire() {
  const JsonValue q = root_["questionnaire"];
  impl_->questionnaire_url = q["url"].text();
  impl_->questionnaire_version = q["version"].text();
  impl_->onset_days = fact(q["onset_fact"], "/questionnaire/onset_fact");
  impl_->onset_hours = fact(q["onset_hours_fact"], "/questionnaire/onset_hours_fact");
  if (impl_->questionnaire_url.empty() || impl_->questionnaire_version.empty())
    problem("/questionnaire", "url and version are needed");
  std::size_t i = 0;
  for (JsonValue item : q["items"].elements()) {
    const std::string at = "/questionnaire/items/" + std::to_string(i++);
    Term term;
    term.fact = fact(item["fact"], at + "/fact");
    term.author_required = item["author_required"].boolean().value_or(false);
    if (!impl_->questionnaire_items.emplace(item["linkId"].text(), add_term(std::move(term))).second ||
        item["linkId"].text().empty())
      problem(at + "/linkId", "missing, or used twice");
  }
}

// "code=a|b,c|d" of the facts and of the sections that a key asks for; empty where it asks for everything.
std::string TermsLoader::code_filter(JsonValue key, const std::string& pointer) {
  std::string codes;
  for (JsonValue name : key["facts"].elements())
    if (const FactId id = fact(name, pointer + "/facts"); id != kNoFact) codes += query_codes_[id];
  for (JsonValue c : key["codes"].elements()) {
    const auto system = systems_.find(std::string(c[0].text()));
    if (system == systems_.end() || c[1].text().empty())
      problem(pointer + "/codes", "a code is [system, code]");
    else
      codes += "," + system->second.front() + "|" + std::string(c[1].text());
  }
  return codes.empty() ? codes : "&code=" + codes.substr(1);
}

void TermsLoader::read_prefetch() {
  constexpr std::string_view kLists[] = {"conditions", "medications", "allergies", "family_history", "procedures"};
  std::size_t i = 0;
  for (JsonValue p : root_["prefetch"].elements()) {
    const std::string at = "/prefetch/" + std::to_string(i++);
    PrefetchKey key;
    key.key = p["key"].text();
    key.addition = p["addition"].boolean().value_or(false);
    if (const auto list = p["list"].text(); !list.empty()) {
      const auto found = std::find(std::begin(kLists), std::end(kLists), list);
      if (found == std::end(kLists))
        problem(at + "/list", "unknown list");
      else
        key.list = static_cast<RecordList>(found - std::begin(kLists));
      if (p["query"].text().find("_count") != std::string_view::npos)
        problem(at + "/query", "a list must be sent whole");
    }
    std::string query(p["query"].text());
    if (key.key.empty() || query.empty()) problem(at, "key and query are needed");
    // The code filter stands behind the patient, before sorting and count.
    const auto tail = query.find("&_");
    query.insert(tail == std::string::npos ? query.size() : tail, code_filter(p, at));
    impl_->templates.emplace_back(key.key, std::move(query));
    impl_->prefetch_keys.push_back(std::move(key));
  }
  if (i == 0) problem("/prefetch", "no templates");
}

}  // namespace cathgate::fhir
