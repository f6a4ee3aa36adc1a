#include "engine/site_defaults.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/digest.h"
#include "core/json.h"

namespace cathgate {
namespace {

class Reader {
 public:
  Reader(JsonValue root, const FactCatalogue& facts, std::vector<Error>& errors) : root_(root), facts_(facts), errors_(errors) {}

  SiteDefaults read() {
    SiteDefaults site;
    for (const auto member : root_.members())
      if (!is_key(member.name())) problem(member.name(), "unknown key; the file holds approved_by, reason, age_limits, plausible, engine and reading");
    site.approved_by = text("approved_by", "who approved these defaults");
    site.reason = text("reason", "why the site departs from the defaults");
    read_age_limits(site);
    read_plausible(site);
    for (const auto member : root_["engine"].members())
      if (member.name() == "adult_age_years") site.adult_age_years = positive(member.value(), "engine/adult_age_years");
      else if (member.name() == "troponin_window_hours") site.troponin_window_hours = positive(member.value(), "engine/troponin_window_hours");
      else problem("engine/" + std::string(member.name()), "there is no such default");
    for (const auto member : root_["reading"].members())
      if (member.name() == "acute_window_hours") site.acute_window_hours = positive(member.value(), "reading/acute_window_hours");
      else if (member.name() == "future_tolerance_hours") site.future_tolerance_hours = positive(member.value(), "reading/future_tolerance_hours");
      else problem("reading/" + std::string(member.name()), "there is no such default");
    return site;
  }

 private:
  static bool is_key(std::string_view name) {
    constexpr std::array<std::string_view, 6> kKeys = {"approved_by", "reason", "age_limits", "plausible", "engine", "reading"};
    return std::find(kKeys.begin(), kKeys.end(), name) != kKeys.end();
  }
  void problem(std::string_view at, std::string message) {
    errors_.push_back({ErrorCode::invalid_input, "site/defaults.json#/" + std::string(at), std::move(message)});
  }
  std::string text(std::string_view name, const std::string& what) {
    const std::string value(root_[name].text());
    if (value.empty()) problem(name, "say " + what);
    return value;
  }
  std::optional<double> positive(JsonValue value, std::string_view at) {
    const auto number = value.number();
    if (number && *number > 0) return number;
    problem(at, "a number above 0 is needed");
    return std::nullopt;
  }
  std::optional<FactId> fact(std::string_view group, std::string_view name) {
    const auto id = facts_.find(name);
    if (!id) problem(std::string(group) + "/" + std::string(name), "there is no fact of this name");
    return id;
  }

  void read_age_limits(SiteDefaults& site) {
    for (const auto member : root_["age_limits"].members())
      if (const auto id = fact("age_limits", member.name()))
        if (const auto days = positive(member.value(), "age_limits/" + std::string(member.name()))) site.age_limit_days[*id] = *days;
  }

  void read_plausible(SiteDefaults& site) {
    for (const auto member : root_["plausible"].members()) {
      const auto id = fact("plausible", member.name());
      if (!id) continue;
      const auto low = member.value()[std::size_t{0}].number(), high = member.value()[1].number();
      if (facts_[*id].kind == FactKind::quantity && low && high && *low < *high) site.plausible[*id] = {*low, *high};
      else problem("plausible/" + std::string(member.name()), "a plausible range is [low, high] of a quantity");
    }
  }

  JsonValue root_;
  const FactCatalogue& facts_;
  std::vector<Error>& errors_;
};

}  // namespace

Loaded<SiteDefaults> SiteDefaults::load(const std::string& site_folder, const FactCatalogue& facts) {
  const auto path = std::filesystem::path(site_folder) / "defaults.json";
  std::error_code ignored;
  if (site_folder.empty() || !std::filesystem::is_regular_file(path, ignored)) return {SiteDefaults{}, {}};
  const auto file = load_json_file(path.string());
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  auto site = Reader(file->root(), facts, errors).read();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  JsonWriter text;
  text.value(file->root());
  site.digest = to_hex(sha256(text.take()));
  return {std::move(site), {}};
}

void SiteDefaults::apply_to(FactCatalogue& facts) const {
  for (const auto& [fact, range] : plausible) facts.set_plausible(fact, range.first, range.second);
}

void SiteDefaults::apply_to(EngineData& data) const {
  if (adult_age_years) data.adult_age_years = *adult_age_years;
  if (troponin_window_hours) data.troponin_window_hours = *troponin_window_hours;
}

}  // namespace cathgate
