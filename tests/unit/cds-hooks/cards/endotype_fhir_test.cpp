// The FHIR output of the endotype: R4's required elements, its value sets, and only codes that our CodeSystem defines.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"
#include "core/time.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {
namespace {

const std::string kRoot = CATHGATE_SOURCE_DIR;

JsonDocument bundle_of(const std::string& name) {
  static const auto knowledge = ServiceKnowledge::load(kRoot);
  if (!knowledge.ok()) throw std::runtime_error(knowledge.errors.front().message);
  const auto file = load_json_file(kRoot + "/tests/cases/" + name + ".json");
  if (!file) throw std::runtime_error(file.error().message);
  TenantOptions tenant;
  tenant.fhir_output = true;
  tenant.site.endotype.posterior = tenant.site.endotype.own_reference = true;
  JsonWriter request;
  request.value(file->root()["request"]);
  const auto answer = answer_hook(**knowledge.value, tenant, file->root()["service"].text(), request.take(), read_fhir_time(file->root()["now"].text())->earliest);
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(JsonDocument::parse(answer->endotype_fhir)).value();
}

std::set<std::string> known_codes() {
  const auto file = load_json_file(kRoot + "/docs/fhir/CodeSystem-endotype.json");
  std::set<std::string> codes;
  for (const auto entry : file->root()["concept"].elements()) codes.emplace(entry["code"].text());
  EXPECT_EQ(file->root()["count"].integer(), static_cast<std::int64_t>(codes.size()));
  return codes;
}

void check_concept(JsonValue value, const std::set<std::string>& known) {
  const auto coding = value["coding"][0];
  EXPECT_EQ(coding["system"].text(), "https://cathgate.org/fhir/CodeSystem/endotype");
  EXPECT_TRUE(known.contains(std::string(coding["code"].text()))) << coding["code"].text();
  // A display that is not the CodeSystem's own is an error to a validator; the words stand in the text.
  EXPECT_TRUE(coding["display"].is_missing());
  EXPECT_FALSE(value["text"].text().empty());
}

void check_observation(JsonValue o, const std::set<std::string>& known) {
  EXPECT_EQ(o["status"].text(), "preliminary");
  check_concept(o["code"], known);
  check_concept(o["method"], known);
  check_concept(o["valueCodeableConcept"], known);
  EXPECT_EQ(o["subject"]["reference"].text(), "Patient/p1");
  EXPECT_TRUE(read_fhir_time(o["effectiveDateTime"].text()));
  for (const auto source : o["derivedFrom"].elements()) EXPECT_TRUE(source["reference"].text().starts_with("Observation/"));
}

void check_risk(JsonValue r, const std::set<std::string>& known) {
  EXPECT_EQ(r["status"].text(), "preliminary");
  EXPECT_EQ(r["subject"]["reference"].text(), "Patient/p1");
  check_concept(r["method"], known);
  double sum = 0;
  for (const auto prediction : r["prediction"].elements()) {
    check_concept(prediction["outcome"], known);
    const auto probability = prediction["probabilityDecimal"].number();
    ASSERT_TRUE(probability);
    EXPECT_TRUE(0 <= *probability && *probability <= 1);
    if (prediction["outcome"]["coding"][0]["code"].text().starts_with("cell-")) sum += *probability;
  }
  EXPECT_NEAR(sum, 1, 0.001);
}

TEST(EndotypeFhir, IsValidAndUsesOurCodes) {
  const auto known = known_codes();
  for (const auto name : {"endotype-structural", "endotype-rule-sets-disagree", "endotype-vasospastic", "endotype-beside-deferral", "endotype-low-resource", "endotype-vasospasm-by-ecg", "endotype-at-every-edge"}) {
    SCOPED_TRACE(name);
    const auto bundle = bundle_of(name);
    EXPECT_EQ(bundle.root()["type"].text(), "collection");
    std::size_t observations = 0, risks = 0;
    std::set<std::string> urls;
    for (const auto entry : bundle.root()["entry"].elements()) {
      const auto resource = entry["resource"];
      EXPECT_EQ(entry["fullUrl"].text(), "urn:uuid:" + std::string(resource["id"].text()));
      EXPECT_TRUE(urls.emplace(entry["fullUrl"].text()).second);
      if (resource["resourceType"].text() == "Observation") ++observations, check_observation(resource, known);
      else ++risks, check_risk(resource, known);
    }
    EXPECT_GE(observations, 6U);
    EXPECT_EQ(risks, 1U);
  }
}

// What we wrote is never our own input.
TEST(EndotypeFhir, CarriesTheTagThatTheReaderRefuses) {
  const auto bundle = bundle_of("endotype-structural");
  for (const auto entry : bundle.root()["entry"].elements()) EXPECT_EQ(entry["resource"]["meta"]["tag"][0]["code"].text(), "cathgate");
}

}  // namespace
}  // namespace cathgate::cds_hooks
