#include "models/learned_score_json.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/score_library.h"

namespace cathgate::models {
namespace {

const std::string kRoot = CATHGATE_SOURCE_DIR;

const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(kRoot + "/core/facts.json");
  return *loaded.value;
}
const ScoreLibrary& scores() {
  static const auto loaded = ScoreLibrary::load(kRoot + "/models/artifacts", facts());
  return *loaded.value;
}
Loaded<LoadedScore> load(const std::string& folder) {
  return load_learned_score(folder, facts(), [](std::string_view id) { return scores().find(id); });
}
const LearnedScore& score() {
  static const auto loaded = load(kRoot + "/models/fusion");
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().message);
  return *loaded.value->score;
}

// The raw facts that a record can hold, and values that span what is plausible.
struct Raw { const char* fact; std::vector<double> values; int sign; };
const std::vector<Raw> kRaw = {
    {"patient.age_years", {35, 45, 55, 65, 75}, 1}, {"patient.male", {0, 1}, 1}, {"symptom.chest_pain_points", {0, 1, 2, 3}, 1},
    {"risk.hypertension", {0, 1}, 1}, {"risk.diabetes", {0, 1}, 1}, {"risk.family_history", {0, 1}, 1}, {"risk.smoking", {0, 2}, 1}, {"risk.dyslipidaemia", {0, 1}, 1},
    {"lab.total_cholesterol", {160, 220, 300}, 1}, {"vital.systolic_bp", {110, 140, 170}, 1}, {"ecg.st_t_abnormal", {0, 1}, 1}, {"ecg.lvh", {0, 1}, 1},
    {"exercise_ecg.angina", {0, 1}, 1}, {"exercise_ecg.st_deviation_mm", {0, 1, 2, 3.5}, 1}, {"exercise_ecg.st_slope", {0, 1, 2}, 1},
    {"exercise_ecg.peak_heart_rate", {100, 130, 170}, -1}, {"vital.heart_rate", {60, 90}, 0}, {"exercise_ecg.peak_systolic_bp", {130, 170, 210}, -1},
    {"exercise_ecg.workload_mets", {4, 7, 11}, -1}, {"exercise_ecg.hypotension", {0, 1}, 1}, {"drug.beta_blocker", {0, 1}, 0}, {"drug.nitrate", {0, 1}, 0}};

using Patient = std::vector<std::optional<double>>;  // in the order of kRaw

FactView view_of(const Patient& patient) {
  FactView view(facts(), 0);
  const auto set = [&](std::string_view name, double value) {
    FactValue known = FactValue::exactly(value);
    known.at = TimeRange{0, 0};
    view.set(facts().require(name), known);
  };
  set("symptom.main", 0);  // chest pain
  for (std::size_t i = 0; i < kRaw.size(); ++i)
    if (patient[i]) set(kRaw[i].fact, *patient[i]);
  scores().define_facts(view);
  return view;
}

std::uint32_t next(std::uint32_t& state) { return state = state * 1664525U + 1013904223U; }

Patient random_patient(std::uint32_t& state, double hidden) {
  Patient patient;
  for (std::size_t i = 0; i < kRaw.size(); ++i) {
    const auto& values = kRaw[i].values;
    const bool hide = i > 2 && (next(state) >> 16) % 100 < hidden * 100;
    patient.push_back(hide ? std::nullopt : std::optional(values[(next(state) >> 16) % values.size()]));
  }
  return patient;
}

TEST(LearnedScore, LoadsAndReproducesItsGoldenRows) {
  const auto loaded = load(kRoot + "/models/fusion");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().where << ": " << loaded.errors.front().message;
  EXPECT_EQ(loaded.value->golden_rows, 6U);
  EXPECT_EQ(loaded.value->digest.size(), 64U);
}

TEST(LearnedScore, ContributionsAddUpToTheLogOdds) {
  std::uint32_t state = 1;
  for (int n = 0; n < 200; ++n) {
    const auto view = view_of(random_patient(state, 0.3));
    const auto e = score().estimate(view);
    ASSERT_TRUE(e.possible);
    double sum = e.base;
    for (const auto& c : e.contributions) sum += c.log_odds;
    EXPECT_NEAR(sum, e.log_odds, 1e-12);
    EXPECT_NEAR(e.log_odds, score().log_odds(score().data().graph.evaluate(view)), 1e-5) << "the parts of the trees are exact";
  }
}

// Medicine's directions hold end to end: on the raw facts, through every input derived from them, in both parts. The one
// exception is RF-CL's own: more risk factors lower it in men above 76 years with three angina items.
TEST(LearnedScore, MoreOfAFactMovesTheScoreAsMedicineSays) {
  std::uint32_t state = 7;
  for (int n = 0; n < 150; ++n) {
    Patient patient = random_patient(state, n % 3 == 0 ? 0.4 : 0);
    for (std::size_t i = 0; i < kRaw.size(); ++i) {
      if (!patient[i] || kRaw[i].sign == 0) continue;
      double before = 0;
      for (std::size_t v = 0; v < kRaw[i].values.size(); ++v) {
        Patient other = patient;
        other[i] = kRaw[i].values[v];
        const double now = score().estimate(view_of(other)).log_odds;
        if (v > 0) {
          EXPECT_GE(kRaw[i].sign * (now - before), -1e-5) << kRaw[i].fact << " at " << kRaw[i].values[v] << ", patient " << n;
        }
        before = now;
      }
    }
  }
}

TEST(LearnedScore, HidingAFactNeverLowersTheVariance) {
  std::uint32_t state = 3;
  for (int n = 0; n < 150; ++n) {
    const Patient patient = random_patient(state, n % 2 == 0 ? 0 : 0.4);
    const auto whole = score().estimate(view_of(patient));
    for (std::size_t i = 3; i < kRaw.size(); ++i) {
      if (!patient[i]) continue;
      Patient hidden = patient;
      hidden[i].reset();
      const auto e = score().estimate(view_of(hidden));
      EXPECT_GE(e.variance, whole.variance - 1e-9) << "hiding " << kRaw[i].fact;
      EXPECT_GE(e.hidden_variance, whole.hidden_variance - 1e-9) << "hiding " << kRaw[i].fact;
    }
  }
}

// What is hidden stands between the values that it could have: no normal result is made of nothing.
TEST(LearnedScore, AHiddenFactStandsBetweenItsValues) {
  std::uint32_t state = 5;
  for (int n = 0; n < 100; ++n) {
    const Patient patient = random_patient(state, 0);
    for (std::size_t i = 3; i < kRaw.size(); ++i) {
      if (kRaw[i].sign == 0 || std::string_view(kRaw[i].fact) == "exercise_ecg.st_slope" || std::string_view(kRaw[i].fact).starts_with("risk.")) continue;
      Patient lowest = patient, highest = patient, hidden = patient;
      lowest[i] = kRaw[i].values.front();
      highest[i] = kRaw[i].values.back();
      hidden[i].reset();
      const double a = score().estimate(view_of(lowest)).log_odds, b = score().estimate(view_of(highest)).log_odds, h = score().estimate(view_of(hidden)).log_odds;
      EXPECT_GE(h, std::min(a, b) - 1e-5) << kRaw[i].fact;
      EXPECT_LE(h, std::max(a, b) + 1e-5) << kRaw[i].fact;
    }
  }
}

TEST(LearnedScore, AbstainsOutsideTheTrainingRangeAndWithoutARequiredInput) {
  std::uint32_t state = 9;
  Patient patient = random_patient(state, 0);
  Patient old = patient, nameless = patient;
  old[0] = 95;
  nameless[2].reset();
  const auto outside = score().estimate(view_of(old));
  EXPECT_FALSE(outside.possible);
  ASSERT_EQ(outside.outside.size(), 1U);
  EXPECT_EQ(facts()[outside.outside[0]].name, "patient.age_years");
  const auto without = score().estimate(view_of(nameless));
  EXPECT_FALSE(without.possible);
  ASSERT_FALSE(without.missing.empty());
  EXPECT_EQ(facts()[without.missing[0].fact].name, "symptom.chest_pain_points");
}

TEST(LearnedScore, OldResultsAreMissing) {
  std::uint32_t state = 11;
  auto view = view_of(random_patient(state, 0));
  const auto st = facts().require("exercise_ecg.st_deviation_mm");
  auto value = view[st];
  value.at = TimeRange{-400 * kSecondsPerDay, -400 * kSecondsPerDay};
  view.set(st, value);
  const auto e = score().estimate(view);
  EXPECT_TRUE(std::any_of(e.missing.begin(), e.missing.end(), [&](const MissingFact& m) { return m.fact == st && m.reason == UnknownReason::too_old; }));
}

TEST(LearnedScore, AChangedNumberOrTreeDoesNotLoad) {
  const auto folder = std::filesystem::temp_directory_path() / ("cathgate-learned-" + std::to_string(getpid()));
  const auto copy = [&] {
    std::filesystem::remove_all(folder);
    std::filesystem::copy(kRoot + "/models/fusion", folder);
  };
  const auto edit = [&](const std::string& name, const std::string& from, const std::string& to) {
    copy();
    std::ifstream in(folder / name);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(folder / name) << text;
    EXPECT_FALSE(load(folder.string()).ok()) << name << ": " << from;
  };
  edit("model.json", "\"intercept\":", "\"intercept\":1");
  edit("model.json", "\"input\":\"oldpeak\"", "\"input\":\"nothing\"");
  edit("golden.json", "\"log_odds\":", "\"log_odds\":1");
  edit("trees-1.json", "\"split_conditions\":[", "\"split_conditions\":[9");
  edit("trees-2.json", "{", "");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cathgate::models
