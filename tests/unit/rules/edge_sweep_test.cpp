// Every numeric edge of every rule of the library, swept: just below, at, just above, missing, too old, undated. What the
// compiled rule says is compared with a second, slower reading of the rule's JSON that shares no code with it, around every
// example of the rule; and each edge must matter in one of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "core/json.h"
#include "rules/example_reader.h"
#include "rules/judge.h"
#include "rules/library_loader.h"

namespace cathgate::rules {
namespace {

const std::string kFolder = std::string(CATHGATE_SOURCE_DIR) + "/rules/library";
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr UnixSeconds kAsOf = kExampleNow;

const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
  return *loaded.value;
}

// ---- the second reading -------------------------------------------------------------------------------------------

double number_of(FactId fact, JsonValue value) {
  const auto& f = facts()[fact];
  if (f.kind == FactKind::boolean) return value.boolean().value() ? 1 : 0;
  if (f.kind == FactKind::category) return f.category(value.text()).value();
  return value.number().value();
}

FactValue aged(const FactView& view, FactId fact, JsonValue node) {
  const auto days = node["max_age_days"].number();
  const FactValue& v = view[fact];
  if (!days || !v.known() || facts()[fact].stage != Stage::record) return days ? view.not_older_than(fact, *days) : v;
  if (!v.at) return FactValue::unknown_because(UnknownReason::too_old);
  const double age = static_cast<double>(view.as_of() - v.at->latest) / static_cast<double>(kSecondsPerDay);
  return age <= *days ? v : FactValue::unknown_because(UnknownReason::too_old);
}

// What a predicate says about an interval: yes at both ends and between, no likewise, otherwise unknown.
Truth over(const FactValue& v, double low, bool low_excluded, double high, bool high_excluded) {
  const auto inside = [&](double x) { return (low_excluded ? x > low : x >= low) && (high_excluded ? x < high : x <= high); };
  if (inside(v.low) && inside(v.high)) return Truth::yes;
  const bool below = low_excluded ? v.high <= low : v.high < low, above = high_excluded ? v.low >= high : v.low > high;
  return below || above ? Truth::no : Truth::unknown;
}

Truth read_fact(JsonValue node, const FactView& view) {
  const auto fact = facts().require(node["fact"].text());
  const auto value = aged(view, fact, node);
  if (const auto known = node["known"].boolean()) return value.known() == *known ? Truth::yes : Truth::no;
  if (!value.known()) return Truth::unknown;
  if (const auto is = node["is"]; !is.is_missing()) {
    std::vector<double> wanted;
    if (is.is_array())
      for (auto w : is.elements()) wanted.push_back(number_of(fact, w));
    else
      wanted.push_back(number_of(fact, is));
    const auto in = [&](double x) { return std::find(wanted.begin(), wanted.end(), x) != wanted.end(); };
    if (value.low == value.high) return in(value.low) ? Truth::yes : Truth::no;
    bool some = false, every = true;
    for (double x = std::ceil(value.low); x <= value.high; ++x) some |= in(x), every &= in(x);
    return every ? Truth::yes : some ? Truth::unknown : Truth::no;
  }
  const auto edge = [&](std::string_view key, double otherwise) { return node[key].is_missing() ? otherwise : number_of(fact, node[key]); };
  const bool above = !node["above"].is_missing(), below = !node["below"].is_missing();
  return over(value, above ? edge("above", 0) : edge("from", -kInfinity), above, below ? edge("below", 0) : edge("up_to", kInfinity), below);
}

Truth read_condition(JsonValue node, const FactView& view) {
  if (node.is_missing()) return Truth::yes;
  if (!node["fact"].is_missing()) return read_fact(node, view);
  if (const auto inner = node["not"]; !inner.is_missing()) return !read_condition(inner, view);
  if (const auto all = node["all"]; !all.is_missing()) {
    Truth t = Truth::yes;
    for (auto c : all.elements()) t = both(t, read_condition(c, view));
    return t;
  }
  if (const auto any = node["any"]; !any.is_missing()) {
    Truth t = Truth::no;
    for (auto c : any.elements()) t = either(t, read_condition(c, view));
    return t;
  }
  std::int64_t yes = 0, possible = 0;
  for (auto c : node["of"].elements()) {
    const auto t = read_condition(c, view);
    yes += t == Truth::yes, possible += t != Truth::no;
  }
  const auto needed = node["at_least"].integer().value();
  return yes >= needed ? Truth::yes : possible < needed ? Truth::no : Truth::unknown;
}

struct Reading {
  Truth fired = Truth::no;
  int first = 0, last = 0;
  bool operator==(const Reading&) const = default;
};

int step_of(JsonValue table, FactId on, double value) {
  int at = -1, index = 0;
  for (auto step : table["steps"].elements()) {
    const bool above = !step["above"].is_missing();
    const double edge = number_of(on, above ? step["above"] : step["from"]);
    if (above ? value > edge : value >= edge) at = index;
    ++index;
  }
  return at;
}

Reading read_rule_json(JsonValue rule, const FactView& view) {
  Reading r{read_condition(rule["when"], view), 0, 0};
  const auto table = rule["table"];
  if (table.is_missing() || r.fired == Truth::no) return r;
  const auto on = facts().require(table["on"].text());
  const auto value = aged(view, on, table);
  r.first = value.known() ? step_of(table, on, value.low) : -1;
  r.last = value.known() ? step_of(table, on, value.high) : static_cast<int>(table["steps"].size()) - 1;
  r.fired = both(r.fired, !value.known() || r.first != r.last ? Truth::unknown : r.first >= 0 ? Truth::yes : Truth::no);
  return r;
}

// ---- the sweep ----------------------------------------------------------------------------------------------------

struct Edge {
  FactId fact;
  double value;
  std::optional<double> max_age_days;
  auto operator<=>(const Edge&) const = default;
};

void collect(JsonValue node, std::set<Edge>& edges) {
  if (!node["fact"].is_missing()) {
    const auto fact = facts().require(node["fact"].text());
    for (const auto* key : {"from", "above", "below", "up_to"})
      if (!node[key].is_missing()) edges.insert({fact, number_of(fact, node[key]), node["max_age_days"].number()});
  }
  for (const auto* key : {"all", "any", "of"})
    for (auto c : node[key].elements()) collect(c, edges);
  if (!node["not"].is_missing()) collect(node["not"], edges);
}

// Whether every test of the fact in this rule has this age limit: then too old must be the same as missing.
bool always_limited(JsonValue node, FactId fact, double days) {
  if (node.is_missing()) return true;
  if (!node["fact"].is_missing()) return facts().require(node["fact"].text()) != fact || node["max_age_days"].number() == days;
  for (const auto* key : {"all", "any", "of"})
    for (auto c : node[key].elements())
      if (!always_limited(c, fact, days)) return false;
  return always_limited(node["not"], fact, days);
}

std::set<Edge> edges_of(JsonValue rule) {
  std::set<Edge> edges;
  if (!rule["when"].is_missing()) collect(rule["when"], edges);
  const auto table = rule["table"];
  if (table.is_missing()) return edges;
  const auto on = facts().require(table["on"].text());
  for (auto step : table["steps"].elements()) edges.insert({on, number_of(on, step["above"].is_missing() ? step["from"] : step["above"]), table["max_age_days"].number()});
  return edges;
}

FactValue dated(double value, double days_old) {
  FactValue v = FactValue::exactly(value);
  v.origin = Origin::coded;
  const auto at = kAsOf - static_cast<UnixSeconds>(days_old * static_cast<double>(kSecondsPerDay));
  v.at = TimeRange{at, at};
  return v;
}

FactView view_of(const Example& example) {
  FactView view(facts(), kAsOf);
  for (const auto& [fact, value] : example.facts) view.set(fact, value);
  return view;
}

Reading compiled(const Rule& rule, const FactView& view) {
  const auto j = judge(rule, view);
  return {j.fired, j.first, j.last};
}

bool is_integer(FactId fact) { return facts()[fact].kind != FactKind::quantity; }

class Sweep {
 public:
  Sweep(const Rule& rule, JsonValue json) : rule_(rule), json_(json) {}

  void run() {
    for (const auto& edge : edges_of(json_)) {
      bool matters = false;
      for (const auto& example : rule_.examples) matters |= sweep(edge, view_of(example));
      ++edges;
      if (!matters) idle.push_back(rule_.info.id + ": " + facts()[edge.fact].name + " at " + std::to_string(edge.value));
    }
  }

  int edges = 0, points = 0;
  std::vector<std::string> idle;

 private:
  Reading check(const FactView& view, const std::string& what) {
    const auto expected = read_rule_json(json_, view), got = compiled(rule_, view);
    ++points;
    EXPECT_TRUE(got.fired == expected.fired && (got.fired == Truth::no || (got.first == expected.first && got.last == expected.last))) << rule_.info.id << ", " << what;
    return got;
  }

  // Whether crossing the edge changes what the rule says.
  bool sweep(const Edge& edge, FactView view) {
    const auto name = facts()[edge.fact].name + " around " + std::to_string(edge.value);
    const double step = is_integer(edge.fact) ? 1 : 0;
    const double below = step > 0 ? edge.value - 1 : std::nextafter(edge.value, -kInfinity), above = step > 0 ? edge.value + 1 : std::nextafter(edge.value, kInfinity);
    const auto said = [&](const FactValue& value, const char* what) {
      view.set(edge.fact, value);
      return check(view, name + ", " + what);
    };
    const auto low = said(dated(below, 0), "just below"), at = said(dated(edge.value, 0), "at"), high = said(dated(above, 0), "just above");
    FactValue range = dated(below, 0);
    range.high = above;
    said(range, "a range around it");
    const auto missing = said(FactValue(), "missing");
    if (edge.max_age_days && facts()[edge.fact].stage == Stage::record) {
      said(dated(edge.value, *edge.max_age_days), "as old as it may be");
      const auto old = said(dated(edge.value, *edge.max_age_days + 1), "too old");
      FactValue undated = dated(edge.value, 0);
      undated.at.reset();
      const auto without_date = said(undated, "undated");
      if (always_limited(json_["when"], edge.fact, *edge.max_age_days)) {
        EXPECT_TRUE(old == missing) << rule_.info.id << ": too old is missing, " << name;
        EXPECT_TRUE(without_date == missing) << rule_.info.id << ": undated is missing, " << name;
      }
    }
    return !(low == at && at == high);
  }

  const Rule& rule_;
  JsonValue json_;
};

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder))
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

TEST(EdgeSweep, EveryNumericEdgeOfEveryRule) {
  auto library = read_rule_files(kFolder, facts());
  ASSERT_TRUE(library.errors.empty());
  std::map<std::string, const Rule*> by_id;
  for (auto& rule : library.rules) rule.link(), by_id[rule.info.id] = &rule;
  int edges = 0, points = 0, rules = 0;
  std::vector<std::string> idle;
  for (const auto& path : files()) {
    const auto document = load_json_file(path.string());
    ASSERT_TRUE(document.ok()) << path;
    for (auto json : document->root()["rules"].elements()) {
      ASSERT_TRUE(by_id.contains(std::string(json["id"].text()))) << json["id"].text();
      Sweep sweep(*by_id[std::string(json["id"].text())], json);
      sweep.run();
      edges += sweep.edges, points += sweep.points, ++rules;
      idle.insert(idle.end(), sweep.idle.begin(), sweep.idle.end());
    }
  }
  EXPECT_EQ(static_cast<std::size_t>(rules), by_id.size());
  EXPECT_GT(edges, 200);
  RecordProperty("edges", edges);
  RecordProperty("points", points);
  std::printf("%d rules, %d edges, %d points\n", rules, edges, points);
  for (const auto& edge : idle) ADD_FAILURE() << "no example of the rule stands where this edge decides: " << edge;
}

}  // namespace
}  // namespace cathgate::rules
