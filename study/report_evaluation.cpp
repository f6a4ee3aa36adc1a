#include "core/json.h"
#include "study/report.h"
#include "study/report_text.h"
#include "study/svg.h"

namespace cathgate::study {
namespace {

void write_interval(JsonWriter& json, std::string_view key, const Interval& v) {
  json.key(key).start_object().member("value", v.value).member("low", v.low).member("high", v.high).end_object();
}

void write_share(JsonWriter& json, std::string_view key, const Share& s) {
  json.key(key).start_object().member("count", static_cast<std::int64_t>(s.count)).member("of", static_cast<std::int64_t>(s.of));
  json.member("value", s.value()).member("low", s.interval.low).member("high", s.interval.high).end_object();
}

void write_performance(JsonWriter& json, const Performance& p) {
  write_interval(json, "auc", p.auc);
  write_interval(json, "brier", p.brier);
  write_interval(json, "observed_expected", p.observed_expected);
  json.member("calibration_slope", p.slope).member("calibration_intercept", p.intercept);
  json.key("calibration_curve").start_array();
  for (const auto& c : p.calibration) json.start_object().member("predicted", c.predicted).member("observed", c.observed).member("patients", static_cast<std::int64_t>(c.patients)).member("low", c.interval.low).member("high", c.interval.high).end_object();
  json.end_array().key("decision_curve").start_array();
  for (const auto& b : p.benefit) json.start_object().member("threshold", b.threshold).member("model", b.model).member("angiography_for_all", b.everybody).end_object();
  json.end_array();
}

std::string share_text(const Share& s) {
  if (s.of == 0) return "none";
  return percent(s.value()) + " (" + std::to_string(s.count) + "/" + std::to_string(s.of) + "; " + percent(s.interval.low) + " to " + percent(s.interval.high) + ")";
}

Plot calibration_plot(const Evaluation& e) {
  Plot plot{"Calibration in eighths of the likelihood, " + e.cohort, "predicted likelihood", "observed share obstructed", 0, 1, 0, 1, {}};
  plot.series.push_back({"ideal", {{0, 0}, {1, 1}}, true, false, {}});
  Series s{e.scorers.front().name, {}, false, true, {}};
  for (const auto& c : e.scorers.front().performance.calibration) {
    s.points.emplace_back(c.predicted, c.observed);
    s.errors.emplace_back(c.interval.low, c.interval.high);
  }
  plot.series.push_back(std::move(s));
  return plot;
}

Plot decision_plot(const Evaluation& e) {
  Plot plot{"Net benefit, " + e.cohort, "likelihood from which angiography is done", "net benefit for each patient", 0, 0.5, 0, 1, {}};
  double most = 0;
  for (const auto& scorer : e.scorers) {
    Series s{scorer.name, {}, false, false, {}};
    for (const auto& b : scorer.performance.benefit) s.points.emplace_back(b.threshold, b.model), most = std::max(most, b.model);
    plot.series.push_back(std::move(s));
  }
  Series all{"angiography for all", {}, true, false, {}};
  for (const auto& b : e.scorers.front().performance.benefit) all.points.emplace_back(b.threshold, b.everybody);
  plot.series.push_back(std::move(all));
  plot.y_high = std::max(most * 1.6, 0.1);
  return plot;
}

}  // namespace

std::string write_evaluation_json(const Evaluation& e) {
  JsonWriter json;
  const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  json.start_object().member("kind", "cathgate-evaluation").member("cohort", e.cohort).member("cohort_digest", e.cohort_digest).member("reference_standard", e.reference_standard);
  json.member("model", e.model).member("model_version", e.model_version).member("model_digest", e.model_digest).member("recalibration", e.recalibration);
  json.member("patients", count(e.patients)).member("obstructed", count(e.obstructed)).member("abstained", count(e.abstained));
  json.key("scorers").start_array();
  for (const auto& s : e.scorers) {
    json.start_object().member("name", s.name).member("threshold_basis", s.threshold_basis).member("threshold_men", s.threshold_men).member("threshold_women", s.threshold_women);
    write_performance(json, s.performance);
    json.key("groups").start_array();
    for (const auto& g : s.groups) {
      json.start_object().member("group", g.group);
      write_share(json, "deferred", g.deferral.deferred);
      write_share(json, "avoided", g.deferral.avoided);
      write_share(json, "missed", g.deferral.missed);
      write_share(json, "obstructed_among_deferred", g.deferral.obstructed_among_deferred);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("left_out").start_array();
  for (const auto& name : e.left_out) json.string(name);
  return json.end_array().end_object().take();
}

std::vector<ReportFile> write_evaluation_report(const Evaluation& e, const std::vector<std::string>& seen) {
  std::string out = "# " + e.model + " " + e.model_version + " on " + e.cohort + "\n\n";
  out += std::to_string(e.patients) + " patients with a known angiogram, " + std::to_string(e.obstructed) + " obstructed (" + e.reference_standard + "). Model " + e.model_digest.substr(0, 12) + ", cohort " + e.cohort_digest.substr(0, 12) + ".";
  out += " The learned score abstains for " + std::to_string(e.abstained) + " of them (an input that it needs is missing or outside its training range); they count as not deferred.\n\n";
  for (const auto& line : seen) out += "- " + line + "\n";
  out += "\n| scorer | thresholds | AUC | Brier | O:E | slope |\n|---|---|---|---|---|---|\n";
  for (const auto& s : e.scorers) {
    const auto& p = s.performance;
    out += "| " + s.name + " | men " + percent(s.threshold_men) + ", women " + percent(s.threshold_women) + "; " + s.threshold_basis + " | " + with_interval(p.auc, 3) + " | " + with_interval(p.brier, 3) + " | " + with_interval(p.observed_expected, 2) + " | " + fixed(p.slope, 2) + " |\n";
  }
  if (!e.left_out.empty()) {
    out += "\nNot tried, because some patient lacks an input:";
    for (const auto& name : e.left_out) out += (name == e.left_out.front() ? " " : "; ") + name;
    out += ".\n";
  }
  out += "\nAt the thresholds above, fixed before this cohort was seen. Exact 95 % intervals.\n";
  for (const auto& s : e.scorers) {
    out += "\n## " + s.name + "\n\n| group | deferred | unneeded angiograms avoided | obstructed missed | obstructed among the deferred |\n|---|---|---|---|---|\n";
    for (const auto& g : s.groups) out += "| " + g.group + " | " + share_text(g.deferral.deferred) + " | " + share_text(g.deferral.avoided) + " | " + share_text(g.deferral.missed) + " | " + share_text(g.deferral.obstructed_among_deferred) + " |\n";
  }
  out += "\n![Calibration](calibration.svg)\n\n![Net benefit](decision.svg)\n\nIntervals of AUC, Brier and O:E: 500 bootstrap resamples. All patients had an angiogram: how the score does in those who were never sent for one is not known.\n";
  return {{"evaluation.md", out}, {"evaluation.json", write_evaluation_json(e) + "\n"}, {"calibration.svg", write_svg(calibration_plot(e))}, {"decision.svg", write_svg(decision_plot(e))}};
}

}  // namespace cathgate::study
