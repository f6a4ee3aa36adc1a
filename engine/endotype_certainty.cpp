#include "engine/endotype_certainty.h"

#include <algorithm>

#include "engine/message_ids.h"
#include "models/endotype_inputs.h"

namespace cathgate {
namespace {

using models::EndotypeTest;

class Certainty {
 public:
  Certainty(const Deliberation& d, const EndotypeAssessment& assessed) : d_(d), k_(d.knowledge), options_(d.site.endotype), assessed_(assessed), calibrated_(options_.calibration ? options_.calibration->model(k_.endotype) : nullptr), model_(calibrated_ ? *calibrated_ : k_.endotype) {}

  // The reason for silence, or empty.
  std::string_view assess(EndotypeCertainty& out) {
    if (!options_.posterior) return message::kEndotypeOff;
    auto reading = models::read_endotype_inputs(model_.data(), d_.view);
    if (!reading.sex_known) return message::kEndotypeNoSex;
    if (d_.is(k_.endotype_ids.out_of_range)) return message::kEndotypeOutOfRange;
    const auto obstruction = obstruction_before(reading.inputs);
    if (!obstruction) return message::kEndotypeNoLikelihood;
    if (!assessed_.arteries_open && *obstruction >= k_.endotype_settings.speak_below) return message::kEndotypeResolve;
    reading.inputs.obstruction = *obstruction;
    fill(reading, *obstruction, out);
    return out.verdict.resolve_obstruction ? message::kEndotypeResolve : std::string_view();
  }

 private:
  // A proportion: 0 after an angiogram without a stenosis of 50 %, since that is what obstruction means here; the upper
  // end of the likelihood where inputs are missing. FFR needs none.
  std::optional<double> obstruction_before(models::EndotypeInputs& inputs) const {
    if (inputs.ffr) return 0;
    const auto stenosis = d_.view.not_older_than(k_.endotype_ids.stenosis_max, k_.endotype_settings.function.max_age_days);
    if (stenosis.known() && assessed_.arteries_open) {
      inputs.reading_in_obstruction.fill(true);
      inputs.ischaemia_in_obstruction.fill(true);
      return 0;
    }
    const auto& likelihood = d_.result.likelihood;
    if (!likelihood) return std::nullopt;
    // One functional test speaks for obstruction. The likelihood has it already when one of its steps is one.
    for (const auto& step : likelihood->steps)
      if (const auto* test = ratio_of(step.id); test && test->kind == models::TestKind::functional) {
        inputs.reading_in_obstruction.fill(true);
        inputs.ischaemia_in_obstruction.fill(true);
      }
    return likelihood->high;
  }
  const models::RatioTest* ratio_of(std::string_view id) const {
    for (const auto& test : k_.scores.ratios().tests)
      if (test.id == id) return &test;
    return nullptr;
  }

  models::EndotypeQuestion question(double cfr_cut) const { return {cfr_cut, options_.research, options_.own_reference}; }

  void fill(const models::EndotypeReading& reading, double obstruction, EndotypeCertainty& out) {
    const auto& settings = k_.endotype_settings;
    const auto* chosen = settings.find(options_.rule_set);
    out.cfr_cut = chosen && chosen->cfr_cut ? *chosen->cfr_cut : *settings.rule_sets.front().cfr_cut;
    out.posterior = model_.posterior(reading.inputs, question(out.cfr_cut));
    out.verdict = model_.verdict(out.posterior);
    for (const auto& set : settings.rule_sets)
      if (set.cfr_cut && *set.cfr_cut != out.cfr_cut) out.other_cut = *set.cfr_cut;
    if (out.other_cut > 0) out.reserve_below_other = model_.point(reading.inputs, question(out.other_cut)).reserve_reduced;
    out.obstruction_before = obstruction;
    out.model_id = k_.endotype.data().id;
    out.model_version = k_.endotype.data().version;
    out.model_digest = k_.endotype.digest();
    out.calibrated = calibrated_ != nullptr;
    out.invalid = reading.invalid;
    if (options_.ranking && !out.verdict.resolve_obstruction) rank(reading.inputs, out);
  }

  bool is_available(EndotypeTest test) const {
    const auto site = [&](Test t) { return d_.site.available[static_cast<std::size_t>(t)]; };
    switch (test) {
      case EndotypeTest::exercise_ecg: return site(Test::exercise_ecg);
      case EndotypeTest::stress_echo: return site(Test::stress_echo);
      case EndotypeTest::ccta: return site(Test::ccta) && !assessed_.arteries_open;
      case EndotypeTest::stress_cmr: return site(Test::stress_cmr);
      case EndotypeTest::pet: return site(Test::pet);
      case EndotypeTest::ttde: return options_.ttde_available;
      case EndotypeTest::invasive_function: break;
    }
    // Never by entropy alone: only where the guideline asks for it.
    return std::any_of(assessed_.investigations.begin(), assessed_.investigations.end(), [](const Investigation& i) { return i.name == "invasive_function"; });
  }

  models::Accuracy ccta_accuracy() const {
    const auto* ratio = k_.scores.ratios().find(test_name(Test::ccta));
    if (!ratio) return {};
    const double false_positive = (1 - ratio->negative.value) / (ratio->positive.value - ratio->negative.value);
    return {ratio->positive.value * false_positive, 1 - false_positive};
  }

  void rank(const models::EndotypeInputs& inputs, EndotypeCertainty& out) {
    const auto& own = options_.test_costs;
    out.own_costs = std::all_of(own.begin(), own.end(), [](double cost) { return cost > 0; });
    const auto& costs = out.own_costs ? own : k_.endotype_settings.costs;
    for (std::size_t t = 0; t < models::kEndotypeTests; ++t) {
      const auto test = static_cast<EndotypeTest>(t);
      if (!is_available(test)) continue;
      if (!models::can_change_statement(model_, inputs, question(out.cfr_cut), test, ccta_accuracy())) continue;
      const double bits = models::expected_information(model_, inputs, question(out.cfr_cut), test, ccta_accuracy());
      if (bits >= k_.endotype_settings.least_bits) out.ranking.push_back({test, bits, costs[t]});
    }
    std::stable_sort(out.ranking.begin(), out.ranking.end(), [](const auto& a, const auto& b) { return a.bits * b.cost > b.bits * a.cost; });
  }

  const Deliberation& d_;
  const Knowledge& k_;
  const EndotypeOptions& options_;
  const EndotypeAssessment& assessed_;
  std::shared_ptr<const models::EndotypeModel> calibrated_;
  const models::EndotypeModel& model_;
};

}  // namespace

void assess_certainty(const Deliberation& d, EndotypeAssessment& out) {
  EndotypeCertainty certainty;
  out.silence = Certainty(d, out).assess(certainty);
  if (out.silence.empty()) out.certainty = std::move(certainty);
}

}  // namespace cathgate
