// The shapes in which a prefetch arrives, the patient, and properties that hold for any record.
#include <algorithm>
#include <random>

#include "core/snapshot_json.h"
#include "tests/unit/fhir/support.h"

namespace cathgate::fhir {
namespace {

std::string with(const std::string& key, const std::string& value) {
  return R"({"patient":)" + kPatient + ",\"" + key + "\":" + value + "}";
}

TEST(Prefetch, CompletenessOfAList) {
  const std::string one = bundle({condition("h", kIcd, "I10")});
  struct Shape {
    std::string value;
    bool complete;
    const char* issue;
  };
  const Shape shapes[] = {
      {one, true, nullptr},
      {"null", true, nullptr},
      {R"({"resourceType":"Bundle","type":"searchset","total":0})", true, nullptr},
      {bundle({}), true, nullptr},
      {bundle({condition("h", kIcd, "I10")}, R"(,"link":[{"relation":"next","url":"https://x/y"}])"), false, "paged"},
      {bundle({condition("h", kIcd, "I10")}, R"(,"total":2)"), false, "paged"},
      {R"({"resourceType":"OperationOutcome","issue":[]})", false, "prefetch_failed"},
      {bundle({condition("h", kIcd, "I10"), R"({"resourceType":"OperationOutcome","issue":[]})"}), false,
       "prefetch_failed"},
      {condition("h", kIcd, "I10"), false, "not_a_bundle"},
      {R"([{"resourceType":"Condition"}])", false, "not_a_resource"},
      {R"("text")", false, "not_a_resource"},
      {R"({"entry":[]})", false, "not_a_resource"},
      {R"({"resourceType":"Bundle","entry":{"resource":1}})", false, "bad_entry"},
      {R"({"resourceType":"Bundle","entry":[null,7,{"response":{}},{"resource":null}]})", false, "no_resource"},
  };
  for (const Shape& s : shapes) {
    const auto read = read_prefetch(with("conditions", s.value));
    ASSERT_TRUE(read.snapshot) << s.value;
    EXPECT_EQ(read.complete(RecordList::conditions), s.complete) << s.value;
    EXPECT_EQ(s.issue ? read.issue(s.issue) != nullptr : read.snapshot->issues.empty(), true) << s.value;
  }
  EXPECT_FALSE(read_prefetch(with("calcium", "null")).complete(RecordList::conditions));
}

TEST(Prefetch, StatementsWidenTheMedicationList) {
  EXPECT_TRUE(read_prefetch(with("medications", "null")).complete(RecordList::medications));
  EXPECT_FALSE(read_prefetch(with("medication-statements", "null")).complete(RecordList::medications));
  EXPECT_FALSE(read_prefetch(R"({"patient":)" + kPatient +
                             R"(,"medications":null,"medication-statements":{"resourceType":"OperationOutcome"}})")
                   .complete(RecordList::medications));
}

TEST(Prefetch, ThePatientMustBeTheRightOne) {
  EXPECT_EQ(read_prefetch("{}").error->code, ErrorCode::missing_data);
  EXPECT_EQ(read_prefetch("null").error->code, ErrorCode::missing_data);
  EXPECT_EQ(read_prefetch(R"({"patient":null})").error->code, ErrorCode::missing_data);
  EXPECT_EQ(read_prefetch(R"({"patient":{"resourceType":"OperationOutcome"}})").error->code, ErrorCode::missing_data);
  EXPECT_EQ(read_prefetch(R"({"patient":{"resourceType":"Patient","id":"p2"}})").error->code, ErrorCode::invalid_input);
  EXPECT_EQ(read_prefetch(R"({"patient":{"resourceType":"Patient","id":"p1","modifierExtension":[{"url":"x"}]}})")
                .error->code,
            ErrorCode::invalid_input);
  const auto two = read_prefetch(with("other", R"({"resourceType":"Patient","id":"p2"})"));
  ASSERT_TRUE(two.snapshot);
  EXPECT_NE(two.issue("wrong_patient"), nullptr);
}

TEST(Prefetch, AMissingPrefetchIsMissingData) {
  SnapshotInput input;
  input.patient_id = "p1";
  EXPECT_EQ(read_snapshot(terms(), facts(), input).error().code, ErrorCode::missing_data);
}

Read patient(const std::string& members) {
  return read_prefetch(R"({"patient":{"resourceType":"Patient","id":"p1",)" + members + "}}");
}

TEST(Patient, SexAgeAndDeath) {
  EXPECT_EQ(patient(R"("gender":"male")").snapshot->male, true);
  EXPECT_EQ(patient(R"("gender":"female")").snapshot->male, false);
  for (const char* g : {R"("gender":"other")", R"("gender":"unknown")", R"("gender":7)", R"("x":1)"})
    EXPECT_FALSE(patient(g).snapshot->male) << g;
  EXPECT_EQ(write_date(patient(R"("birthDate":"1960-05-02")").snapshot->birth_date->latest).substr(0, 4), "1960");
  EXPECT_TRUE(patient(R"("birthDate":"1960")").snapshot->birth_date);
  EXPECT_FALSE(patient(R"("birthDate":"2030-01-01")").snapshot->birth_date);
  EXPECT_NE(patient(R"("birthDate":"2030-01-01")").issue("birth_in_future"), nullptr);
  EXPECT_NE(patient(R"("birthDate":"last year")").issue("unreadable_birth_date"), nullptr);
  EXPECT_TRUE(
      patient(
          R"("_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1960-05-01T04:00:00Z"}]})")
          .snapshot->birth_date);
  EXPECT_TRUE(patient(R"("deceasedBoolean":true)").snapshot->deceased);
  EXPECT_TRUE(patient(R"("deceasedDateTime":"2020")").snapshot->deceased);
  EXPECT_FALSE(patient(R"("deceasedBoolean":false)").snapshot->deceased);
}

TEST(Prefetch, DuplicatesAreKeptOnce) {
  const std::string o = observation("c", "2160-0", quantity(1.2, "mg/dL"));
  const auto twice =
      read_prefetch(R"({"patient":)" + kPatient + R"(,"renal":)" + bundle({o}) + R"(,"other":)" + bundle({o}) + "}");
  EXPECT_EQ(twice.of("lab.creatinine").size(), 1u);
  EXPECT_TRUE(twice.snapshot->issues.empty());
  const auto copied = read_resources({o, observation("d", "2160-0", quantity(1.2, "mg/dL"))});
  EXPECT_EQ(copied.of("lab.creatinine").size(), 1u);
  const auto changed = read_resources({o, observation("c", "2160-0", quantity(1.4, "mg/dL"))});
  EXPECT_EQ(changed.of("lab.creatinine").size(), 1u);
  EXPECT_NE(changed.issue("duplicate_id"), nullptr);
  const auto later = read_resources(
      {observation("c", "2160-0", quantity(1.4, "mg/dL") + R"(,"meta":{"lastUpdated":"2026-11-23T09:00:00Z"})"),
       observation("c", "2160-0", quantity(1.2, "mg/dL") + R"(,"meta":{"lastUpdated":"2026-11-22T09:00:00Z"})")});
  EXPECT_DOUBLE_EQ(later.value("lab.creatinine"), 1.4);
}

TEST(Prefetch, ContradictingValuesOfOneInstantAreBothKept) {
  const auto read = read_resources(
      {observation("a", "67151-1", quantity(5, "ng/L")), observation("b", "67151-1", quantity(50, "ng/L"))});
  EXPECT_EQ(read.of("lab.troponin_t").size(), 2u);
}

TEST(Prefetch, IssuesAreBounded) {
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back(observation("c" + std::to_string(i), "2160-0", quantity(1, "unit" + std::to_string(i))));
  const auto read = read_resources(many);
  EXPECT_EQ(read.snapshot->issues.size(), terms().impl().max_issues + 1);
  EXPECT_NE(read.issue("more_issues"), nullptr);
}

TEST(Prefetch, ManyIssuesOfOneKindAreToldOnce) {
  std::vector<std::string> many;
  for (int i = 0; i < 4; ++i) many.push_back(observation("c" + std::to_string(i), "2160-0", quantity(1, "stone")));
  const auto four = read_resources(many);
  ASSERT_EQ(four.snapshot->issues.size(), 1u);
  EXPECT_NE(four.snapshot->issues[0].message.find("(4 entries)"), std::string::npos);
  many.pop_back();
  EXPECT_EQ(read_resources(many).snapshot->issues.size(), 3u);
}

TEST(Prefetch, TenThousandEntries) {
  std::vector<std::string> many;
  for (int i = 0; i < 10000; ++i) many.push_back(R"({"resourceType":"Claim","id":"k)" + std::to_string(i) + "\"}");
  EXPECT_TRUE(read_resources(many).snapshot->measurements.empty());
}

TEST(Bundle, UrnReferencesAreResolved) {
  const auto document = parse(R"({"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"urn:uuid:aa","resource":{"resourceType":"Patient","id":"aa","gender":"female","birthDate":"1950-01-01"}},
    {"fullUrl":"urn:uuid:bb","resource":{"resourceType":"Condition","id":"bb","subject":{"reference":"urn:uuid:aa"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"53741008"}]}}},
    {"fullUrl":"urn:uuid:cc","resource":{"resourceType":"Condition","id":"cc","subject":{"reference":"urn:uuid:zz"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"38341003"}]}}}]})");
  Tally tally;
  const auto snapshot = read_bundle(terms(), facts(), document.root(), kNow, &tally);
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->diagnoses.size(), 1u);
  EXPECT_TRUE(std::all_of(snapshot->list_complete.begin(), snapshot->list_complete.end(), [](bool b) { return b; }));
  EXPECT_EQ(tally["Condition: wrong_patient"], 1u);
  EXPECT_EQ(tally["Condition: read"], 1u);
}

TEST(Bundle, OtherInputsAreErrors) {
  for (
      const char* text :
      {"{}", "[]", "null", R"({"resourceType":"Patient","id":"x"})",
       R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]})",
       R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Patient","id":"b"}}]})"}) {
    const auto document = parse(text);
    EXPECT_FALSE(read_bundle(terms(), facts(), document.root(), kNow).ok()) << text;
  }
}

std::vector<std::string> whole_record() {
  return {
      observation("c1", "2160-0", quantity(1.2, "mg/dL")),
      observation("c2", "2160-0", quantity(140, "umol/L"), "2026-10-01T08:00:00Z"),
      observation("bad", "2160-0", quantity(3, "stone")),
      observation("t1", "67151-1", quantity(12, "ng/L") + R"(,"referenceRange":[{"high":{"value":14,"unit":"ng/L"}}])"),
      own_observation("m", "exercise_ecg.minutes", quantity(9, "min")),
      observation("panel", "91550-4", R"("hasMember":[{"reference":"Observation/m"}])"),
      condition("h", kIcd, "I10"),
      condition("d", kSnomed, "44054006"),
      condition("x", kIcd, "I25.10", R"("verificationStatus":{"coding":[{"code":"refuted"}]})"),
      R"({"resourceType":"DiagnosticReport","id":"r","status":"final",)" + kSubject +
          R"(,"code":{"text":"CCTA"},"effectiveDateTime":"2026-11-01","conclusion":"CAD-RADS 3/P2"})",
      R"({"resourceType":"MedicationRequest","id":"m1","status":"active","intent":"order",)" + kSubject +
          R"(,"medicationCodeableConcept":{"text":"atorvastatin 40"}})"};
}
std::string text_of(const Read& read) {
  JsonWriter writer;
  write_snapshot(writer, *read.snapshot, facts(), WithTime::yes);
  return writer.take();
}

TEST(Property, TheOrderOfEntriesChangesNothing) {
  auto record = whole_record();
  const std::string expected = text_of(read_resources(record));
  std::mt19937 random(7);
  for (int i = 0; i < 30; ++i) {
    std::shuffle(record.begin(), record.end(), random);
    ASSERT_EQ(text_of(read_resources(record)), expected) << i;
  }
}

TEST(Property, UnrelatedResourcesChangeNothing) {
  auto record = whole_record();
  const std::string expected = text_of(read_resources(record));
  record.insert(record.begin(), {observation("u", "9999-9", R"("valueString":"x")"),
                                 condition("u", kSnomed, "195662009"), R"({"resourceType":"Immunization","id":"i"})",
                                 R"({"resourceType":"DiagnosticReport","id":"u","conclusion":"fracture"})",
                                 R"({"resourceType":"NoSuchType","id":"n"})"});
  EXPECT_EQ(text_of(read_resources(record)), expected);
}

TEST(Property, TheKeyInWhichAResourceLiesChangesNothing) {
  const auto record = whole_record();
  std::string keys = R"({"patient":)" + kPatient;
  for (std::size_t i = 0; i < record.size(); ++i)
    keys += ",\"k" + std::to_string(i) + "\":" + (i % 2 ? bundle({record[i]}) : record[i]);
  EXPECT_EQ(text_of(read_prefetch(keys + "}")), text_of(read_resources(record)));
}

TEST(Property, EqualValuesInOtherUnitsAreTheSameFact) {
  const std::pair<std::string, std::string> pairs[] = {
      {observation("c", "2160-0", quantity(1.5, "mg/dL")), observation("c", "2160-0", quantity(132.63, "umol/L"))},
      {observation("c", "2089-1", quantity(116.01, "mg/dL")), observation("c", "2089-1", quantity(3, "mmol/L"))},
      {observation("c", "67151-1", quantity(52, "ng/L")), observation("c", "67151-1", quantity(0.052, "ng/mL"))},
      {observation("c", "718-7", quantity(13.5, "g/dL")), observation("c", "718-7", quantity(135, "g/L"))}};
  for (const auto& [a, b] : pairs) {
    const auto first = read_resources({a}), second = read_resources({b});
    ASSERT_EQ(first.snapshot->measurements.size(), 1u);
    ASSERT_EQ(second.snapshot->measurements.size(), 1u);
    EXPECT_EQ(first.snapshot->measurements[0].fact, second.snapshot->measurements[0].fact);
    EXPECT_NEAR(first.snapshot->measurements[0].value, second.snapshot->measurements[0].value,
                1e-9 * first.snapshot->measurements[0].value)
        << b;
    EXPECT_FALSE(second.snapshot->measurements[0].as_reported.empty());
  }
}

TEST(Property, AnySingleMemberMayBeOfAnyType) {
  // Every member of every resource is replaced by values of other types: nothing crashes, the patient stays known.
  for (const std::string& resource : whole_record()) {
    const auto document = parse(resource);
    for (const auto m : document.root().members()) {
      for (const char* value : {"null", "7", "\"x\"", "[]", "{}", "[null]", "[{}]", "true"}) {
        JsonWriter writer;
        writer.start_object();
        for (const auto other : document.root().members()) {
          writer.key(other.key);
          if (other.key == m.key)
            writer.raw(value);
          else
            writer.value(other.value());
        }
        writer.end_object();
        EXPECT_TRUE(read_resources({writer.take()}).snapshot);
      }
    }
  }
}

TEST(Property, NoIssueNamesThePatient) {
  std::string record =
      R"({"patient":{"resourceType":"Patient","id":"p1","birthDate":"1931-03-07","name":[{"family":"Canarysson"}]},"other":)" +
      bundle({observation("a", "2160-0", R"("valueString":"Canarysson")"),
              observation("b", "2160-0", quantity(9, "mg/dL") + R"(,"status_note":"Canarysson","valueString":"1931")",
                          "Canarysson"),
              condition("c", kIcd, "I10", R"("recordedDate":"Canarysson")")}) +
      "}";
  const auto read = read_prefetch(record);
  EXPECT_EQ(read.snapshot->issues.size(), 3u);
  for (const DataIssue& i : read.snapshot->issues) {
    EXPECT_EQ(i.message.find("1931"), std::string::npos) << i.message;
    EXPECT_EQ(i.message.find("Canarysson"), std::string::npos) << i.message;
  }
}

}  // namespace
}  // namespace cathgate::fhir
