#include "models/endotype_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cathgate::models {
namespace {

constexpr double kYearsPerStep = 10;  // the page gives the effect of ten years

InputStatus read_status(const Node& node) {
  const auto text = node.json()["status"].text();
  if (text != "strict" && text != "research" && text != "off") node.at("status").problem("status is strict, research or off");
  return text == "strict" ? InputStatus::strict : text == "research" ? InputStatus::research : InputStatus::off;
}

double read_positive(const Node& node, std::string_view key) {
  const double number = node.number(key);
  if (!(number > 0)) node.at(key).problem("a positive number is needed");
  return number > 0 ? number : 1;
}

template <std::size_t N>
std::array<double, N> read_row(const Node& node, std::string_view key) {
  std::array<double, N> row{};
  const Node list = node.at(key);
  if (list.json().size() != N) list.problem(std::to_string(N) + " numbers are needed here");
  for (std::size_t i = 0; i < N; ++i) row[i] = list.json()[i].number().value_or(0);
  return row;
}

template <std::size_t N>
std::array<double, N> read_distribution(const Node& node, std::string_view key) {
  auto row = read_row<N>(node, key);
  double sum = 0;
  for (const double p : row) sum += p;
  if (std::abs(sum - 1) > 1e-9) node.at(key).problem("the probabilities do not add up to 1");
  return row;
}

// A table of probabilities above 0 and below 1.
std::array<double, kDilatorStates> read_open_probabilities(const Node& node, std::string_view key) {
  auto row = read_row<kDilatorStates>(node, key);
  for (double& p : row)
    if (!(0 < p && p < 1)) node.at(key).problem("each probability lies between 0 and 1"), p = 0.5;
  return row;
}

std::vector<FactId> read_facts(const Node& node, std::string_view key) {
  std::vector<FactId> ids;
  for (const auto& element : node.at(key).elements()) {
    const auto id = node.facts().find(element.json().text());
    if (id) ids.push_back(*id);
    else element.problem("no fact of this name in core/facts.json");
  }
  return ids;
}

class Reader {
 public:
  explicit Reader(const Node& root) : root_(root) {}

  EndotypeData read() {
    root_.allow({"id", "version", "title", "approved_by", "evidence_status", "citation", "limits", "flags", "sources", "imr_cut", "latent", "shift", "secondary_cause", "setting_cta", "shared_error", "no_reference_tau",
                 "readings", "ischaemia", "findings", "acetylcholine", "ffr", "obstruction_ln_cap", "abstention", "off", "golden"});
    data_.id = root_.text("id");
    data_.version = root_.text("version");
    data_.title = root_.text("title");
    data_.approved = !root_.json()["approved_by"].text().empty();
    data_.status = root_.status("evidence_status");
    data_.citation = root_.citation();
    root_.text("limits");
    c_.imr_cut = read_positive(root_.at("imr_cut"), "value");
    c_.shared_error = read_positive(root_.at("shared_error"), "value");
    c_.no_reference_tau = root_.at("no_reference_tau").number("value");
    c_.obstruction_cap = root_.at("obstruction_ln_cap").number("value");
    read_latent(root_.at("latent"));
    read_shift(root_.at("shift"));
    read_secondary(root_.at("secondary_cause"));
    c_.cta_spasm_none_odds = root_.at("setting_cta").number("spasm_none_ln_odds");
    c_.cta_ln_cfr = root_.at("setting_cta").number("ln_cfr");
    read_readings(root_.at("readings"));
    read_ischaemia(root_.at("ischaemia"));
    read_findings(root_.at("findings"));
    read_invasive();
    read_bounds(root_.at("abstention"));
    for (const auto& node : root_.at("off").elements()) data_.off.push_back({node.text("id"), node.text("why")});
    data_.central = draw_parameters(data_, {});
    return std::move(data_);
  }

 private:
  void read_latent(const Node& node) {
    auto& p = data_.central;
    const Node cfr = node.at("cfr"), imr = node.at("imr"), correlation = node.at("correlation"), spasm = node.at("spasm"), association = node.at("association"), stress = node.at("stress_flow");
    p.mean_ln_cfr = {std::log(read_positive(cfr, "men")), std::log(read_positive(cfr, "women"))};
    p.sd_ln_cfr = read_positive(cfr, "sd_ln");
    data_.mean_cfr_common_sd = cfr.number("common_sd");
    data_.mean_cfr_sex_sd = cfr.number("sex_sd");
    data_.sd_cfr_relative_sd = cfr.number("sd_relative_sd");
    p.mean_ln_imr = {imr.number("men_ln"), imr.number("women_ln")};
    p.sd_ln_imr = read_positive(imr, "sd_ln");
    data_.mean_imr_sd = imr.number("mean_sd");
    data_.sd_imr_relative_sd = imr.number("sd_relative_sd");
    p.correlation = correlation.number("value");
    data_.correlation_sd = correlation.number("sd");
    data_.correlation_min = correlation.number("min");
    data_.correlation_max = correlation.number("max");
    if (!(-1 < data_.correlation_min && data_.correlation_min <= p.correlation && p.correlation <= data_.correlation_max && data_.correlation_max < 1)) correlation.problem("min, value and max lie between -1 and 1 in this order");
    p.spasm = {read_distribution<kSpasmStates>(spasm, "men"), read_distribution<kSpasmStates>(spasm, "women")};
    data_.spasm_ln_sd = spasm.number("ln_sd");
    p.association = association.number("value");
    data_.association_sd = association.number("sd");
    p.beta = stress.number("beta");
    data_.beta_sd = stress.number("beta_sd");
    c_.ln_reference_imr = std::log(read_positive(stress, "reference_imr"));
  }

  void read_shift(const Node& node) {
    data_.age = node.fact("age"), data_.male = node.fact("male"), data_.hypertension = node.fact("hypertension");
    data_.smoking = node.fact("smoking"), data_.diabetes = node.fact("diabetes"), data_.heart_rate = node.fact("heart_rate");
    data_.smoking_from = node.at("smoking_from").value_of(data_.smoking);
    data_.heart_rate_max_age_days = read_positive(node, "heart_rate_max_age_days");
    c_.age_reference = node.number("age_reference");
    c_.per_year = node.number("age_per_10_years") / kYearsPerStep;
    c_.hypertension = node.number("hypertension_shift");
    c_.smoker = node.number("smoker_shift");
    c_.diabetes = node.number("diabetes_shift");
    c_.fast_heart_rate_above = node.number("heart_rate_above");
    c_.fast_heart_rate = node.number("fast_heart_rate_shift");
    c_.shift_cap = read_positive(node, "cap");
  }

  void read_secondary(const Node& node) {
    c_.secondary_cause = node.number("value");
    data_.secondary_causes = read_facts(node, "facts");
  }

  void read_reading(const Node& node, std::size_t index) {
    node.allow({"status", "axis", "fact", "max_age_days", "age_basis", "invalid_when", "invalid_from", "not_beside", "bias", "reference", "bias_sd", "tau", "tau_relative_sd", "obstructed", "calibrated", "flag", "source", "basis"});
    auto& reading = data_.readings[index];
    auto& p = data_.central.readings[index];
    reading.status = read_status(node);
    constexpr std::array<std::string_view, 4> kAxes = {"reserve", "cfr", "resistance", "stress_flow"};
    const auto axis = std::find(kAxes.begin(), kAxes.end(), node.json()["axis"].text());
    if (axis == kAxes.end()) node.at("axis").problem("axis is reserve, cfr, resistance or stress_flow");
    else reading.axis = static_cast<ReadingAxis>(axis - kAxes.begin());
    reading.fact = node.fact("fact");
    reading.max_age_days = read_positive(node, "max_age_days");
    node.text("age_basis");
    node.text("flag");
    reading.invalid_when = read_facts(node, "invalid_when");
    for (const auto member : node.json()["invalid_from"].members()) {
      const auto id = node.facts().find(member.key);
      if (id && member.value().number()) reading.invalid_from.emplace_back(*id, *member.value().number());
      else node.at("invalid_from").problem("a fact with the number from which on the reading is invalid");
    }
    for (const auto& other : node.at("not_beside").elements()) {
      const auto id = read_flow_index(other.json().text());
      if (id) reading.not_beside.push_back(static_cast<std::size_t>(*id));
      else other.problem("no reading of this name");
    }
    p.bias = reading.axis == ReadingAxis::stress_flow ? std::log(read_positive(node, "reference")) : node.number("bias");
    p.tau = read_positive(node, "tau");
    if (reading.axis == ReadingAxis::reserve && p.tau <= c_.shared_error) node.at("tau").problem("tau holds the shared error and must be larger");
    reading.bias_sd = node.number("bias_sd");
    reading.tau_relative_sd = node.number("tau_relative_sd");
    reading.calibrated = node.json()["calibrated"].boolean().value_or(false);
    reading.tells_obstruction = !node.json()["obstructed"].is_missing();
    if (!reading.tells_obstruction) return;
    p.obstructed_mean = std::log(read_positive(node.at("obstructed"), "mean"));
    p.obstructed_sd = read_positive(node.at("obstructed"), "sd");
  }
  void read_readings(const Node& node) {
    for (std::size_t i = 0; i < kFlowIndices; ++i) read_reading(node.at(flow_index_name(static_cast<FlowIndex>(i))), i);
    if (node.json().size() != kFlowIndices) node.problem("there is a reading that the program does not know");
  }

  void read_ischaemia(const Node& node) {
    data_.contrast_ln_sd = node.number("contrast_ln_sd");
    data_.level_sd = node.number("level_sd");
    data_.multiplier_ln_sd = node.number("multiplier_ln_sd");
    c_.ischaemia_cap = read_positive(node, "cap");
    for (std::size_t t = 0; t < kIschaemiaTests; ++t) {
      const Node test = node.at("tests").at(ischaemia_test_name(static_cast<IschaemiaTest>(t)));
      auto& out = data_.ischaemia[t];
      out.status = read_status(test);
      out.fact = test.fact("fact");
      out.max_age_days = read_positive(test, "max_age_days");
      if (out.fact != kNoFact) {
        const auto& fact = root_.facts()[out.fact];
        out.normal_up_to = fact.category("normal").value_or(0);
        out.abnormal_from = fact.category("abnormal").value_or(0);
        if (!fact.category("normal") || !fact.category("abnormal")) test.at("fact").problem("the fact has no categories normal and abnormal");
      }
      out.positive = read_open_probabilities(test, "positive");
      data_.central.positive_obstructed[t] = test.number("obstructed");
      if (test.json()["spasm_multiplier"].is_missing()) continue;
      out.spasm_multiplier = read_row<kSpasmStates>(test, "spasm_multiplier");
      for (const double m : *out.spasm_multiplier)
        if (!(m > 0)) test.at("spasm_multiplier").problem("a multiplier of odds is positive");
    }
  }

  void read_findings(const Node& node) {
    c_.weak_shrink = node.number("shrink");
    c_.weak_cap = std::log(read_positive(node, "cap"));
    data_.finding_ln_sd = node.number("ln_sd");
    for (std::size_t f = 0; f < kSpasmFindings; ++f) {
      const Node item = node.at("items").at(spasm_finding_name(static_cast<SpasmFinding>(f)));
      auto& out = data_.findings[f];
      out.status = read_status(item);
      out.facts = read_facts(item, "facts");
      if (out.facts.empty()) item.at("facts").problem("at least one fact is needed");
      else if (!item.json()["present_from"].is_missing()) out.present_from = item.at("present_from").value_of(out.facts.front());
      for (const auto side : {0, 1}) {
        const auto ratios = read_row<2>(item, side == 0 ? "present" : "absent");
        for (std::size_t s = 0; s < 2; ++s) {
          if (!(ratios[s] > 0)) item.problem("a likelihood ratio is positive");
          data_.central.findings[f][static_cast<std::size_t>(side)][s + 1] = ratios[s] > 0 ? std::log(ratios[s]) : 0;
        }
      }
    }
  }

  void read_invasive() {
    const Node test = root_.at("acetylcholine"), ffr = root_.at("ffr");
    const auto states = read_facts(test, "facts");
    if (states.size() == kSpasmStates) std::copy(states.begin(), states.end(), data_.acetylcholine.begin());
    else test.at("facts").problem("one fact for each state of spasm is needed");
    for (std::size_t s = 0; s < kSpasmStates; ++s) c_.acetylcholine[s] = read_distribution<kSpasmStates>(test, spasm_name(static_cast<Spasm>(s)));
    data_.ffr = ffr.fact("fact");
    data_.ffr_max_age_days = read_positive(ffr, "max_age_days");
    c_.ffr_threshold = ffr.number("threshold");
    c_.ffr_sd = read_positive(ffr, "sd");
  }

  void read_bounds(const Node& node) {
    auto& b = data_.bounds;
    b.obstruction = node.number("obstruction");
    b.obstruction_if_excluded = node.number("obstruction_if_excluded");
    b.top = node.number("top");
    b.lead = node.number("lead");
    b.width = node.number("width");
    b.reduced_lower = node.number("reduced_lower");
    b.preserved_upper = node.number("preserved_upper");
    b.epicardial_lower = node.number("epicardial_lower");
    b.unlikely_upper = node.number("unlikely_upper");
  }

  const Node& root_;
  EndotypeData data_;
  EndotypeConstants& c_ = data_.constants;
};

}  // namespace

EndotypeData read_endotype_data(const Node& root) { return Reader(root).read(); }

}  // namespace cathgate::models
