#include "core/json.h"
#include "study/goals.h"
#include "study/report.h"
#include "study/report_text.h"

namespace cathgate::study {
namespace {

HospitalResult mean_of(const std::vector<HospitalResult>& hospitals) {
  HospitalResult m;
  m.hospital = "mean";
  const double n = static_cast<double>(hospitals.size());
  for (const auto field : {&HospitalResult::auc, &HospitalResult::observed_expected, &HospitalResult::slope, &HospitalResult::brier, &HospitalResult::avoided, &HospitalResult::missed, &HospitalResult::missed_women, &HospitalResult::missed_men, &HospitalResult::obstructed_among_deferred, &HospitalResult::deferred, &HospitalResult::avoided_low, &HospitalResult::avoided_high, &HospitalResult::missed_low, &HospitalResult::missed_high, &HospitalResult::kept, &HospitalResult::best_avoided})
    for (const auto& h : hospitals) m.*field += h.*field / n;
  return m;
}

void write_hospital(JsonWriter& json, const HospitalResult& h) {
  json.key(h.hospital).start_object();
  json.member("auc", h.auc).member("observed_expected", h.observed_expected).member("slope", h.slope).member("brier", h.brier).member("deferred", h.deferred);
  json.member("avoided", h.avoided).member("avoided_p10", h.avoided_low).member("avoided_p90", h.avoided_high).member("missed", h.missed).member("missed_p10", h.missed_low).member("missed_p90", h.missed_high);
  json.member("missed_women", h.missed_women).member("missed_men", h.missed_men).member("obstructed_among_deferred", h.obstructed_among_deferred).member("bound_kept", h.kept).member("best_avoided_in_hindsight", h.best_avoided).end_object();
}

void write_hospitals(JsonWriter& json, const std::vector<HospitalResult>& hospitals) {
  json.key("hospitals").start_object();
  for (const auto& h : hospitals) write_hospital(json, h);
  write_hospital(json, mean_of(hospitals));
  json.end_object();
}

void write_candidates(JsonWriter& json, std::string_view key, const std::vector<CandidateResult>& candidates) {
  json.key(key).start_array();
  for (const auto& c : candidates) {
    json.start_object().member("name", c.name);
    write_hospitals(json, c.hospitals);
    json.end_object();
  }
  json.end_array();
}

void write_goals(JsonWriter& json, const ProtocolResult& r) {
  json.key("goals").start_object();
  for (const auto& goal : goals_of(r)) {
    json.key(goal.id).start_object().member("goal", goal.text).member("met_at", static_cast<std::int64_t>(goal.met.size())).key("hospitals").start_array();
    for (const auto& hospital : goal.met) json.string(hospital);
    json.end_array().end_object();
  }
  json.member("hospitals", static_cast<std::int64_t>(r.candidates.empty() ? 0 : r.candidates.back().hospitals.size())).end_object();
}

void write_cohorts(JsonWriter& json, const TrainingSummary& s) {
  json.key("cohorts").start_object();
  for (const auto* cohort : s.cohorts) {
    json.key(cohort->name).start_object().member("patients", static_cast<std::int64_t>(cohort->patients.size())).member("obstructed", static_cast<std::int64_t>(cohort->obstructed()));
    std::int64_t women = 0, obstructed_women = 0;
    for (const auto& p : cohort->patients) {
      const auto male = p.view.catalogue().find("patient.male");
      const bool woman = male && p.view[*male].equals(0) == Truth::yes;
      women += woman;
      obstructed_women += woman && p.obstructed;
    }
    json.member("women", women).member("obstructed_women", obstructed_women).member("digest", cohort->digest).end_object();
  }
  json.end_object();
}

std::string cell(const HospitalResult& h) {
  return fixed(h.auc, 3) + "; O:E " + fixed(h.observed_expected, 2) + "; " + percent(h.avoided) + " avoided, " + percent(h.missed) + " missed";
}

std::string header(const std::string& first, const std::vector<HospitalResult>& hospitals) {
  std::string names = "| " + first + " |", rule = "|---|";
  for (const auto& h : hospitals) names += " " + h.hospital + " |", rule += "---|";
  return names + " mean |\n" + rule + "---|\n";
}

void add_candidates(std::string& out, const std::vector<CandidateResult>& candidates, const std::string& first) {
  out += header(first, candidates.front().hospitals);
  for (const auto& c : candidates) {
    out += "| " + c.name + " |";
    for (const auto& h : c.hospitals) out += " " + cell(h) + " |";
    const auto m = mean_of(c.hospitals);
    out += " " + cell(m) + "; hindsight " + percent(m.best_avoided) + " |\n";
  }
}

void add_rules(std::string& out, const std::vector<RuleResult>& rules) {
  out += header("rule; stated confidence; cap on obstructed among deferred", rules.front().hospitals);
  for (const auto& r : rules) {
    const bool stated = r.rule == ThresholdRule::shares || r.rule == ThresholdRule::first_crossing || r.rule == ThresholdRule::posterior || r.rule == ThresholdRule::binomial;
    out += "| " + std::string(rule_name(r.rule)) + "; " + (stated ? fixed(r.limits.confidence, 1) : "none") + "; " + (r.limits.obstructed < 1 ? percent(r.limits.obstructed) : "no cap") + (r.by_sex ? "; women's threshold more cautious" : "") + " |";
    for (const auto& h : r.hospitals) out += " " + percent(h.avoided) + " / " + percent(h.missed) + " / " + fixed(h.kept, 2) + " |";
    const auto m = mean_of(r.hospitals);
    out += " " + percent(m.avoided) + " / " + percent(m.missed) + " / " + fixed(m.kept, 2) + " |\n";
  }
}

void add_sexes(std::string& out, const std::vector<SexResult>& sexes) {
  out += header("women's threshold with no obstructed woman in the sample; intercept", sexes.front().hospitals);
  for (const auto& s : sexes) {
    out += "| " + std::string(s.cautious_women < 1 ? "men's times " + fixed(s.cautious_women, 2) : "as men's") + (s.cautious_women == kCautiousWomen && !s.intercept ? " (shipped)" : "") + "; " + (s.intercept ? "women's own" : "one") + " |";
    auto hospitals = s.hospitals;
    hospitals.push_back(mean_of(s.hospitals));
    for (const auto& h : hospitals) out += " " + percent(h.avoided) + " / " + percent(h.missed_women) + " / " + percent(h.missed_men) + " |";
    out += "\n";
  }
}

void add_goals(std::string& out, const ProtocolResult& r) {
  out += "| goal, as the mean of the draws | met at |\n|---|---|\n";
  for (const auto& goal : goals_of(r)) {
    std::string met;
    for (const auto& hospital : goal.met) met += (met.empty() ? "" : ", ") + hospital;
    out += "| " + goal.text + " | " + (met.empty() ? "no hospital" : met) + " |\n";
  }
}

void add_terms(std::string& out, const models::LearnedScore::Data& score) {
  out += "| input | log-odds for one standard deviation | stands at, when unknown | standard deviation | training range |\n|---|---|---|---|---|\n";
  for (const auto& t : score.terms) out += "| " + score.graph[t.input].name + " | " + (score.graph[t.input].linear ? fixed(t.coefficient, 3) : "trees only") + " | " + fixed(t.fill, 2) + " | " + fixed(t.deviation, 2) + " | " + fixed(t.low, 2) + " to " + fixed(t.high, 2) + " |\n";
}

}  // namespace

std::string write_protocol_json(const ProtocolResult& r, const TrainingSummary& s) {
  JsonWriter json;
  json.start_object().member("kind", "cathgate-training").member("model", s.model).member("model_version", s.version).member("model_digest", s.model_digest).member("xgboost", s.xgboost).member("shipped_threshold", s.threshold);
  write_cohorts(json, s);
  json.key("protocol").start_object().member("recalibrate_on", static_cast<std::int64_t>(r.options.recalibrate_on)).member("draws", r.options.draws).member("seed", static_cast<std::int64_t>(r.options.seed)).member("missed_bound", r.options.limits.missed).member("confidence", r.options.limits.confidence).member("obstructed_cap", r.options.limits.obstructed).end_object();
  write_candidates(json, "candidates", r.candidates);
  if (!r.candidates.empty()) {
    json.key("shipped").start_object();
    write_hospitals(json, r.candidates.back().hospitals);
    json.end_object();
  }
  write_goals(json, r);
  write_candidates(json, "perfusion", r.with_perfusion);
  json.key("threshold_rules").start_array();
  for (const auto& rule : r.rules) {
    json.start_object().member("rule", rule_name(rule.rule)).member("confidence", rule.limits.confidence).member("obstructed_cap", rule.limits.obstructed).member("by_sex", rule.by_sex);
    write_hospitals(json, rule.hospitals);
    json.end_object();
  }
  json.end_array().key("sexes").start_array();
  for (const auto& sex : r.sexes) {
    json.start_object().member("cautious_women", sex.cautious_women).member("intercept_of_women", sex.intercept);
    write_hospitals(json, sex.hospitals);
    json.end_object();
  }
  json.end_array().key("interval_coverage").start_object();
  for (const auto& c : r.coverage) json.key(c.hospital).start_object().member("covered", c.covered).member("mean_width", c.mean_width).end_object();
  json.end_object().key("without_recalibration").start_object();
  for (const auto& u : r.uncalibrated) json.key(u.hospital).start_object().member("threshold", u.threshold).member("observed_expected", u.observed_expected).member("avoided", u.avoided).member("missed", u.missed).member("missed_women", u.missed_women).member("obstructed_among_deferred", u.obstructed_among_deferred).end_object();
  return json.end_object().end_object().take();
}

std::string write_protocol_report(const ProtocolResult& r, const TrainingSummary& s) {
  std::string out = "# How " + s.model + " " + s.version + " was chosen\n\n";
  out += "Written by `cathgate train`. Model " + s.model_digest.substr(0, 12) + ", XGBoost " + s.xgboost + ".\n\n## Data\n\n| hospital | patients | obstructed |\n|---|---|---|\n";
  for (const auto* c : s.cohorts) out += "| " + c->name + " | " + std::to_string(c->patients.size()) + " | " + std::to_string(c->obstructed()) + " |\n";
  out += "\nSeen before anything was fitted:\n\n";
  for (const auto& line : s.seen) out += "- " + line + "\n";
  if (!r.candidates.empty()) {
    out += "\n## Candidates, each hospital left out in turn\n\nFitted on the other hospitals, recalibrated (intercept, slope, threshold by the shipped rule) on " + std::to_string(r.options.recalibrate_on) + " patients, or half where a hospital has fewer than twice as many, and tried on the rest; means of " + std::to_string(r.options.draws) + " draws. AUC; observed to expected; unneeded angiograms avoided, obstructed missed. Hindsight: what the best threshold would have avoided at the bound.\n\n";
    add_candidates(out, r.candidates, "candidate");
    out += "\n## Goals\n\nOf the shipped score and rule at the hospital left out.\n\n";
    add_goals(out, r);
    out += "\n## Perfusion imaging\n\nKnown almost only in Cleveland, so no score was trained on it. Its published ratio enters beside the score, with a local weight that begins at 1.\n\n";
    add_candidates(out, r.with_perfusion, "shipped score");
    out += "\n## Threshold rules, shipped score\n\nBound on the missed share of the obstructed: " + percent(r.options.limits.missed) + ". Each cell: avoided / missed / share of the draws in which the bound was kept (the realised confidence; it includes the chance of the tried patients).\n\n";
    add_rules(out, r.rules);
    out += "\n## Women and men, shipped score and rule\n\nThe factor reaches 1 with 60 obstructed women in the local sample. An intercept of their own: normal around 0, deviation 0.5. Each cell: avoided / missed of the obstructed women / of the obstructed men.\n\n";
    add_sexes(out, r.sexes);
    out += "\n## Interval\n\nShare of eighths of the tried patients whose observed number of obstructed lies between the sums of the ends of their 90 % intervals.\n\n| hospital | covered | mean width |\n|---|---|---|\n";
    for (const auto& c : r.coverage) out += "| " + c.hospital + " | " + fixed(c.covered, 2) + " | " + fixed(c.mean_width, 2) + " |\n";
    out += "\n## Without recalibration\n\nThe threshold is fixed by the same rule inside the training hospitals alone, from their predictions of each other. What it would have done at the hospital left out (it decides nothing in the product):\n\n| hospital | threshold | O:E | avoided | missed | women missed | obstructed among deferred |\n|---|---|---|---|---|---|---|\n";
    for (const auto& u : r.uncalibrated) out += "| " + u.hospital + " | " + fixed(u.threshold, 3) + " | " + fixed(u.observed_expected, 2) + " | " + percent(u.avoided) + " | " + percent(u.missed) + " | " + percent(u.missed_women) + " | " + percent(u.obstructed_among_deferred) + " |\n";
  }
  out += "\n## The score\n\n";
  add_terms(out, *s.score);
  return out;
}

}  // namespace cathgate::study
