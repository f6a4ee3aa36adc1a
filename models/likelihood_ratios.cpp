#include "models/likelihood_ratios.h"

#include <cmath>

namespace cathgate::models {
namespace {

constexpr double kNormalQuantile975 = 1.959963984540054;  // of the standard normal distribution

std::optional<AppliedRatio> applied(const RatioTest& test, const FactView& view) {
  const auto value = test.max_age_days ? view.not_older_than(test.fact, *test.max_age_days) : view[test.fact];
  if (value.at_least(test.abnormal_from) == Truth::yes) return AppliedRatio{&test, true, value};
  if (value.above(test.normal_up_to) != Truth::no) return std::nullopt;
  if (test.no_normal_when != kNoFact && view[test.no_normal_when].equals(1) == Truth::yes) return std::nullopt;
  return AppliedRatio{&test, false, value};
}

bool counts_before(const AppliedRatio& a, const AppliedRatio& b) {
  if (a.test->rank != b.test->rank) return a.test->rank < b.test->rank;
  if (a.abnormal != b.abnormal) return a.abnormal;
  return a.value.at && (!b.value.at || a.value.at->latest > b.value.at->latest);
}

Ratio read_ratio(const Node& node) {
  node.allow({"ratio", "ci95"});
  const auto interval = node.json()["ci95"];
  Ratio ratio{node.number("ratio"), interval[std::size_t{0}].number().value_or(0), interval[std::size_t{1}].number().value_or(0)};
  if (!(0 < ratio.low95 && ratio.low95 < ratio.value && ratio.value < ratio.high95)) node.problem("ci95 must be [low, high] around a positive ratio");
  return ratio;
}

RatioTest read_test(const Node& node) {
  node.allow({"id", "test", "label", "kind", "rank", "imaging", "fact", "normal_up_to", "abnormal_from", "no_normal_when", "max_age_days", "age_basis", "replaces", "positive", "negative"});
  RatioTest test;
  test.id = node.text("id");
  test.test = node.text("test");
  test.label = node.text("label");
  const auto kind = node.json()["kind"].text();
  if (kind != "anatomical" && kind != "functional") node.at("kind").problem("kind is anatomical or functional");
  test.kind = kind == "anatomical" ? TestKind::anatomical : TestKind::functional;
  test.rank = static_cast<int>(node.number("rank"));
  test.imaging = node.json()["imaging"].boolean().value_or(true);
  test.fact = node.fact("fact");
  test.normal_up_to = node.at("normal_up_to").value_of(test.fact);
  test.abnormal_from = node.at("abnormal_from").value_of(test.fact);
  if (!node.json()["no_normal_when"].is_missing()) test.no_normal_when = node.fact("no_normal_when");
  if (!node.json()["max_age_days"].is_missing()) {
    test.max_age_days = node.number("max_age_days");
    node.text("age_basis");
  }
  for (const auto& replaced : node.at("replaces").elements()) {
    const auto id = node.facts().find(replaced.json().text());
    if (id) test.replaces.push_back(*id);
    else replaced.problem("no fact of this name in core/facts.json");
  }
  test.positive = read_ratio(node.at("positive"));
  test.negative = read_ratio(node.at("negative"));
  if (test.positive.value <= 1 || test.negative.value >= 1) node.problem("an abnormal result must raise, a normal one lower the likelihood");
  return test;
}

}  // namespace

double apply_ratio(double before, double ratio) {
  const double odds = before * ratio;
  return odds / (odds + (1 - before));
}

double Ratio::log_standard_error() const { return (std::log(high95) - std::log(low95)) / (2 * kNormalQuantile975); }

const RatioTest* LikelihoodRatios::find(std::string_view test) const {
  for (const auto& t : tests)
    if (t.test == test) return &t;
  return nullptr;
}

std::optional<AppliedRatio> LikelihoodRatios::select(const FactView& view, TestKind kind) const {
  std::optional<AppliedRatio> best;
  for (const auto& test : tests) {
    if (test.kind != kind) continue;
    const auto one = applied(test, view);
    if (one && (!best || counts_before(*one, *best))) best = one;
  }
  return best;
}

LikelihoodRatios read_likelihood_ratios(const Node& root) {
  root.allow({"id", "version", "title", "citation", "evidence_status", "interval_status", "approved_by", "limits", "tests", "golden"});
  LikelihoodRatios ratios{root.text("id"), root.text("version"), root.citation(), root.status("evidence_status"), root.status("interval_status"), {}};
  root.text("limits");
  for (const auto& node : root.at("tests").elements()) ratios.tests.push_back(read_test(node));
  if (ratios.tests.empty()) root.at("tests").problem("no tests");
  return ratios;
}

std::size_t try_golden_rows(const Node& root, const LikelihoodRatios& ratios) {
  const auto rows = root.at("golden").elements();
  if (rows.empty()) root.at("golden").problem("likelihood ratios need golden rows");
  for (const auto& row : rows) {
    row.allow({"pre", "test", "result", "expect", "tolerance", "source"});
    row.text("source");
    const auto* test = ratios.find(row.json()["test"].text());
    const auto result = row.json()["result"].text();
    if (!test || (result != "normal" && result != "abnormal")) {
      row.problem("test and result (normal or abnormal) are needed");
      continue;
    }
    const double after = apply_ratio(row.number("pre"), (result == "abnormal" ? test->positive : test->negative).value);
    if (!(std::abs(after - row.number("expect")) <= row.number("tolerance"))) row.problem("the ratio gives " + std::to_string(after));
  }
  return rows.size();
}

}  // namespace cathgate::models
