// The published linear part of recipe F, on the graph of its inputs: the arithmetic of an input graph against vectors that
// were computed elsewhere.
#include <cmath>

#include "study/design.h"
#include "tests/unit/study/study_fixture.h"

namespace cathgate::study {
namespace {

struct Term { const char* input; double centre, scale, mu, fill; };
constexpr double kConstant = -0.287613;
constexpr Term kTerms[] = {{"rfcl", -2, 1.5, 0.683609, -2.0810}, {"age", 55, 10, 0.103445, 54.8875}, {"male", 0, 1, 0.590637, 0.8359}, {"pt3", 0, 1, 0.548740, 0.5126}, {"chol", 240, 50, 0.259518, 239.3529},
                           {"exang", 0.4, 1, 0.741521, 0.4041}, {"oldpeak", 1, 1, 0.602179, 1.0558}, {"flat", 0.5, 1, 0.529470, 0.4898}, {"hrpct", 0.83, 0.15, -0.300691, 0.8221}, {"met", 7, 2.5, 0.118312, 6.9613}};

struct Row { const char* facts; double rfcl, linear, tolerance; };

FactView view_of(const std::string& json) {
  const auto document = JsonDocument::parse(json);
  std::vector<Error> errors;
  const models::Node root(document->root(), "row", knowledge().facts, errors);
  FactView view(knowledge().facts, 0);
  for (const auto member : root.json().members()) {
    const auto id = knowledge().facts.find(member.key);
    if (!id) throw std::runtime_error(std::string(member.key));
    FactValue value = FactValue::exactly(root.at(member.key).value_of(*id));
    value.at = TimeRange{0, 0};
    view.set(*id, value);
  }
  knowledge().scores.define_facts(view);
  return view;
}

// Patients A to D of the recipe's page.
const Row kRows[] = {
    {R"({"patient.age_years":58,"patient.male":true,"symptom.main":"chest_pain","symptom.chest_pain_points":3,"risk.hypertension":true,"risk.diabetes":false,"risk.family_history":true,"risk.smoking":"current","risk.dyslipidaemia":true,"lab.total_cholesterol":260,"exercise_ecg.peak_heart_rate":130,"vital.heart_rate":75,"exercise_ecg.workload_mets":6,"exercise_ecg.angina":true,"exercise_ecg.st_deviation_mm":2,"exercise_ecg.st_slope":"flat"})", -0.6558, 2.918900, 1e-4},
    {R"({"patient.age_years":47,"patient.male":false,"symptom.main":"chest_pain","symptom.chest_pain_points":1,"risk.hypertension":false,"risk.diabetes":false,"risk.family_history":false,"risk.smoking":"never","risk.dyslipidaemia":false,"lab.total_cholesterol":210,"exercise_ecg.peak_heart_rate":165,"vital.heart_rate":78,"exercise_ecg.workload_mets":9,"exercise_ecg.angina":false,"exercise_ecg.st_deviation_mm":0})", -5.1484, -3.277887, 1e-4},
    {R"({"patient.age_years":52,"patient.male":true,"symptom.main":"chest_pain","symptom.chest_pain_points":2,"risk.hypertension":true,"risk.diabetes":false,"risk.family_history":false,"risk.dyslipidaemia":true,"lab.total_cholesterol":245,"exercise_ecg.peak_heart_rate":148,"vital.heart_rate":72,"exercise_ecg.workload_mets":8,"exercise_ecg.angina":false,"exercise_ecg.st_deviation_mm":1,"exercise_ecg.st_slope":"upsloping"})", -2.3170, -0.462685, 1e-4},
    {R"({"patient.age_years":66,"patient.male":true,"symptom.main":"chest_pain","symptom.chest_pain_points":3,"risk.hypertension":true,"risk.diabetes":true,"risk.smoking":"current"})", -0.5850, 1.652282, 1e-3}};

TEST(RecipeF, LinearPartReproducesItsVectors) {
  const auto graph = load_inputs(kRoot + "/study/recipe-f.json", knowledge());
  ASSERT_TRUE(graph.ok());
  for (const auto& row : kRows) {
    const auto values = graph.value->evaluate(view_of(row.facts));
    EXPECT_NEAR(values[*graph.value->find("rfcl")].value, row.rfcl, 1e-4);
    double sum = kConstant;
    for (const auto& t : kTerms) {
      const auto& value = values[*graph.value->find(t.input)];
      sum += t.mu * ((value.known ? value.value : t.fill) - t.centre) / t.scale;
    }
    EXPECT_NEAR(sum, row.linear, row.tolerance);
  }
}

TEST(InputGraph, AProductWithAZeroIsKnownAndAnUnknownFactorLeavesItUnknown) {
  const auto graph = load_inputs(kRoot + "/models/fusion/inputs.json", knowledge());
  ASSERT_TRUE(graph.ok());
  const auto stsl = *graph.value->find("stsl"), flat = *graph.value->find("flat");
  const auto none = graph.value->evaluate(view_of(R"({"exercise_ecg.st_deviation_mm":0})"));
  EXPECT_TRUE(none[stsl].known && none[stsl].value == 0);
  EXPECT_TRUE(none[flat].known && none[flat].value == 0) << "no depression, no slope";
  const auto unknown = graph.value->evaluate(view_of(R"({"exercise_ecg.st_deviation_mm":2})"));
  EXPECT_FALSE(unknown[stsl].known);
}

}  // namespace
}  // namespace cathgate::study
