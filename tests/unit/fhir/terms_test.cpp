#include "fhir/terms.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

std::string source_path(const std::string& path) {
  return std::string(CATHGATE_SOURCE_DIR) + "/" + path;
}

TEST(Terms, TheShippedFileLoads) {
  EXPECT_EQ(terms().version(), "1.0.0");
  EXPECT_GT(terms().impl().codes.size(), 500u);
}

TEST(Terms, EveryProblemIsReportedAtOnceWithItsPlace) {
  std::ifstream in(source_path("fhir/terms.json"));
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto replace = [&](const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), by);
  };
  replace(R"({"fact": "lab.ldl")", R"({"fact": "lab.no_such")");
  replace(R"(["loinc", "2160-0", "V"])", R"(["loinc", "2160-0", "maybe"])");
  replace(R"("acute_window_hours": 24)", R"("acute_window_hours": -1)");
  const auto path = std::filesystem::temp_directory_path() / ("cathgate_terms_" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << text;
  const auto loaded = Terms::load(path.string(), facts());
  std::filesystem::remove(path);
  EXPECT_FALSE(loaded.ok());
  std::set<std::string> places;
  for (const Error& e : loaded.errors) places.insert(e.where.substr(e.where.find('#') + 1));
  EXPECT_TRUE(places.contains("/limits/acute_window_hours"));
  EXPECT_TRUE(places.contains("/measurements/7/fact")) << loaded.errors.front().where;
  EXPECT_TRUE(places.contains("/measurements/4/codes/0"));
}

TEST(Terms, AMissingFileIsAnError) {
  EXPECT_FALSE(Terms::load("/nowhere/terms.json", facts()).ok());
}

TEST(Terms, CodesAreFoundBySystemAndPrefix) {
  const auto& codes = terms().impl().codes;
  EXPECT_TRUE(codes.find(Role::measurement, "http://loinc.org", "2160-0"));
  EXPECT_TRUE(codes.find(Role::measurement, "urn:oid:2.16.840.1.113883.6.1", "2160-0"));
  EXPECT_TRUE(codes.find(Role::measurement, "http://loinc.org", " 2160-0 "));
  EXPECT_FALSE(codes.find(Role::measurement, kSnomed, "2160-0"));
  EXPECT_FALSE(codes.find(Role::measurement, "", "2160-0"));
  EXPECT_FALSE(codes.find(Role::measurement, "http://loinc.org", "2160"));
  EXPECT_FALSE(codes.find(Role::measurement, "http://loinc.org", ""));
  EXPECT_TRUE(codes.find(Role::statement, kIcd, "E11.9"));
  EXPECT_TRUE(codes.find(Role::statement, kIcd, "E08"));
  EXPECT_FALSE(codes.find(Role::statement, kIcd, "E14.9"));
  EXPECT_TRUE(codes.find(Role::medication, "http://www.whocc.no/atc", "C07AB02"));
  // The longer prefix wins: I25.111 is spasm with coronary disease, I25.119 only the latter.
  EXPECT_NE(codes.find(Role::statement, kIcd, "I25.111")->term, codes.find(Role::statement, kIcd, "I25.119")->term);
}

TEST(Terms, PrefetchTemplatesStayInThePortableSubset) {
  std::set<std::string> keys;
  for (const auto& [key, query] : terms().prefetch_templates()) {
    EXPECT_TRUE(keys.insert(key).second) << key;
    EXPECT_NE(query.find("{{context.patientId}}"), std::string::npos) << query;
    EXPECT_EQ(query.find("{{"), query.rfind("{{")) << query;
    for (const char* outside : {"_include", "_has", "today()", ":missing", ":not", "encounterId", "sort:"})
      EXPECT_EQ(query.find(outside), std::string::npos) << query;
    const bool counted = query.find("_count") != std::string::npos;
    EXPECT_EQ(counted, query.find("&_sort=-") != std::string::npos) << query;
  }
  EXPECT_EQ(terms().prefetch_templates().front().first, "patient");
  for (const char* key : {"conditions", "medications", "medication-statements", "allergies", "family-history",
                          "procedures", "calcium", "ccta", "ccta-reports", "exercise-ecg", "stress-imaging", "ecg",
                          "lvef", "troponin", "renal", "lipids", "smoking", "questionnaire"})
    EXPECT_TRUE(keys.contains(key)) << key;
}

TEST(Terms, ListsAreAskedForWhole) {
  for (const auto& [key, query] : terms().prefetch_templates())
    for (const char* list :
         {"conditions", "medications", "medication-statements", "allergies", "family-history", "procedures"})
      EXPECT_FALSE(key == list && query.find("_count") != std::string::npos) << query;
}

TEST(Terms, AnObservationTemplateListsTheCodesOfItsFacts) {
  const std::string expected =
      "Observation?patient={{context.patientId}}&code=http://loinc.org|2160-0,http://loinc.org|38483-4,"
      "https://cathgate.org/fhir/CodeSystem/fact|lab.creatinine,";
  bool found = false;
  for (const auto& [key, query] : terms().prefetch_templates())
    found = found || (key == "renal" && query.starts_with(expected));
  EXPECT_TRUE(found);
}

TEST(Terms, EveryRecordFactOfAMeasurementIsAskedForOrStated) {
  std::string all;
  for (const auto& [key, query] : terms().prefetch_templates()) all += query + ",";
  for (const char* fact : {"ct.calcium_score", "ccta.cad_rads", "lab.troponin_t", "lv.ejection_fraction",
                           "spect.result", "ecg.st_elevation"})
    EXPECT_NE(all.find("|" + std::string(fact)), std::string::npos) << fact;
}

}  // namespace
}  // namespace cathgate::fhir
