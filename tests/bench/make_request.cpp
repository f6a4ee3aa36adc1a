#include "tests/bench/make_request.h"

#include <array>
#include <map>
#include <string_view>

#include "core/json.h"

namespace cathgate::bench {
namespace {

constexpr std::string_view kLoinc = "http://loinc.org";
constexpr std::string_view kSnomed = "http://snomed.info/sct";
constexpr std::string_view kFact = "https://cathgate.org/fhir/CodeSystem/fact";
constexpr std::string_view kFactValue = "https://cathgate.org/fhir/CodeSystem/fact-value";
constexpr std::string_view kUcum = "http://unitsofmeasure.org";

// One laboratory result or vital sign of each visit. The last two are facts of no rule: clients send more than was asked.
struct Result {
  std::string_view key, loinc, display, unit;
  double value, step;  // of the last visit, and how much it differs from one to the next
  double low, high;    // the laboratory's reference range
};
constexpr std::array<Result, 13> kResults = {{
    {"renal", "2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.98, 0.01, 0.7, 1.3},
    {"renal", "98979-8", "Glomerular filtration rate/1.73 sq M.predicted", "mL/min/{1.73_m2}", 81, -1, 60, 120},
    {"lipids", "2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", 188, 3, 0, 200},
    {"lipids", "13457-7", "Cholesterol in LDL [Mass/volume] by calculation", "mg/dL", 104, 2, 0, 130},
    {"lipids", "2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", 47, 1, 40, 80},
    {"lipids", "2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "mg/dL", 141, 4, 0, 150},
    {"hba1c", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 5.6, 0.1, 4, 6},
    {"blood", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 14.6, 0.1, 13.5, 17.5},
    {"vitals", "8867-4", "Heart rate", "/min", 71, 1, 50, 100},
    {"vitals", "39156-5", "Body mass index (BMI) [Ratio]", "kg/m2", 27.4, 0.1, 18.5, 25},
    {"vitals", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", 97, 0, 94, 100},
    {"renal", "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 140, 0, 136, 145},
    {"renal", "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 4.3, 0.1, 3.5, 5.1},
}};

class Record {
 public:
  explicit Record(const RequestShape& shape) : shape_(shape) {}

  std::string write() {
    add_history();
    add_symptoms();
    add_ccta();
    add_ecg();
    for (int visit = 0; bytes_ < shape_.bytes; ++visit)
      for (std::size_t i = 0; i < kResults.size() && bytes_ < shape_.bytes; ++i)
        add_result(kResults[i], visit);
    return assemble();
  }

 private:
  std::string id(std::string_view prefix) { return std::string(prefix) + "-" + std::to_string(++last_id_); }
  std::string day(int days_ago) const { return write_date(shape_.now - days_ago * kSecondsPerDay); }
  std::string instant(int days_ago) const { return write_instant(shape_.now - days_ago * kSecondsPerDay - 7200); }

  // Every resource starts alike; the caller goes on and ends with add().
  void start(JsonWriter& w, std::string_view type, std::string_view prefix, std::string_view status) {
    w.start_object().member("resourceType", type).member("id", id(prefix));
    if (!status.empty()) w.member("status", status);
    w.key("subject").start_object().member("reference", "Patient/" + shape_.patient).end_object();
  }
  void add(std::string_view key, JsonWriter& w) {
    std::string& entries = entries_[std::string(key)];
    const std::size_t before = entries.size();
    entries.append(entries.empty() ? "" : ",").append("{\"fullUrl\":\"https://ehr.example.org/fhir/resource/");
    entries.append(std::to_string(last_id_)).append("\",\"resource\":").append(w.end_object().view());
    entries.append(",\"search\":{\"mode\":\"match\"}}");
    bytes_ += entries.size() - before;
  }
  static void concept_of(JsonWriter& w, std::string_view key, std::string_view system, std::string_view code, std::string_view display) {
    w.key(key).start_object().key("coding").start_array().start_object();
    w.member("system", system).member("code", code);
    if (!display.empty()) w.member("display", display);
    w.end_object().end_array();
    if (!display.empty()) w.member("text", display);
    w.end_object();
  }

  void add_condition(std::string_view icd, std::string_view display) {
    JsonWriter w;
    start(w, "Condition", "condition", "");
    concept_of(w, "clinicalStatus", "http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "");
    concept_of(w, "verificationStatus", "http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "");
    concept_of(w, "code", "http://hl7.org/fhir/sid/icd-10-cm", icd, display);
    w.member("recordedDate", std::string_view(day(1300)));
    add("conditions", w);
  }
  void add_medication(std::string_view rxnorm, std::string_view display) {
    JsonWriter w;
    start(w, "MedicationRequest", "medication", "active");
    w.member("intent", "order").member("authoredOn", std::string_view(day(200)));
    concept_of(w, "medicationCodeableConcept", "http://www.nlm.nih.gov/research/umls/rxnorm", rxnorm, display);
    add("medications", w);
  }
  void add_history() {
    add_condition("I10", "Essential (primary) hypertension");
    add_condition("E78.5", "Hyperlipidemia, unspecified");
    add_medication("83367", "Atorvastatin 40 mg");
    add_medication("1191", "Aspirin 100 mg");
    JsonWriter w;
    start(w, "Encounter", "encounter", "in-progress");
    w.key("class").start_object().member("system", "http://terminology.hl7.org/CodeSystem/v3-ActCode").member("code", "AMB").end_object();
    w.key("period").start_object().member("start", std::string_view(instant(0))).end_object();
    add("encounters", w);
    for (const std::string_view key : {"procedures", "medication-statements", "allergies", "family-history"}) entries_[std::string(key)];
  }

  static void answer(JsonWriter& w, std::string_view link, std::string_view member, std::string_view json) {
    w.start_object().member("linkId", link).key("answer").start_array().start_object().key(member).raw(json);
    w.end_object().end_array().end_object();
  }
  static std::string coded(std::string_view code) {
    return JsonWriter().start_object().member("system", kFactValue).member("code", code).end_object().take();
  }
  void add_symptoms() {
    JsonWriter w;
    start(w, "QuestionnaireResponse", "questionnaire", "completed");
    w.member("questionnaire", "https://cathgate.org/fhir/Questionnaire/chest-pain|1.0.0").member("authored", std::string_view(instant(4)));
    w.key("author").start_object().member("reference", "Practitioner/1").end_object().key("item").start_array();
    answer(w, "main-symptom", "valueCoding", coded("chest_pain"));
    for (const auto link : {"chest-pain", "pain-location", "pain-exertional", "pain-relieved", "hypertension", "dyslipidaemia"})
      answer(w, link, "valueBoolean", "true");
    for (const auto link : {"rest-pain", "diabetes", "family-history"}) answer(w, link, "valueBoolean", "false");
    answer(w, "change", "valueCoding", coded("stable"));
    answer(w, "smoking", "valueCoding", coded("former"));
    answer(w, "ccs-class", "valueInteger", "2");
    w.end_array();
    add("questionnaire", w);
  }

  void start_fact(JsonWriter& w, std::string_view fact, int days_ago) {
    start(w, "Observation", "observation", "final");
    concept_of(w, "code", kFact, fact, "");
    w.member("effectiveDateTime", std::string_view(instant(days_ago)));
  }
  void add_ccta() {
    JsonWriter category;
    start_fact(category, "ccta.cad_rads", 12);
    concept_of(category, "valueCodeableConcept", kFactValue, "1", "");
    add("ccta", category);
    JsonWriter report;
    start(report, "DiagnosticReport", "report", "final");
    concept_of(report, "code", kLoinc, "79073-3", "CT angiogram of coronary arteries");
    report.member("effectiveDateTime", std::string_view(instant(12)));
    report.member("conclusion", "Good image quality. Minimal non-obstructive plaque in the proximal LAD. CAD-RADS 1/P1.");
    add("ccta-reports", report);
  }
  void add_ecg() {
    for (const std::string_view fact : {"ecg.recorded", "ecg.normal"}) {
      JsonWriter w;
      start_fact(w, fact, 4);
      w.member("valueBoolean", true);
      add("ecg", w);
    }
  }
  void add_result(const Result& result, int visit) {
    const int days_ago = 6 + 61 * visit;
    JsonWriter w;
    start(w, "Observation", "observation", "final");
    w.key("meta").start_object().member("versionId", "1").member("lastUpdated", std::string_view(instant(days_ago))).end_object();
    w.key("category").start_array().start_object().key("coding").start_array().start_object();
    w.member("system", "http://terminology.hl7.org/CodeSystem/observation-category");
    w.member("code", result.key == "vitals" ? "vital-signs" : "laboratory").end_object().end_array().end_object().end_array();
    concept_of(w, "code", kLoinc, result.loinc, result.display);
    w.member("effectiveDateTime", std::string_view(instant(days_ago))).member("issued", std::string_view(instant(days_ago)));
    quantity(w.key("valueQuantity"), result.value + result.step * visit / 8, result.unit);
    w.key("referenceRange").start_array().start_object();
    quantity(w.key("low"), result.low, result.unit);
    quantity(w.key("high"), result.high, result.unit);
    w.end_object().end_array();
    add(result.key, w);
  }
  static void quantity(JsonWriter& w, double value, std::string_view unit) {
    w.start_object().member("value", value).member("unit", unit).member("system", kUcum).member("code", unit).end_object();
  }

  void write_order(JsonWriter& w) const {
    w.start_object().member("resourceType", "ServiceRequest").member("id", "order-" + shape_.patient);
    w.member("status", "draft").member("intent", "order").member("priority", "routine");
    concept_of(w, "code", kSnomed, "33367005", "Coronary angiography");
    w.key("subject").start_object().member("reference", "Patient/" + shape_.patient).end_object();
    w.key("requester").start_object().member("reference", "Practitioner/1").end_object();
    w.member("authoredOn", std::string_view(day(0))).key("reasonCode").start_array().start_object().key("coding").start_array().start_object();
    w.member("system", kSnomed).member("code", "29857009").end_object().end_array().end_object().end_array().end_object();
  }
  std::string assemble() const {
    JsonWriter w;
    w.start_object().member("hook", "order-sign").member("hookInstance", std::string_view(shape_.hook_instance));
    w.key("context").start_object().member("userId", "Practitioner/1").member("patientId", std::string_view(shape_.patient));
    w.key("draftOrders").start_object().member("resourceType", "Bundle").member("type", "collection").key("entry").start_array();
    w.start_object().key("resource");
    write_order(w);
    w.end_object().end_array().end_object().end_object().key("prefetch").start_object();
    w.key("patient").start_object().member("resourceType", "Patient").member("id", std::string_view(shape_.patient));
    w.member("gender", "male").member("birthDate", std::string_view(day(61 * 365 + 100))).end_object();
    for (const auto& [key, entries] : entries_) {
      w.key(key).start_object().member("resourceType", "Bundle").member("type", "searchset");
      w.key("entry").raw("[" + entries + "]").end_object();
    }
    return w.end_object().end_object().take();
  }

  // What assemble() adds around the entries, roughly.
  static constexpr std::size_t kFrame = 2000;

  const RequestShape& shape_;
  std::map<std::string, std::string> entries_;
  std::size_t bytes_ = kFrame;
  int last_id_ = 0;
};

}  // namespace

std::string make_request(const RequestShape& shape) { return Record(shape).write(); }

}  // namespace cathgate::bench
