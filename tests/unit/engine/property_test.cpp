// What must hold for every patient: tried on many patients made by a fixed generator.
#include <algorithm>
#include <random>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

constexpr int kPatients = 1500;

// A patient with a random part of the record; mt19937 is the same on every machine.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Patient patient() {
    Patient p;
    p.age(static_cast<int>(20 + next(70)));
    if (chance(90)) p.male(chance(50));
    if (chance(70)) p.lists();
    if (chance(80)) p.yes("encounter.acute", chance(15));
    if (chance(80)) p.yes("order.urgent", chance(10));
    symptoms(p);
    for (auto f : {"risk.diabetes", "risk.hypertension", "risk.dyslipidaemia", "risk.family_history"})
      if (chance(60)) p.yes(f, chance(40));
    if (chance(60)) p.number("risk.smoking", next(3));
    results(p);
    for (auto f : {"history.pci", "history.myocardial_infarction"})
      if (chance(4)) p.diagnosis(f);
    for (auto f : {"drug.statin", "drug.aspirin", "drug.digoxin"})
      if (chance(20)) p.drug(f);
    return p;
  }
  unsigned next(unsigned below) { return static_cast<unsigned>(random_() % below); }
  bool chance(unsigned percent) { return next(100) < percent; }
  std::mt19937& engine() { return random_; }

 private:
  void symptoms(Patient& p) {
    for (auto f : {"symptom.chest_pain", "symptom.pain_location", "symptom.pain_exertional", "symptom.pain_relieved"})
      if (chance(80)) p.yes(f, chance(60));
    if (chance(80)) p.yes("symptom.dyspnoea_exertional", chance(30));
    if (chance(30)) p.number("symptom.main", next(4));
    if (chance(15)) p.number("symptom.ccs_class", 1 + next(4));
    if (chance(10)) p.yes("symptom.refractory", chance(30));
    if (chance(3)) p.at(kHour).yes("ecg.st_elevation", chance(50)).days_ago(1);
    if (chance(10)) p.yes("ecg.recorded");
  }
  void results(Patient& p) {
    p.days_ago(1 + next(800));
    if (chance(10)) p.from(Origin::text);
    if (chance(25)) p.number("ct.calcium_score", chance(40) ? 0 : next(1500), chance(5) ? Comparator::less : Comparator::exact);
    if (chance(25)) p.number("ccta.cad_rads", next(7));
    if (chance(5)) p.yes("ccta.non_diagnostic");
    for (auto f : {"ccta.stenosis_left_main", "ccta.stenosis_lad_proximal", "ccta.stenosis_lad", "ccta.stenosis_lcx", "ccta.stenosis_rca"})
      if (chance(5)) p.number(f, next(100));
    p.days_ago(1 + next(500)).from(Origin::coded);
    for (auto f : {"exercise_ecg.result", "stress_echo.result", "spect.result", "pet.result", "stress_cmr.result"})
      if (chance(10)) p.number(f, next(3));
    if (chance(4)) p.number("spect.ischaemic_myocardium", next(20));
    if (chance(10)) p.number("lv.ejection_fraction", 20 + next(60));
    if (chance(20)) p.number("lab.egfr", 15 + next(90));
    p.days_ago(1);
  }

  std::mt19937 random_;
};

template <class Check>
void for_all(unsigned seed, Check check) {
  Generator generator(seed);
  for (int i = 0; i < kPatients && !testing::Test::HasFailure(); ++i) {
    Patient p = generator.patient();
    SCOPED_TRACE("patient " + std::to_string(i));
    check(p, generator);
  }
}

bool reports(const Patient& p, std::string_view fact, double from) {
  return std::any_of(p.snapshot.measurements.begin(), p.snapshot.measurements.end(), [&](const Measurement& m) { return m.fact == fact_id(fact) && m.value >= from; });
}

TEST(Property, EqualInputsGiveEqualAdviceInAnyOrder) {
  for_all(1, [](Patient& p, Generator& g) {
    const auto first = fingerprint(p.assess());
    EXPECT_EQ(fingerprint(p.assess()), first);
    std::shuffle(p.snapshot.measurements.begin(), p.snapshot.measurements.end(), g.engine());
    std::shuffle(p.snapshot.diagnoses.begin(), p.snapshot.diagnoses.end(), g.engine());
    EXPECT_EQ(fingerprint(p.assess()), first);
  });
}

TEST(Property, UnrelatedFactsChangeNothing) {
  for_all(2, [](Patient& p, Generator&) {
    const auto first = fingerprint(p.assess());
    EXPECT_EQ(fingerprint(p.number("lab.triglycerides", 150).number("vital.spo2", 98).assess()), first);
  });
}

TEST(Property, EveryDecisionIsReachedAndSaysWhy) {
  std::array<int, 6> reached{};
  for_all(3, [&](Patient& p, Generator&) {
    const auto a = p.assess();
    ++reached[static_cast<std::size_t>(a.decision)];
    EXPECT_NE(std::find(message::kAll.begin(), message::kAll.end(), a.decision_reason), message::kAll.end()) << a.decision_reason;
    EXPECT_EQ(a.likelihood.has_value(), a.likelihood_silence.empty());
    EXPECT_EQ(a.next_test.has_value(), a.decision == Decision::test_first);
    EXPECT_LE(a.drivers.size(), 2u);
    for (const auto& d : a.drivers) EXPECT_TRUE(d.value.known()) << fact_name(d.fact);
    if (a.decision == Decision::insufficient_data && a.decision_reason == message::kMissingInput) {
      EXPECT_FALSE(a.missing.empty());
    }
    if (a.likelihood) {
      EXPECT_LE(a.likelihood->low, a.likelihood->high);
    }
  });
  for (std::size_t d = 0; d < 5; ++d) EXPECT_GT(reached[d], 10) << decision_name(static_cast<Decision>(d));
}

TEST(Property, ADeferralHasItsGround) {
  for_all(4, [](Patient& p, Generator&) {
    const auto a = p.assess();
    if (a.decision != Decision::defer) return;
    EXPECT_EQ(a.scope, Scope::chest_pain);
    EXPECT_FALSE(reports(p, "ccta.cad_rads", 3)) << "a stenosis of 50 % was reported";
    for (auto f : {"ccta.stenosis_left_main", "ccta.stenosis_lad_proximal", "ccta.stenosis_lad", "ccta.stenosis_lcx", "ccta.stenosis_rca"}) EXPECT_FALSE(reports(p, f, 50)) << f;
    for (auto f : {"stress_echo.result", "spect.result", "pet.result", "stress_cmr.result"}) EXPECT_FALSE(reports(p, f, 2)) << f;
    EXPECT_TRUE(p.snapshot.diagnoses.empty());
    EXPECT_FALSE(reports(p, "encounter.acute", 1) && a.acute_not_assessed);
    EXPECT_FALSE(a.reversal.empty());
    const bool by_result = a.decision_reason == message::kAnatomyOpen || a.decision_reason == message::kImagingNormal;
    EXPECT_TRUE(by_result || (a.likelihood && a.likelihood->high <= 0.05));
  });
}

TEST(Property, AContraindicationChangesTheTestAndNeverDefers) {
  for_all(5, [](Patient& p, Generator& g) {
    const auto before = p.assess();
    constexpr std::array kFacts = {"allergy.contrast_severe", "history.severe_obesity", "history.cannot_hold_breath", "history.cannot_exercise", "history.bronchospastic_disease", "patient.pregnant", "history.heart_failure_decompensated"};
    const auto fact = kFacts[g.next(kFacts.size())];
    const auto after = p.yes(fact).assess();
    if (before.decision != Decision::defer) {
      EXPECT_NE(after.decision, Decision::defer) << fact;
    }
    if (after.decision != before.decision) {
      EXPECT_EQ(after.decision_reason, message::kNoTestPossible) << fact << " " << before.decision_reason << " " << after.decision_reason;
    }
    if (before.likelihood && after.likelihood) {
      EXPECT_EQ(before.likelihood->low, after.likelihood->low);
    }
  });
}

TEST(Property, NoTestAtTheSiteNeverDefers) {
  for_all(6, [](Patient& p, Generator&) {
    SiteOptions nothing;
    nothing.available.fill(false);
    const auto before = p.assess(), after = p.assess(nothing);
    EXPECT_EQ(before.decision == Decision::defer, after.decision == Decision::defer);
    EXPECT_FALSE(after.next_test);
  });
}

TEST(Property, HidingANormalAnswerNeverMakesADeferral) {
  for_all(7, [](Patient& p, Generator& g) {
    const auto before = p.assess();
    if (before.decision == Decision::defer || before.decision_reason == message::kResultsConflict || p.snapshot.measurements.empty()) return;
    const auto& m = p.snapshot.measurements[g.next(static_cast<unsigned>(p.snapshot.measurements.size()))];
    const auto& fact = knowledge()->facts[m.fact];
    if (fact.kind != FactKind::boolean || m.value != 0 || fact.name == "encounter.acute" || fact.name == "order.urgent") return;
    EXPECT_NE(p.hide(fact.name).assess().decision, Decision::defer) << fact.name;
  });
}

TEST(Property, HidingAnInputWidensTheRange) {
  for_all(8, [](Patient& p, Generator& g) {
    constexpr std::array kInputs = {"risk.diabetes", "risk.smoking", "symptom.pain_relieved", "symptom.pain_exertional"};
    const auto fact = kInputs[g.next(kInputs.size())];
    p.lists(false).hide("symptom.main").hide("symptom.chest_pain");  // they answer for an item that was not asked
    const auto unhidden = p.assess(), hidden = p.hide(fact).assess();
    if (!unhidden.likelihood || !hidden.likelihood) return;
    EXPECT_LE(hidden.likelihood->low, unhidden.likelihood->low + 1e-12) << fact;
    EXPECT_GE(hidden.likelihood->high, unhidden.likelihood->high - 1e-12) << fact;
  });
}

TEST(Property, AnEmergencyIsNeverOutweighed) {
  for_all(9, [](Patient& p, Generator&) {
    if (p.assess().decision == Decision::not_applicable) return;
    EXPECT_EQ(p.at(kHour).yes("lab.troponin_above_limit").assess().decision, Decision::emergency);
  });
}

TEST(Property, EmptyAndHugeSnapshotsAreAnswered) {
  PatientSnapshot empty;
  empty.as_of = kNow;
  EXPECT_EQ(assess(empty, knowledge(), {}).decision, Decision::insufficient_data);
  auto p = Patient::outpatient(55, true, 3, 2);
  for (int i = 0; i < 5000; ++i) p.at(i).number("lab.creatinine", 1.0);
  EXPECT_EQ(p.assess().decision, Decision::test_first);
}

}  // namespace
}  // namespace cathgate
