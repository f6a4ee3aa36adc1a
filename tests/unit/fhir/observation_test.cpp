#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

TEST(Observation, AQuantityInTheFactsOwnUnit) {
  const auto read = read_resources({observation("c1", "2160-0", quantity(1.2, "mg/dL"))});
  EXPECT_DOUBLE_EQ(read.value("lab.creatinine"), 1.2);
  const Measurement& m = *read.of("lab.creatinine").front();
  EXPECT_EQ(m.source, "Observation/c1");
  EXPECT_EQ(m.origin, Origin::coded);
  EXPECT_TRUE(m.as_reported.empty());
  ASSERT_TRUE(m.at);
  EXPECT_EQ(write_instant(m.at->earliest), "2026-11-23T08:00:00Z");
}

struct Unit {
  const char* loinc;
  const char* fact;
  double value;
  const char* unit;
  double expected;
};
class Units : public ::testing::TestWithParam<Unit> {};
TEST_P(Units, AreConverted) {
  const Unit& u = GetParam();
  const auto read = read_resources({observation("x", u.loinc, quantity(u.value, u.unit))});
  EXPECT_NEAR(read.value(u.fact), u.expected, std::abs(u.expected) * 1e-3) << u.unit;
}
// 88.42 umol/L creatinine, 38.67 and 88.57 mg/dL per mmol/L of cholesterol and triglycerides are molar masses; the
// HbA1c pair 53 mmol/mol = 7.0 % is the NGSP master equation's (ngsp.org).
INSTANTIATE_TEST_SUITE_P(Known, Units,
                         ::testing::Values(Unit{"2160-0", "lab.creatinine", 88.42, "umol/L", 1.0},
                                           Unit{"2089-1", "lab.ldl", 3.0, "mmol/L", 116.01},
                                           Unit{"2571-8", "lab.triglycerides", 2.0, "mmol/L", 177.14},
                                           Unit{"4548-4", "lab.hba1c", 53, "mmol/mol", 7.0},
                                           Unit{"67151-1", "lab.troponin_t", 0.014, "ng/mL", 14.0},
                                           Unit{"67151-1", "lab.troponin_t", 14, "pg/mL", 14.0},
                                           Unit{"89579-7", "lab.troponin_i", 0.02, "ug/L", 20.0},
                                           Unit{"718-7", "lab.haemoglobin", 135, "g/L", 13.5},
                                           Unit{"718-7", "lab.haemoglobin", 8.38, "mmol/L", 13.5},
                                           Unit{"10230-1", "lv.ejection_fraction", 0.55, "1", 55}));

TEST(Observation, UnknownOrMissingUnitsAreRefused) {
  for (const char* value :
       {R"("valueQuantity":{"value":14,"unit":"ng/dl"})", R"("valueQuantity":{"value":14})",
        R"("valueQuantity":{"value":14,"unit":"ng/L","system":"urn:other","code":"ng/L"})",
        R"("valueQuantity":{"value":14,"unit":"ng/L","system":"http://unitsofmeasure.org","code":"ng/l"})",
        R"("valueQuantity":{"value":14,"unit":"furlong","code":"furlong","system":"http://unitsofmeasure.org"})"}) {
    const auto read = read_resources({observation("t", "67151-1", value)});
    EXPECT_TRUE(read.of("lab.troponin_t").empty()) << value;
    const auto* issue = read.issue(std::string_view(value).find("unit") == std::string_view::npos ? "no_unit" : "unknown_unit");
    ASSERT_NE(issue, nullptr) << value;
    EXPECT_EQ(issue->where, "Observation/t");
  }
}

TEST(Observation, AListedSpellingWithoutCodeIsAccepted) {
  const auto read = read_resources({observation("t", "67151-1", R"("valueQuantity":{"value":14,"unit":"ng/l"})")});
  EXPECT_DOUBLE_EQ(read.value("lab.troponin_t"), 14);
}

TEST(Observation, ScoresMayComeWithoutUnit) {
  const auto read = read_resources({own_observation("a", "ct.calcium_score", R"("valueInteger":120)")});
  EXPECT_DOUBLE_EQ(read.value("ct.calcium_score"), 120);
  EXPECT_TRUE(read_resources({observation("c", "2160-0", R"("valueInteger":1)")}).of("lab.creatinine").empty());
}

TEST(Observation, ComparatorsAreKept) {
  const auto read = read_resources({observation("t", "67151-1", quantity(3, "ng/L", "<"))});
  ASSERT_EQ(read.of("lab.troponin_t").size(), 1u);
  EXPECT_EQ(read.of("lab.troponin_t").front()->comparator, Comparator::less);
  const auto bad = read_resources({observation("t", "67151-1", quantity(3, "ng/L", "~"))});
  EXPECT_NE(bad.issue("bad_comparator"), nullptr);
}

TEST(Observation, ImplausibleValuesAreRefused) {
  for (const double rate : {0.0, 5000.0, -3.0}) {
    const auto read = read_resources({observation("h", "8867-4", quantity(rate, "/min"))});
    EXPECT_TRUE(read.of("vital.heart_rate").empty());
    EXPECT_NE(read.issue("implausible_value"), nullptr);
  }
}

TEST(Observation, OtherValueTypesBecomeIssues) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("valueRange":{"low":{"value":1}})", "unsupported_value"},
      {R"("valueRatio":{})", "unsupported_value"},
      {R"("valueString":"1.2 mg/dL")", "unknown_value"},
      {R"("valueQuantity":"1.2")", "unsupported_value"},
      {R"("valueQuantity":{"unit":"mg/dL"})", "no_value"},
      {R"("valueBoolean":true)", "unsupported_value"},
      {R"("dataAbsentReason":{"coding":[{"code":"unknown"}]})", "data_absent"},
      {R"("note":[])", "no_value"}};
  for (const auto& [value, code] : cases) {
    const auto read = read_resources({observation("c", "2160-0", value)});
    EXPECT_TRUE(read.of("lab.creatinine").empty()) << value;
    EXPECT_NE(read.issue(code), nullptr) << value;
  }
}

TEST(Observation, WaveformsAreIgnoredWithAnIssue) {
  const std::string sampled = R"({"origin":{"value":0},"period":0,"factor":0,"dimensions":1,"data":"E U L 1"})";
  const auto top = read_resources({observation("e", "11524-6", R"("valueSampledData":)" + sampled)});
  EXPECT_NE(top.issue("waveform"), nullptr);
  const auto lead = read_resources({observation(
      "e", "11524-6",
      R"("component":[{"code":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.24","code":"131329"}]},"valueSampledData":)" +
          sampled + "}]")});
  EXPECT_NE(lead.issue("waveform"), nullptr);
  EXPECT_DOUBLE_EQ(lead.value("ecg.recorded"), 1);
}

TEST(Observation, BloodPressurePanel) {
  const auto read = read_resources({observation(
      "bp", "85354-9",
      R"("component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},)" + quantity(142, "mm[Hg]") +
          R"(},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},)" + quantity(88, "mm[Hg]") + "}]")});
  EXPECT_DOUBLE_EQ(read.value("vital.systolic_bp"), 142);
  EXPECT_DOUBLE_EQ(read.value("vital.diastolic_bp"), 88);
  EXPECT_EQ(read.of("vital.systolic_bp").front()->session, "Observation/bp");
}

TEST(Observation, StatusDecides) {
  auto with = [](const std::string& status) {
    std::string o = observation("c", "2160-0", quantity(1.2, "mg/dL"));
    return read_resources({o.replace(o.find("final"), 5, status)});
  };
  for (const char* good : {"final", "amended", "corrected"})
    EXPECT_FALSE(with(good).of("lab.creatinine").at(0)->preliminary) << good;
  EXPECT_TRUE(with("preliminary").of("lab.creatinine").at(0)->preliminary);
  EXPECT_NE(with("entered-in-error").issue("entered_in_error"), nullptr);
  EXPECT_NE(with("cancelled").issue("cancelled"), nullptr);
  EXPECT_NE(with("unknown").issue("unknown_status"), nullptr);
  for (const char* bad : {"entered-in-error", "cancelled", "unknown", ""})
    EXPECT_TRUE(with(bad).of("lab.creatinine").empty()) << bad;
}

TEST(Observation, DatesPartialFutureAndUnreadable) {
  auto at = [](const char* date) { return read_resources({observation("c", "2160-0", quantity(1.2, "mg/dL"), date)}); };
  EXPECT_EQ(write_date(at("2025").of("lab.creatinine").at(0)->at->earliest), "2024-12-31");  // no zone: 14 hours wider
  EXPECT_TRUE(at("2026-11-24T05:59:60Z").of("lab.creatinine").at(0)->at);
  EXPECT_TRUE(at("2026-11-25T05:00:00Z").issue("future_date") == nullptr);
  EXPECT_NE(at("2026-11-27").issue("future_date"), nullptr);
  EXPECT_TRUE(at("2026-11-27").of("lab.creatinine").empty());
  EXPECT_FALSE(at("yesterday").of("lab.creatinine").at(0)->at);
  EXPECT_NE(at("yesterday").issue("unreadable_date"), nullptr);
  EXPECT_NE(at("1700-01-01").issue("unreadable_date"), nullptr);
}

TEST(Observation, ForeignAndModifiedResourcesAreRefused) {
  auto changed = [](const std::string& what, const std::string& by) {
    std::string o = observation("c", "2160-0", quantity(1.2, "mg/dL"));
    return read_resources({o.replace(o.find(what), what.size(), by)});
  };
  EXPECT_NE(changed("Patient/p1", "Patient/p2").issue("wrong_patient"), nullptr);
  EXPECT_NE(changed("Patient/p1", "Group/p1").issue("wrong_patient"), nullptr);
  EXPECT_NE(changed(kSubject, R"("note":[])").issue("no_subject"), nullptr);
  EXPECT_EQ(changed("Patient/p1", "https://ehr.example/fhir/Patient/p1").value("lab.creatinine"), 1.2);
  EXPECT_EQ(changed("Patient/p1", "Patient/p1/_history/3").value("lab.creatinine"), 1.2);
  for (const char* modifier :
       {R"("modifierExtension":[{"url":"x","valueBoolean":true}],"note":[])", R"("implicitRules":"urn:x","note":[])",
        R"("meta":{"tag":[{"system":"https://cathgate.org/fhir/CodeSystem/origin","code":"cathgate"}]},"note":[])"}) {
    const auto read = read_resources({observation("c", "2160-0", quantity(1.2, "mg/dL") + "," + modifier)});
    EXPECT_TRUE(read.of("lab.creatinine").empty()) << modifier;
    EXPECT_FALSE(read.snapshot->issues.empty()) << modifier;
  }
}

TEST(Observation, AModifiedComponentIsRefusedAlone) {
  const auto read = read_resources({observation(
      "bp", "85354-9",
      R"("component":[{"modifierExtension":[{"url":"x"}],"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},)" +
          quantity(142, "mm[Hg]") + R"(},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},)" +
          quantity(88, "mm[Hg]") + "}]")});
  EXPECT_TRUE(read.of("vital.systolic_bp").empty());
  EXPECT_DOUBLE_EQ(read.value("vital.diastolic_bp"), 88);
  EXPECT_NE(read.issue("modifier_extension"), nullptr);
}

TEST(Observation, TwoCodesOfDifferentFactsConflict) {
  std::string o = observation("c", "2160-0", quantity(1.2, "mg/dL"));
  o.replace(o.find(R"("code":"2160-0"})"), 16, R"("code":"2160-0"},{"system":"http://loinc.org","code":"2089-1"})");
  const auto read = read_resources({o});
  EXPECT_TRUE(read.of("lab.creatinine").empty());
  EXPECT_NE(read.issue("conflicting_codes"), nullptr);
}

TEST(Observation, CodedValues) {
  const auto smoker = [](const char* code) {
    return read_resources(
        {observation("s", "72166-2",
                     R"("valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":")" +
                         std::string(code) + "\"}]}")});
  };
  EXPECT_EQ(smoker("266919005").category("risk.smoking"), "never");
  EXPECT_EQ(smoker("8517006").category("risk.smoking"), "former");
  EXPECT_EQ(smoker("449868002").category("risk.smoking"), "current");
  EXPECT_NE(smoker("266927001").issue("unknown_value"), nullptr);
  const auto pregnant = read_resources({observation(
      "p", "82810-3", R"("valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"60001007"}]})")});
  EXPECT_DOUBLE_EQ(pregnant.value("patient.pregnant"), 0);
}

TEST(Observation, OwnCodesAndOwnValues) {
  const auto read = read_resources(
      {own_observation(
           "s", "spect.result",
           R"("valueCodeableConcept":{"coding":[{"system":"https://cathgate.org/fhir/CodeSystem/fact-value","code":"abnormal"}]})"),
       own_observation("e", "ecg.st_elevation", R"("valueBoolean":false)"),
       own_observation("m", "spect.ischaemic_myocardium", quantity(12, "%")),
       own_observation("l", "ccta.stenosis_left_main", quantity(55, "%"))});
  EXPECT_EQ(read.category("spect.result"), "abnormal");
  EXPECT_DOUBLE_EQ(read.value("ecg.st_elevation"), 0);
  EXPECT_DOUBLE_EQ(read.value("spect.ischaemic_myocardium"), 12);
  EXPECT_DOUBLE_EQ(read.value("ccta.stenosis_left_main"), 55);
}

TEST(Observation, CadRadsByDicomCode) {
  const auto coded = [](const char* code) {
    return read_resources({own_observation(
        "r", "ccta.cad_rads",
        R"("valueCodeableConcept":{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":")" +
            std::string(code) + "\"}]}")});
  };
  EXPECT_EQ(coded("130728").category("ccta.cad_rads"), "4A");
  EXPECT_DOUBLE_EQ(coded("130728").value("ccta.non_diagnostic"), 0);
  EXPECT_DOUBLE_EQ(coded("130731").value("ccta.non_diagnostic"), 1);
  EXPECT_TRUE(coded("130731").of("ccta.cad_rads").empty());
  EXPECT_EQ(coded("130727").of("ccta.cad_rads").at(0)->comparator, Comparator::greater_or_equal);
}

TEST(Observation, FindingsByTheirOwnCode) {
  const auto finding = [](const std::string& rest) {
    std::string o = observation("f", "164909002", rest);
    return read_resources({o.replace(o.find("http://loinc.org"), 16, kSnomed)});
  };
  EXPECT_DOUBLE_EQ(finding(R"("note":[])").value("ecg.lbbb"), 1);
  EXPECT_DOUBLE_EQ(finding(R"("valueBoolean":false)").value("ecg.lbbb"), 0);
  EXPECT_NE(finding(R"("dataAbsentReason":{})").issue("data_absent"), nullptr);
}

TEST(Observation, EcgImpression) {
  const auto read = read_resources({observation(
      "e", "8601-7", R"("valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"55930002"}]})")});
  EXPECT_DOUBLE_EQ(read.value("ecg.recorded"), 1);
  EXPECT_DOUBLE_EQ(read.value("ecg.st_t_abnormal"), 1);
  const auto normal = read_resources({observation(
      "e", "34534-8",
      R"("interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"N"}]}])")});
  EXPECT_DOUBLE_EQ(normal.value("ecg.normal"), 1);
  const auto text = read_resources({observation("e", "8601-7", R"("valueString":"sinus rhythm")")});
  EXPECT_NE(text.issue("text_not_read"), nullptr);
}

TEST(Observation, TroponinAgainstItsOwnReferenceRange) {
  const auto troponin = [](const std::string& rest) {
    return read_resources({observation(
        "t", "67151-1", rest + R"(,"method":{"text":"Elecsys hs"},"encounter":{"reference":"Encounter/e1"})")});
  };
  const std::string range =
      R"(,"referenceRange":[{"high":{"value":14,"unit":"ng/L","system":"http://unitsofmeasure.org","code":"ng/L"}}])";
  const auto flag = [](const char* code) {
    return R"(,"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":")" +
           std::string(code) + "\"}]}]";
  };
  EXPECT_DOUBLE_EQ(troponin(quantity(14, "ng/L") + range).value("lab.troponin_above_limit"), 0);
  EXPECT_DOUBLE_EQ(troponin(quantity(14.1, "ng/L") + range).value("lab.troponin_above_limit"), 1);
  EXPECT_DOUBLE_EQ(troponin(quantity(0.02, "ng/mL") + range).value("lab.troponin_above_limit"), 1);
  EXPECT_DOUBLE_EQ(troponin(quantity(3, "ng/L", "<") + range).value("lab.troponin_above_limit"), 0);
  EXPECT_TRUE(troponin(quantity(20, "ng/L", "<") + range).of("lab.troponin_above_limit").empty());
  EXPECT_DOUBLE_EQ(troponin(quantity(60, "ng/L") + flag("HH")).value("lab.troponin_above_limit"), 1);
  EXPECT_DOUBLE_EQ(troponin(quantity(6, "ng/L") + flag("N")).value("lab.troponin_above_limit"), 0);
  EXPECT_TRUE(troponin(quantity(6, "ng/L")).of("lab.troponin_above_limit").empty());
  const auto disagree = troponin(quantity(6, "ng/L") + range + flag("H"));
  EXPECT_DOUBLE_EQ(disagree.value("lab.troponin_above_limit"), 1);
  EXPECT_NE(disagree.issue("range_and_flag_disagree"), nullptr);
  const auto* m = disagree.of("lab.troponin_t").front();
  EXPECT_EQ(m->method, "Elecsys hs");
  EXPECT_EQ(m->session, "Encounter/e1");
}

TEST(Observation, MembersOfAPanelShareItsSession) {
  const auto read =
      read_resources({own_observation("m", "exercise_ecg.minutes", quantity(9, "min")),
                      own_observation("d", "exercise_ecg.st_deviation_mm", quantity(1, "mm")),
                      observation("panel", "91550-4",
                                  R"("hasMember":[{"reference":"Observation/m"},{"reference":"Observation/d"}])")});
  EXPECT_EQ(read.of("exercise_ecg.minutes").at(0)->session, "Observation/panel");
  EXPECT_EQ(read.of("exercise_ecg.st_deviation_mm").at(0)->session, "Observation/panel");
  EXPECT_TRUE(read.snapshot->issues.empty());
}

TEST(Observation, OldAndNewShapesDoNotCrash) {
  const auto read = read_resources(
      {R"({"resourceType":"Observation","id":"a","status":["final"],"code":"2160-0","subject":"Patient/p1"})",
       R"({"resourceType":"Observation","id":"b","code":{"coding":{"system":"http://loinc.org","code":"2160-0"}}})",
       R"({"resourceType":"Observation","id":7,"status":"final","code":{"coding":["x",null,3]},"component":{"code":1}})",
       observation(
           "c", "2160-0",
           R"("interpretation":{"coding":[{"code":"H"}]},"referenceRange":{"high":1},)" + quantity(1.1, "mg/dL"))});
  EXPECT_DOUBLE_EQ(read.value("lab.creatinine"), 1.1);
}

}  // namespace
}  // namespace cathgate::fhir
