// cathgate-population DIR [--as-of INSTANT]: turns every record of a folder (FHIR R4 Bundles as Synthea writes them) into an order-sign call
// for coronary angiography, answers it, and reports what came out: decisions, data issues, what was read and what was not,
// and why. Exit code 1 when a record could not be answered, an exception escaped, or a resource vanished without a word.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"
#include "core/time.h"
#include "engine/knowledge.h"
#include "fhir/snapshot_reader.h"

namespace {

using namespace cathgate;
using namespace cathgate::cds_hooks;

// A record of a whole life in one file is longer than what the server takes as a body.
constexpr JsonLimits kLimits{.max_depth = 64, .max_members = 10'000'000};
constexpr std::string_view kServiceId = "cathgate-angiography";

using Counts = std::map<std::string, std::size_t>;

struct Report {
  std::size_t files = 0, without_patient = 0, patients = 0, resources = 0, crashes = 0;
  Counts refused;    // by code and place
  Counts decisions;
  Counts issues;     // by code and message, as on the card
  Counts types;      // resources by type
  fhir::Tally outcomes;
  std::vector<double> milliseconds;  // of answer_hook
  std::size_t largest_bytes = 0;
};

std::string patient_of(JsonValue bundle) {
  for (const JsonValue entry : bundle["entry"].elements())
    if (entry["resource"]["resourceType"].text() == "Patient") return std::string(entry["resource"]["id"].text());
  return {};
}

void write_order(JsonWriter& w, const std::string& patient) {
  w.start_object().member("resourceType", "ServiceRequest").member("id", "order").member("status", "draft").member("intent", "order");
  w.key("code").start_object().key("coding").start_array().start_object();
  w.member("system", "http://snomed.info/sct").member("code", "33367005").end_object().end_array().end_object();
  w.key("subject").start_object().member("reference", std::string_view("Patient/" + patient)).end_object().end_object();
}

// Each resource goes into the first key of our own prefetch templates that asks for its type; those that no template asks
// for go into a key of their own, so that the report names them, too.
std::map<std::string, std::vector<JsonValue>> split(const fhir::Terms& terms, JsonValue bundle) {
  std::map<std::string, std::string, std::less<>> key_of_type;
  std::map<std::string, std::vector<JsonValue>> keys;
  for (const auto& [key, query] : terms.prefetch_templates()) {
    key_of_type.emplace(query.substr(0, query.find_first_of("/?")), key);
    keys[key];
  }
  for (const JsonValue entry : bundle["entry"].elements()) {
    const auto found = key_of_type.find(entry["resource"]["resourceType"].text());
    keys[found == key_of_type.end() ? "not-asked-for" : found->second].push_back(entry);
  }
  return keys;
}

std::string write_call(const fhir::Terms& terms, JsonValue bundle, const std::string& patient) {
  JsonWriter w;
  w.start_object().member("hook", "order-sign").member("hookInstance", "8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77");
  w.key("context").start_object().member("userId", "Practitioner/1").member("patientId", std::string_view(patient));
  w.key("draftOrders").start_object().member("resourceType", "Bundle").member("type", "collection").key("entry").start_array();
  write_order(w.start_object().key("resource"), patient);
  w.end_object().end_array().end_object().end_object().key("prefetch").start_object();
  for (const auto& [key, entries] : split(terms, bundle)) {
    w.key(key).start_object().member("resourceType", "Bundle").member("type", "searchset").key("entry").start_array();
    for (const JsonValue entry : entries) w.value(entry);
    w.end_array().end_object();
  }
  return w.end_object().end_object().take();
}

// Many alike are told as one that ends in their number.
std::string without_number(const std::string& message) {
  const auto number = message.ends_with(" entries)") ? message.rfind(" (") : std::string::npos;
  return message.substr(0, number);
}

void count_reading(const ServiceKnowledge& knowledge, const std::string& call, const std::string& patient, UnixSeconds now, Report& report) {
  const auto document = JsonDocument::parse(call, kLimits);
  if (!document) return;
  const auto snapshot = fhir::read_snapshot(knowledge.terms, knowledge.engine->facts,
                                            {.prefetch = document->root()["prefetch"], .patient_id = patient, .as_of = now,
                                             .encounter_id = {}, .tally = &report.outcomes});
  if (!snapshot) return;
  for (const DataIssue& issue : snapshot->issues) ++report.issues[issue.code + ": " + without_number(issue.message)];
}

void answer_record(const ServiceKnowledge& knowledge, JsonValue bundle, UnixSeconds now, Report& report) {
  const std::string patient = patient_of(bundle);
  if (patient.empty()) return ++report.without_patient, void();
  ++report.patients;
  for (const JsonValue entry : bundle["entry"].elements()) ++report.types[std::string(entry["resource"]["resourceType"].text())], ++report.resources;
  const std::string call = write_call(knowledge.terms, bundle, patient);
  report.largest_bytes = std::max(report.largest_bytes, call.size());
  std::string body = call;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = answer_hook(knowledge, {}, kServiceId, std::move(body), now);
  report.milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  if (!answer) {
    ++report.refused[answer.error().where + ": " + answer.error().message];
    return;
  }
  if (answer->decisions.empty()) ++report.decisions["no_card"];
  for (const std::string& decision : answer->decisions) ++report.decisions[decision];
  count_reading(knowledge, call, patient, now, report);
}

void read_file(const ServiceKnowledge& knowledge, const std::filesystem::path& path, UnixSeconds now, Report& report) {
  ++report.files;
  try {
    const auto document = load_json_file(path.string(), kLimits);
    if (!document) ++report.refused["not readable as JSON"];
    else answer_record(knowledge, document->root(), now, report);
  } catch (const std::exception&) {
    ++report.crashes;
  }
}

// Types of which fewer outcomes were told than resources were sent.
Counts vanished(const Report& report) {
  Counts told;
  for (const auto& [outcome, count] : report.outcomes) told[outcome.substr(0, outcome.find(':'))] += count;
  Counts missing;
  for (const auto& [type, count] : report.types)
    if (told[type] < count) missing[type] = count - told[type];
  return missing;
}

void print(const char* title, const Counts& counts) {
  if (counts.empty()) return;
  std::printf("\n%s\n", title);
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [name, count] : sorted) std::printf("  %9zu  %s\n", count, name.c_str());
}

int print_report(Report& report) {
  auto& times = report.milliseconds;
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t percent) { return times.empty() ? 0.0 : times[std::min(times.size() - 1, times.size() * percent / 100)]; };
  std::printf("files %zu (%zu without a patient), patients %zu, resources %zu, crashes %zu\n", report.files, report.without_patient,
              report.patients, report.resources, report.crashes);
  std::printf("milliseconds for an answer: median %.2f, p99 %.2f, longest %.2f; the largest call %.1f MB\n", at(50), at(99), at(100),
              static_cast<double>(report.largest_bytes) / 1e6);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("largest resident memory %ld MiB\n", usage.ru_maxrss / 1024);
  const Counts missing = vanished(report);
  print("REFUSED CALLS", report.refused);
  print("decisions", report.decisions);
  print("data issues of the snapshots", report.issues);
  print("resources, by type and what became of them (one resource may have several outcomes)",
        Counts(report.outcomes.begin(), report.outcomes.end()));
  print("RESOURCES THAT VANISHED WITHOUT A WORD", missing);
  return report.crashes > 0 || !report.refused.empty() || !missing.empty() || report.patients == 0 ? 1 : 0;
}

// Every *.json below the folder, in a stable order.
std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

struct Arguments {
  std::filesystem::path folder;
  UnixSeconds now = 0;
};

std::optional<Arguments> read_arguments(int argc, char** argv) {
  if ((argc != 2 && argc != 4) || !std::filesystem::is_directory(argv[1])) return std::nullopt;
  if (argc == 2) return Arguments{argv[1], static_cast<UnixSeconds>(std::time(nullptr))};
  const auto instant = read_fhir_time(argv[3]);
  if (std::string_view(argv[2]) != "--as-of" || !instant || instant->earliest != instant->latest) return std::nullopt;
  return Arguments{argv[1], instant->earliest};
}

}  // namespace

int main(int argc, char** argv) try {
  const auto arguments = read_arguments(argc, argv);
  if (!arguments) {
    std::fputs("usage: cathgate-population DIR [--as-of 2026-11-24T08:15:00Z]\n"
               "Answers an order for coronary angiography for every FHIR Bundle (*.json) below DIR.\n", stderr);
    return 2;
  }
  const auto knowledge = ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
  for (const Error& error : knowledge.errors) std::fprintf(stderr, "%s: %s\n", error.where.c_str(), error.message.c_str());
  if (!knowledge.ok()) return 1;
  Report report;
  for (const auto& file : json_files(arguments->folder)) read_file(**knowledge.value, file, arguments->now, report);
  return print_report(report);
} catch (const std::exception& problem) {
  std::fprintf(stderr, "cathgate-population: %s\n", problem.what());
  return 1;
}
