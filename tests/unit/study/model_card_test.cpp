// The model card: current, complete, and the sentence about the training data on every card of a patient.
#include "study/model_card.h"

#include <set>

#include "tests/unit/study/study_fixture.h"

namespace cathgate::study {
namespace {

const std::string kFolder = kRoot + "/docs/model-cards/fusion";

TEST(ModelCard, IsWhatTheTrainingFileSays) {
  const auto texts = load_json_file(kRoot + "/study/model-card.json"), training = load_json_file(kFolder + "/training.json");
  ASSERT_TRUE(texts.ok() && training.ok());
  const auto card = write_model_card(texts->root(), training->root());
  ASSERT_TRUE(card.ok()) << card.errors.front().message;
  EXPECT_EQ(card.value->markdown, read_text(kFolder + "/card.md"));
  EXPECT_EQ(card.value->json + "\n", read_text(kFolder + "/card.json"));
  const auto model = load_model(kRoot + "/models/fusion", knowledge());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(training->root()["model_digest"].text(), model.value->digest) << "the report is of another model";
}

TEST(ModelCard, AFigureThatTheTrainingDoesNotHaveIsAProblem) {
  const auto texts = JsonDocument::parse(R"({"chai":[{"field":"a","text":"{shipped.nothing|2}"}]})"), training = JsonDocument::parse("{}");
  EXPECT_EQ(write_model_card(texts->root(), training->root()).errors.size(), 1U);
}

// Every element of CHAI's Applied Model Card, v0.2, the optional ones included; a metric has six parts.
TEST(ModelCard, CarriesEveryFieldOfChai) {
  std::set<std::string> wanted = {
      "BasicInfo.ModelName", "BasicInfo.ModelDeveloper", "BasicInfo.DeveloperContact", "ReleaseInfo.ReleaseStage", "ReleaseInfo.ReleaseDate", "ReleaseInfo.ReleaseVersion",
      "ReleaseInfo.GlobalAvailability", "ReleaseInfo.EHRCompatibility", "ReleaseInfo.RegulatoryApproval", "ModelSummary.Summary", "ModelSummary.Keywords",
      "UsesAndDirections.IntendedUseAndWorkflow", "UsesAndDirections.PrimaryIntendedUsers", "UsesAndDirections.HowToUse", "UsesAndDirections.TargetedPatientPopulation",
      "UsesAndDirections.CautionedOutOfScopeSettings", "Warnings.KnownRisksAndLimitations", "Warnings.KnownBiasesOrEthicalConsiderations", "Warnings.ClinicalRiskLevel",
      "TrustIngredients.AISystemFacts.OutcomesAndOutputs", "TrustIngredients.AISystemFacts.ModelType", "TrustIngredients.AISystemFacts.FoundationModels",
      "TrustIngredients.AISystemFacts.InputDataSource", "TrustIngredients.AISystemFacts.OutputAndInputDataTypes", "TrustIngredients.AISystemFacts.DevelopmentDataCharacterization",
      "TrustIngredients.AISystemFacts.BiasMitigationApproaches", "TrustIngredients.AISystemFacts.OngoingMaintenance", "TrustIngredients.AISystemFacts.Security",
      "TrustIngredients.AISystemFacts.Transparency", "TrustIngredients.TransparencyInformation.FundingSource", "TrustIngredients.TransparencyInformation.ThirdPartyInformation",
      "TrustIngredients.TransparencyInformation.StakeholdersConsulted", "Resources.EvaluationReferences", "Resources.ClinicalTrial", "Resources.PeerReviewedPublications",
      "Resources.ReimbursementStatus", "Resources.PatientConsentOrDisclosure", "Bibliography"};
  for (const char* metric : {"UsefulnessUsabilityEfficacy", "FairnessEquity", "SafetyReliability"})
    for (const char* part : {"MetricGoal", "Results", "Interpretation", "TestType", "TestingDataDescription", "ValidationProcessAndJustification"}) wanted.insert(std::string("KeyMetrics.") + metric + "." + part);
  const auto card = load_json_file(kFolder + "/card.json");
  ASSERT_TRUE(card.ok());
  std::set<std::string> found;
  for (const auto member : card->root()["chai"].members()) {
    EXPECT_FALSE(member.value().text().empty()) << member.key;
    found.insert(std::string(member.key));
  }
  EXPECT_EQ(found, wanted);
}

// 45 CFR 170.315(b)(11)(iv)(B): 31 attributes of a predictive intervention, numbered as vendors number them.
TEST(ModelCard, CarriesThe31SourceAttributes) {
  const auto card = load_json_file(kFolder + "/card.json");
  ASSERT_TRUE(card.ok());
  int number = 0;
  for (const auto member : card->root()["hti1"].members()) {
    EXPECT_TRUE(member.key.starts_with(std::to_string(++number) + " ")) << member.key;
    EXPECT_FALSE(member.value().text().empty()) << member.key;
  }
  EXPECT_EQ(number, 31);
}

TEST(ModelCard, AnswersTheItemsOfTripodAi) {
  const auto texts = load_json_file(kRoot + "/study/model-card.json");
  ASSERT_TRUE(texts.ok());
  const auto report = read_text(kFolder + "/training.md");
  int number = 0;
  for (const auto entry : texts->root()["tripod"].elements()) {
    EXPECT_TRUE(entry["field"].text().starts_with(std::to_string(++number) + " ")) << entry["field"].text();
    EXPECT_NE(report.find("**" + std::string(entry["field"].text()) + "**: "), std::string::npos) << entry["field"].text();
  }
  EXPECT_EQ(number, 27);
}

// How many patients, and how many obstructed women, is said in words on every card that shows the score.
TEST(ModelCard, TheFiguresOnAPatientsCardAreThoseOfTheTraining) {
  const auto training = load_json_file(kFolder + "/training.json");
  ASSERT_TRUE(training.ok());
  std::int64_t patients = 0, obstructed = 0, obstructed_women = 0, hospitals = 0;
  for (const auto cohort : training->root()["cohorts"].members()) {
    patients += cohort.value()["patients"].integer().value_or(0);
    obstructed += cohort.value()["obstructed"].integer().value_or(0);
    obstructed_women += cohort.value()["obstructed_women"].integer().value_or(0);
    ++hospitals;
  }
  EXPECT_EQ(hospitals, 4);
  for (const char* language : {"en", "zh", "es"}) {
    const auto file = load_json_file(kRoot + "/cds-hooks/messages/" + language + ".json");
    ASSERT_TRUE(file.ok());
    std::string text(file->root()["messages"]["learned.limits"].text());
    std::erase(text, ',');
    EXPECT_NE(text.find(std::to_string(patients)), std::string::npos) << text;
    EXPECT_NE(text.find(std::to_string((200 * obstructed + patients) / (2 * patients)) + " %"), std::string::npos) << text;
    EXPECT_NE(text.find(std::to_string(obstructed_women)), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace cathgate::study
