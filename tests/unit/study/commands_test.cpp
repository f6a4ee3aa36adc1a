#include <algorithm>

#include "tests/unit/study/study_fixture.h"

namespace cathgate::study {
namespace {

const std::string kSynthetic = kRoot + "/study/synthetic";

std::string train_into(const std::string& name, const std::string& cohorts, int draws) {
  TrainOptions options;
  options.cohorts = cohorts;
  options.out = fresh_folder(name);
  options.draws = draws;
  const auto errors = train(options, kRoot, nobody_listens);
  EXPECT_TRUE(errors.empty()) << errors.front().where << ": " << errors.front().message;
  return options.out;
}

void expect_same_model(const std::string& a, const std::string& b) {
  for (const char* name : {"model.json", "golden.json", "trees-1.json", "trees-2.json", "trees-3.json", "trees-4.json"}) {
    EXPECT_FALSE(read_text(a + "/" + name).empty()) << name;
    EXPECT_EQ(read_text(a + "/" + name), read_text(b + "/" + name)) << name;
  }
}

TEST(Train, SameDataAndSeedGiveTheSameBytes) {
  const auto once = train_into("once", kSynthetic, 2), again = train_into("again", kSynthetic, 2);
  expect_same_model(once, again);
  EXPECT_EQ(read_text(once + "/training.json"), read_text(again + "/training.json"));
  EXPECT_NE(read_text(once + "/model.json"), read_text(kRoot + "/models/fusion/model.json"));
}

TEST(Train, TheShippedModelComesFromTheSharedCohorts) {
  const auto cohorts = shared_cohorts();
  if (cohorts.empty()) GTEST_SKIP() << "the shared cohorts are not here";
  expect_same_model(train_into("shipped", cohorts, 0), kRoot + "/models/fusion");
}

TEST(Train, AnInputThatIsLeftOutHasNoTerm) {
  TrainOptions options;
  options.cohorts = kSynthetic;
  options.out = fresh_folder("left-out");
  options.draws = 0;
  options.leave_out = {"oldpeak"};
  ASSERT_TRUE(train(options, kRoot, nobody_listens).empty());
  const auto model = load_model(options.out, knowledge());
  ASSERT_TRUE(model.ok());
  for (const auto& term : model.value->score->data().terms) EXPECT_NE(model.value->score->data().graph[term.input].name, "oldpeak");
  options.leave_out = {"nothing"};
  EXPECT_EQ(train(options, kRoot, nobody_listens).size(), 1U);
}

TEST(Recalibrate, RollsRevertsAndRefusesChangedFiles) {
  RecalibrateOptions options;
  options.model = kRoot + "/models/fusion";
  options.cohort = kSynthetic + "/synthetic_north.csv";
  options.out = fresh_folder("recalibrated");
  models::Recalibration first, second, back;
  ASSERT_TRUE(recalibrate(options, kRoot, nobody_listens, first).empty());
  EXPECT_EQ(first.sample.size(), 90U);
  EXPECT_FALSE(first.women.certified);
  EXPECT_LE(first.women.threshold, first.men.threshold);
  options.model = options.out;
  EXPECT_EQ(recalibrate(options, kRoot, nobody_listens, second).size(), 1U) << "the same batch twice";
  options.cohort = kSynthetic + "/synthetic_south.csv";
  ASSERT_TRUE(recalibrate(options, kRoot, nobody_listens, second).empty());
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(second.previous, first.signature);
  EXPECT_EQ(second.sample.size(), 180U);
  options.revert = true;
  ASSERT_TRUE(recalibrate(options, kRoot, nobody_listens, back).empty());
  EXPECT_EQ(back.signature, first.signature);
  auto text = read_text(options.out + "/recalibration.json");
  text.replace(text.find("\"threshold\":") + 12, 3, "0.9");
  write_temporary(options.out, "recalibration.json", text);
  EXPECT_FALSE(load_recalibration(options.out).ok()) << "a changed threshold must not load";
}

TEST(Evaluate, MeasuresTheScoreAndItsComparators) {
  EvaluateOptions options;
  options.model = kRoot + "/models/fusion";
  options.cohort = kSynthetic + "/synthetic_south.csv";
  options.recalibrate = kSynthetic + "/synthetic_west.csv";
  options.out = fresh_folder("evaluated");
  Evaluation e;
  const auto errors = run_evaluation(options, kRoot, nobody_listens, e);
  ASSERT_TRUE(errors.empty()) << errors.front().message;
  ASSERT_GE(e.scorers.size(), 6U) << "RF-CL, with a functional test, and the tables";
  EXPECT_FALSE(e.left_out.empty()) << "nobody had a calcium score";
  EXPECT_GT(e.scorers[0].performance.auc.value, 0.7);
  EXPECT_LT(e.scorers[0].performance.auc.low, e.scorers[0].performance.auc.value);
  const auto& all = e.scorers[0].groups[0].deferral;
  const auto &women = e.scorers[0].groups[1].deferral, &men = e.scorers[0].groups[2].deferral;
  EXPECT_EQ(all.deferred.of, 90U);
  EXPECT_EQ(all.deferred.count, women.deferred.count + men.deferred.count);
  EXPECT_EQ(all.missed.count, women.missed.count + men.missed.count);
  for (const char* name : {"evaluation.md", "evaluation.json", "calibration.svg", "decision.svg"}) EXPECT_FALSE(read_text(options.out + "/" + name).empty()) << name;
}

// The printed table begins at 30 years: a younger patient in the local sample leaves that comparator out.
TEST(Evaluate, AComparatorThatCannotJudgeALocalPatientIsLeftOut) {
  EvaluateOptions options;
  options.model = kRoot + "/models/fusion";
  options.cohort = kSynthetic + "/synthetic_south.csv";
  auto text = read_text(kSynthetic + "/synthetic_west.csv");
  const std::string_view first = ",west,54,";
  text.replace(text.find(first), first.size(), ",west,29,");
  const auto folder = fresh_folder("young");
  options.recalibrate = write_temporary(folder, "west.csv", text);
  Evaluation e;
  const auto errors = run_evaluation(options, kRoot, nobody_listens, e);
  ASSERT_TRUE(errors.empty()) << errors.front().message;
  const auto& out = e.left_out;
  EXPECT_NE(std::find(out.begin(), out.end(), std::string(knowledge().printed_table->label())), out.end());
}

}  // namespace
}  // namespace cathgate::study
