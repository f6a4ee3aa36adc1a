// What the learned score costs on one core: one estimate with its contributions, and what it adds to a whole answer at a
// site where it decides. Each answer is checked before it is timed. Prints both; exit 1 when a limit is passed.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "cds-hooks/commands/case_file.h"
#include "engine/knowledge.h"
#include "tests/bench/loaded.h"

namespace {

using namespace cathgate;
using namespace cathgate::cds_hooks;
using bench::knowledge;
using bench::require;

constexpr int kEstimates = 5'000, kAnswers = 300;
constexpr double kEstimateLimit = 1'000, kAnswerLimit = 5'000;  // microseconds

FactView patient(const Knowledge& known) {
  FactView view(known.facts, 0);
  const auto set = [&](const char* name, double value) {
    FactValue given = FactValue::exactly(value);
    given.at = TimeRange{0, 0};
    view.set(known.facts.require(name), given);
  };
  set("patient.age_years", 58), set("patient.male", 1), set("symptom.main", 0), set("symptom.chest_pain_points", 3);
  set("risk.hypertension", 1), set("risk.diabetes", 0), set("risk.family_history", 1), set("risk.smoking", 2);
  set("exercise_ecg.st_deviation_mm", 2), set("exercise_ecg.st_slope", 1), set("exercise_ecg.angina", 1), set("exercise_ecg.peak_heart_rate", 130);
  known.scores.define_facts(view);
  return view;
}

// Prints the 50th and 99th percentile of one estimate; returns the 50th, in microseconds.
double time_estimate() {
  const auto& score = *knowledge().engine->learned.score;
  const auto view = patient(*knowledge().engine);
  const auto estimate = score.estimate(view);
  double sum = estimate.base;
  for (const auto& c : estimate.contributions) sum += c.log_odds;
  require(estimate.possible && std::abs(sum - score.log_odds(score.data().graph.evaluate(view))) < 1e-5, "the estimate is wrong");
  std::vector<double> microseconds;
  for (int run = 0; run < kEstimates; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const auto again = score.estimate(view);
    microseconds.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    require(again.log_odds == estimate.log_odds, "the estimate changed");
  }
  std::sort(microseconds.begin(), microseconds.end());
  const double median = microseconds[kEstimates / 2];
  std::printf("learned estimate with contributions: p50 %.0f us, p99 %.0f us\n", median, microseconds[kEstimates * 99 / 100]);
  return median;
}

double cpu_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Mean processor time of a whole answer, in microseconds.
double time_answer(const ServiceKnowledge& known, const CaseFile& c, bool learned) {
  const auto request = c.request();
  const auto checked = answer_hook(known, c.tenant, c.service, request, c.now);
  require(checked.ok() && (checked->body.find("Learned score") != std::string::npos) == learned, "the answer is another one");
  const double start = cpu_microseconds();
  for (int run = 0; run < kAnswers; ++run) require(answer_hook(known, c.tenant, c.service, request, c.now).ok(), "there is no answer");
  return (cpu_microseconds() - start) / kAnswers;
}

double time_added() {
  const auto c = read_case_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/learned-decides-angiography.json");
  require(c.ok(), "the case does not load");
  auto bare = std::make_shared<Knowledge>(*knowledge().engine);
  bare->learned = {};
  ServiceKnowledge without = knowledge();
  without.engine = bare;
  const double with_it = time_answer(knowledge(), *c, true), without_it = time_answer(without, *c, false);
  std::printf("whole answer: %.0f us of processor time, without the learned score %.0f us\n", with_it, without_it);
  return with_it - without_it;
}

}  // namespace

int main() {
  const double estimate = time_estimate(), added = time_added();
  return estimate <= kEstimateLimit && added <= kAnswerLimit ? 0 : 1;
}
