#include "study/cohort.h"
#include "study/inspect.h"
#include "tests/unit/study/study_fixture.h"

namespace cathgate::study {
namespace {

constexpr const char* kHeader = "age,sex,cp,oldpeak,thalach,sig_cad,painloc,painexer,relrest,restecg,chol\n";

Loaded<Cohort> read(const std::string& rows, bool codes_as_missing = false) {
  const auto folder = fresh_folder("cohort");
  CohortOptions options;
  options.codes_as_missing = codes_as_missing;
  return load_cohort(write_temporary(folder, "x.csv", kHeader + rows), knowledge(), kRoot, options);
}

TEST(Cohort, ReadsTheChestPainTypeInTheDirectionOfTheData) {
  const auto cohort = read("60,1,4.0,2,120,1,1,1,1,0,0\n50,0,1,0,160,0,0,0,0,2,250\n");
  ASSERT_TRUE(cohort.ok());
  const auto points = knowledge().facts.require("symptom.chest_pain_points"), chol = knowledge().facts.require("lab.total_cholesterol");
  EXPECT_EQ(cohort.value->patients[0].view[points].low, 3);
  EXPECT_EQ(cohort.value->patients[1].view[points].low, 0);
  EXPECT_FALSE(cohort.value->patients[0].view[chol].known()) << "a cholesterol of 0 is missing";
  EXPECT_EQ(cohort.value->obstructed(), 1U);
}

TEST(Cohort, RefusesACodeOutsideItsDomainAndNamesThePlace) {
  const auto cohort = read("60,1,4,2,120,1,1,1,1,7,200\n60,3,4,2,120,1,1,1,1,0,200\n");
  ASSERT_EQ(cohort.errors.size(), 3U) << "restecg counts twice: it tells two facts";
  EXPECT_NE(cohort.errors[0].where.find("x.csv:2: restecg"), std::string::npos) << cohort.errors[0].where;
  EXPECT_NE(cohort.errors[2].where.find("x.csv:3: sex"), std::string::npos) << cohort.errors[2].where;
  EXPECT_TRUE(read("60,1,4,2,120,1,1,1,1,7,200\n", true).ok());
}

TEST(Cohort, CountsContradictions) {
  const auto cohort = read("60,1,4,2,120,1,1,1,0,0,200\n60,1,4,2,120,1,1,1,1,0,200\n60,1,4,2,120,1,,1,1,0,200\n");
  ASSERT_TRUE(cohort.ok());
  const auto& notes = cohort.value->notes;
  const auto it = std::find_if(notes.begin(), notes.end(), [](const CohortNote& n) { return n.kind == CohortNote::Kind::contradiction; });
  ASSERT_NE(it, notes.end());
  EXPECT_EQ(it->count, 1U);
  EXPECT_EQ(it->of, 2U);
}

TEST(Cohort, SaysWhatIsWrongWithAFile) {
  const auto folder = fresh_folder("broken");
  const auto problem = [&](const std::string& text) {
    const auto cohort = load_cohort(write_temporary(folder, "b.csv", text), knowledge(), kRoot, {});
    return cohort.ok() ? std::string("read") : cohort.errors.front().message;
  };
  EXPECT_EQ(problem(""), "the file is empty");
  EXPECT_EQ(problem("a,b\n1\n"), "the line has 1 fields and the header 2");
  EXPECT_EQ(problem("a,a\n1,2\n"), "two columns have the same name");
  EXPECT_EQ(problem("a,\"b\n"), "a quoted field is not closed");
  EXPECT_EQ(problem("a,b\n1,2\n"), "no mapping knows these columns; name one with --mapping");
}

TEST(Cohort, ReadsBundlesAsOfTheDayOfTheAngiogram) {
  const auto folder = fresh_folder("fhir");
  const auto bundle = [](int percent) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"male","birthDate":"1960-03-01"}},)"
           R"({"resource":{"resourceType":"Observation","id":"a","status":"final","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"https://cathgate.org/fhir/CodeSystem/fact","code":"invasive.stenosis_max"}]},"effectiveDateTime":"2020-05-01T10:00:00Z","valueQuantity":{"value":)" +
           std::to_string(percent) + R"(,"unit":"%","system":"http://unitsofmeasure.org","code":"%"}}},)"
           R"({"resource":{"resourceType":"Observation","id":"later","status":"final","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"https://cathgate.org/fhir/CodeSystem/fact","code":"exercise_ecg.workload_mets"}]},"effectiveDateTime":"2021-05-01T10:00:00Z","valueQuantity":{"value":7,"system":"http://unitsofmeasure.org","code":"[MET]"}}}]})";
  };
  const auto path = write_temporary(folder, "site.ndjson", bundle(70) + "\n" + bundle(20) + "\n");
  const auto cohort = load_cohort(path, knowledge(), kRoot, {});
  ASSERT_TRUE(cohort.ok()) << cohort.errors.front().message;
  ASSERT_EQ(cohort.value->patients.size(), 2U);
  EXPECT_EQ(cohort.value->obstructed(), 1U);
  const auto& view = cohort.value->patients[0].view;
  EXPECT_EQ(view[knowledge().facts.require("patient.age_years")].low, 60);
  EXPECT_FALSE(view[knowledge().facts.require("invasive.stenosis_max")].known()) << "the outcome is no input";
  EXPECT_FALSE(view[knowledge().facts.require("exercise_ecg.workload_mets")].known()) << "it lies after the angiogram";
}

TEST(Inspect, NamesAnInputThatIsCodedTheOtherWayRound) {
  const auto graph = load_inputs(kRoot + "/models/fusion/inputs.json", knowledge());
  std::vector<Design> designs;
  const auto cohorts = load_cohorts(kRoot + "/study/synthetic", knowledge(), kRoot, {});
  ASSERT_TRUE(cohorts.ok());
  for (const auto& cohort : *cohorts.value) designs.push_back(make_design(cohort, knowledge(), *graph.value));
  const auto oldpeak = *graph.value->find("oldpeak");
  for (std::size_t r = 0; r < designs[1].size(); ++r) designs[1].rows[r][oldpeak] = {true, designs[1].y[r] == 1 ? 0.5 : 2 + 0.01 * static_cast<double>(r % 3)};
  std::vector<const Design*> pointers;
  for (const auto& d : designs) pointers.push_back(&d);
  const auto findings = inspect_training(pointers, *graph.value);
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [&](const InputFinding& f) { return f.hospital == designs[1].name && f.input == "oldpeak" && f.kind == InputFinding::Kind::reversed; }));
}

}  // namespace
}  // namespace cathgate::study
