// The order of caution, end to end on raw facts: more severe evidence never makes the advice more reassuring, a reported
// stenosis or positive test never ends in a deferral, a contraindication never makes one, and a removed fact invents nothing.
// Known exceptions are listed where they are.
#include <algorithm>
#include <array>
#include <random>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

constexpr int kPatients = 400;
constexpr std::array kGuidelines = {"esc-2024", "aha-2021", "nice-cg95"};

// A patient with a random record of findings at one time; mt19937 is the same on every machine.
Patient random_patient(std::mt19937& random) {
  const auto next = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  const auto chance = [&](unsigned percent) { return next(100) < percent; };
  auto p = Patient::outpatient(static_cast<int>(30 + next(50)), chance(50), static_cast<int>(next(4)), static_cast<int>(next(6)));
  if (chance(20)) p.hide("encounter.acute").yes("encounter.acute");
  if (chance(40)) p.yes("ecg.normal").yes("ecg.recorded");
  p.days_ago(30);
  if (chance(25)) p.number("ct.calcium_score", chance(40) ? 0 : next(1500));
  if (chance(25)) p.number("ccta.cad_rads", next(7));
  for (auto f : {"ccta.stenosis_left_main", "ccta.stenosis_lad", "ccta.stenosis_lcx", "ccta.stenosis_rca"})
    if (chance(12)) p.number(f, next(100));
  if (chance(8)) p.number("ccta.ffr_ct", 0.6 + 0.01 * next(40));
  for (auto f : {"exercise_ecg.result", "stress_echo.result", "spect.result", "pet.result", "stress_cmr.result"})
    if (chance(12)) p.number(f, next(3));
  if (chance(10)) p.number("spect.ischaemic_myocardium", next(25));
  if (chance(10)) p.number("stress_echo.ischaemic_segments", next(8));
  if (chance(10)) p.number("exercise_ecg.duke_score", static_cast<double>(next(30)) - 18);
  if (chance(15)) p.number("lv.ejection_fraction", 20 + next(50));
  if (chance(20)) p.number("lab.egfr", 15 + next(90));
  if (chance(20)) p.number("symptom.ccs_class", 1 + next(4));
  if (chance(10)) p.diagnosis("history.pci");
  return p.days_ago(1);
}

// Reassurance of an advice, in the design's order of caution.
int reassurance(const Assessment& a) { return static_cast<int>(a.decision); }

struct Worse {
  const char* fact;
  bool up;  // a higher value is the more severe one
};
constexpr std::array kWorse = {Worse{"ccta.cad_rads", true}, Worse{"ccta.stenosis_left_main", true}, Worse{"ccta.stenosis_lad", true}, Worse{"ccta.stenosis_lcx", true}, Worse{"ccta.stenosis_rca", true},
                               Worse{"ccta.ffr_ct", false}, Worse{"stress_echo.ischaemic_segments", true}, Worse{"spect.ischaemic_myocardium", true}, Worse{"exercise_ecg.duke_score", false},
                               Worse{"lv.ejection_fraction", false}, Worse{"symptom.ccs_class", true}, Worse{"ct.calcium_score", true}};

// Known exceptions, each with its reason.
// `moved` is the worse value.
bool is_exception(const Assessment& was, const Assessment& is, const Worse& worse, double moved) {
  const std::string_view fact = worse.fact;
  // Known disease: a mild or doubtful finding is no criterion there, and "the clinician decides" is no deferral.
  if (is.decision_reason == message::kKnownDisease) return true;
  // CAD-RADS 4B to 5: 4B stands for the left main stem or three vessels (high event risk); 5 alone is one occluded vessel.
  if (fact == "ccta.cad_rads" && moved == knowledge()->facts[fact_id(fact)].category("5") && was.decision == Decision::angiography_recommended && is.decision == Decision::test_first) return true;
  // A stenosis makes a discordant pair ("open arteries, positive test", angiography by ICA-6) a concordant one, in which
  // functional imaging has answered already or is asked for.
  const auto discordant = std::any_of(was.statements.begin(), was.statements.end(), [](const Statement& s) { return s.finding.id == "esc-2024.ica-6"; });
  if (fact.starts_with("ccta.") && discordant) return true;
  // No test may be left for the question that the worse finding raises: then the clinician decides, which is no deferral.
  return is.decision == Decision::insufficient_data && is.decision_reason == message::kNoTestPossible;
}

TEST(Caution, MoreSevereEvidenceIsNeverMoreReassuring) {
  std::mt19937 random(11);
  int tried = 0;
  for (int i = 0; i < kPatients; ++i) {
    const auto base = random_patient(random);
    for (const auto& worse : kWorse) {
      auto milder = base, harder = base;
      const auto fact = fact_id(worse.fact);
      const auto held = std::find_if(base.snapshot.measurements.begin(), base.snapshot.measurements.end(), [&](const Measurement& m) { return m.fact == fact; });
      if (held == base.snapshot.measurements.end()) continue;
      const auto& definition = knowledge()->facts[fact];
      const double highest = definition.kind == FactKind::category ? static_cast<double>(definition.categories.size() - 1) : definition.plausible_max, lowest = definition.kind == FactKind::category ? 0 : definition.plausible_min;
      const double span = definition.kind == FactKind::category || highest <= 4 ? 1 : (highest - lowest) / 7;
      const double moved = std::clamp(held->value + (worse.up ? span : -span), lowest, highest);
      harder.hide(worse.fact).days_ago(30).number(worse.fact, moved);
      for (const auto* guideline : kGuidelines) {
        SiteOptions site;
        site.guideline = guideline;
        const auto was = milder.assess(site), is = harder.assess(site);
        ++tried;
        if (is.decision_reason == message::kResultsConflict || was.decision_reason == message::kResultsConflict) continue;
        if (is_exception(was, is, worse, moved)) continue;
        EXPECT_LE(reassurance(is), reassurance(was)) << "patient " << i << ", " << worse.fact << " " << held->value << " to " << moved << " under " << guideline << ": " << decision_name(was.decision) << " (" << was.decision_reason << ") becomes " << decision_name(is.decision) << " (" << is.decision_reason << ")";
      }
    }
  }
  EXPECT_GT(tried, 1000);
}

// RF-CL in men above 76.7 years with three angina items: more risk factors lower the published formula (ESC 2024; Winther S
// et al. J Am Coll Cardiol 2020;76:2421). Listed, not corrected; the advice stays the same test.
TEST(Caution, TheKnownExceptionOfRfClInOldMenChangesNoDecision) {
  for (int age = 77; age <= 80; ++age)
    for (int factors = 0; factors < 5; ++factors) {
      auto fewer = Patient::outpatient(age, true, 3, factors), more = Patient::outpatient(age, true, 3, factors + 1);
      const auto a = fewer.assess(), b = more.assess();
      EXPECT_GE(a.likelihood->low + 1e-12, b.likelihood->low);
      EXPECT_EQ(a.decision, b.decision);
    }
}

TEST(Caution, MoreRiskFactorsOrItemsNeverLowerTheAdviceOtherwise) {
  for (int age = 30; age <= 76; age += 2)
    for (const bool male : {false, true})
      for (int points = 1; points <= 3; ++points)  // without pain there is no question
        for (int factors = 0; factors <= 5; ++factors) {
          auto p = Patient::outpatient(age, male, points, factors);
          const auto here = p.assess();
          if (factors < 5) {
            auto more = Patient::outpatient(age, male, points, factors + 1);
            EXPECT_LE(reassurance(more.assess()), reassurance(here)) << age << male << points << factors;
          }
          if (points < 3) {
            auto more = Patient::outpatient(age, male, points + 1, factors);
            EXPECT_LE(reassurance(more.assess()), reassurance(here)) << age << male << points << factors;
          }
        }
}

TEST(Caution, AStenosisOrAPositiveTestNeverEndsInADeferral) {
  std::mt19937 random(12);
  constexpr std::array kStenoses = {"ccta.stenosis_left_main", "ccta.stenosis_lad_proximal", "ccta.stenosis_lad", "ccta.stenosis_lcx", "ccta.stenosis_rca"};
  constexpr std::array kTests = {"stress_echo.result", "spect.result", "pet.result", "stress_cmr.result"};
  for (int i = 0; i < kPatients; ++i) {
    const auto base = random_patient(random);
    for (const auto* guideline : kGuidelines) {
      SiteOptions site;
      site.guideline = guideline;
      for (const auto* fact : kStenoses) {
        auto p = base;
        p.hide(fact).days_ago(30).number(fact, 50);
        EXPECT_NE(p.assess(site).decision, Decision::defer) << i << fact << guideline;
      }
      for (const auto* fact : kTests) {
        auto p = base;
        p.hide(fact).days_ago(30).category(fact, "abnormal");
        EXPECT_NE(p.assess(site).decision, Decision::defer) << i << fact << guideline;
      }
      auto segments = base;
      segments.days_ago(20).site("ccta.segment_stenosis", "OM1", 50);
      EXPECT_NE(segments.assess(site).decision, Decision::defer) << i << guideline;
    }
  }
}

TEST(Caution, AContraindicationMayChangeTheTestAndNeverDefers) {
  std::mt19937 random(13);
  constexpr std::array kFacts = {"allergy.contrast_severe", "history.severe_obesity", "history.cannot_hold_breath", "history.cannot_exercise", "history.bronchospastic_disease", "patient.pregnant",
                                 "history.heart_failure_decompensated", "diet.caffeine_12h", "allergy.stress_agent", "history.sick_sinus", "history.hyperthyroidism", "acute.active_bleeding"};
  for (int i = 0; i < kPatients; ++i) {
    const auto base = random_patient(random);
    for (const auto* guideline : kGuidelines)
      for (const auto* fact : kFacts) {
        SiteOptions site;
        site.guideline = guideline;
        auto without = base, with = base;
        const auto before = without.assess(site), after = with.yes(fact).assess(site);
        EXPECT_EQ(before.decision == Decision::defer, after.decision == Decision::defer) << i << fact << guideline;
        if (before.decision != after.decision) {
          EXPECT_EQ(after.decision_reason, message::kNoTestPossible) << i << fact << guideline;
        }
        if (!before.next_test || !after.next_test) continue;
        for (const auto& excluded : after.next_test->excluded) EXPECT_NE(excluded.test, after.next_test->test) << i << fact;
      }
  }
}

// Removing a fact of the record never makes another fact of the record appear, and an answer about the pain, an ECG or a laboratory
// value that is missing never makes a deferral.
TEST(Caution, RemovingAFactNeverInventsOne) {
  std::mt19937 random(14);
  for (int i = 0; i < kPatients; ++i) {
    auto base = random_patient(random);
    auto known = [&](const Assessment& a, FactId fact) { return std::any_of(a.evidence.begin(), a.evidence.end(), [&](const Evidence& e) { return e.fact == fact && e.value.known(); }); };
    const auto& measured = base.snapshot.measurements[random() % base.snapshot.measurements.size()];
    const auto name = fact_name(measured.fact);
    auto whole = base, without = base;
    const auto before = whole.assess(), after = without.hide(name).assess();
    if (name.starts_with("symptom.pain_") || name.starts_with("ecg.") || name.starts_with("lab.")) {
      EXPECT_TRUE(after.decision != Decision::defer || before.decision == Decision::defer) << i << name;
    }
    EXPECT_FALSE(known(after, fact_id(name)) && knowledge()->facts[fact_id(name)].absence == AbsencePolicy::unknown && name != "symptom.chest_pain_points") << i << name;
    for (const auto& e : after.evidence) {
      const bool was_there = std::any_of(base.snapshot.measurements.begin(), base.snapshot.measurements.end(), [&](const Measurement& m) { return m.fact == e.fact; }) ||
                             std::any_of(base.snapshot.diagnoses.begin(), base.snapshot.diagnoses.end(), [&](const Diagnosis& d) { return d.fact == e.fact; });
      EXPECT_TRUE(was_there || knowledge()->facts[e.fact].stage != Stage::record || e.value.origin == Origin::assumed || e.value.origin == Origin::derived) << i << name << " invents " << fact_name(e.fact);
    }
  }
}

}  // namespace
}  // namespace cathgate
