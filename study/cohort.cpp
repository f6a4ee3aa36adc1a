#include "study/cohort.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/digest.h"
#include "study/cohort_csv.h"
#include "study/cohort_fhir.h"

namespace cathgate::study {
namespace {

std::optional<std::string> read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> files_of(const std::string& folder, std::initializer_list<std::string_view> extensions) {
  std::vector<std::string> paths;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const auto extension = entry.path().extension().string();
    if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end() && !entry.path().filename().string().ends_with(".mapping.json")) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The mapping that was asked for, the one beside the file, or the shipped one that knows the columns.
Loaded<CohortMapping> find_mapping(const std::string& path, const CsvTable& table, const Knowledge& knowledge, const std::string& root, const CohortOptions& options) {
  if (!options.mapping.empty()) return CohortMapping::load(options.mapping, knowledge.facts);
  const auto beside = std::filesystem::path(path).replace_extension(".mapping.json").string();
  if (std::filesystem::exists(beside)) return CohortMapping::load(beside, knowledge.facts);
  for (const auto& shipped : files_of(root + "/study/mappings", {".json"})) {
    auto mapping = CohortMapping::load(shipped, knowledge.facts);
    if (!mapping.ok()) return mapping;
    const auto& columns = mapping.value->recognised_by;
    if (!columns.empty() && std::all_of(columns.begin(), columns.end(), [&](const auto& c) { return table.column(c).has_value(); })) return mapping;
  }
  return {std::nullopt, {{ErrorCode::not_found, path, "no mapping knows these columns; name one with --mapping"}}};
}

void read_csv_cohort(const std::string& path, const std::string& bytes, const Knowledge& knowledge, const std::string& root, const CohortOptions& options, Cohort& cohort, std::vector<Error>& errors) {
  const auto table = read_csv(bytes, path);
  if (!table) return errors.push_back(table.error());
  auto mapping = find_mapping(path, *table, knowledge, root, options);
  if (!mapping.ok()) {
    errors.insert(errors.end(), mapping.errors.begin(), mapping.errors.end());
    return;
  }
  cohort.reference_standard = mapping.value->reference_standard;
  read_patients(*table, *mapping.value, knowledge, path, options, cohort, errors);
}

}  // namespace

std::string_view note_name(CohortNote::Kind kind) {
  constexpr std::array<std::string_view, 6> names = {"contradiction", "missing column", "unmapped column", "code counted as missing", "implausible value counted as missing", "patient skipped"};
  return names[static_cast<std::size_t>(kind)];
}

std::size_t Cohort::obstructed() const {
  return static_cast<std::size_t>(std::count_if(patients.begin(), patients.end(), [](const CohortPatient& p) { return p.obstructed; }));
}

Loaded<Cohort> load_cohort(const std::string& path, const Knowledge& knowledge, const std::string& knowledge_root, const CohortOptions& options) {
  const auto bytes = read_bytes(path);
  if (!bytes) return {std::nullopt, {{ErrorCode::not_found, path, "the file cannot be read"}}};
  Cohort cohort;
  cohort.name = std::filesystem::path(path).stem().string();
  cohort.digest = to_hex(sha256(*bytes));
  std::vector<Error> errors;
  if (path.ends_with(".csv")) read_csv_cohort(path, *bytes, knowledge, knowledge_root, options, cohort, errors);
  else if (path.ends_with(".ndjson") || path.ends_with(".json")) read_bundles(*bytes, path.ends_with(".ndjson"), knowledge, knowledge_root, path, cohort, errors);
  else errors.push_back({ErrorCode::invalid_input, path, "a cohort is a .csv, .ndjson or .json file"});
  if (errors.empty() && cohort.patients.empty()) errors.push_back({ErrorCode::missing_data, path, "no patient with a known angiogram"});
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(cohort), {}};
}

Loaded<std::vector<Cohort>> load_cohorts(const std::string& folder, const Knowledge& knowledge, const std::string& knowledge_root, const CohortOptions& options) {
  std::vector<Cohort> cohorts;
  std::vector<Error> errors;
  for (const auto& path : files_of(folder, {".csv", ".ndjson", ".json"})) {
    auto cohort = load_cohort(path, knowledge, knowledge_root, options);
    if (cohort.ok()) cohorts.push_back(std::move(*cohort.value));
    else errors.insert(errors.end(), cohort.errors.begin(), cohort.errors.end());
  }
  if (errors.empty() && cohorts.empty()) errors.push_back({ErrorCode::not_found, folder, "no cohort files in this folder"});
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(cohorts), {}};
}

}  // namespace cathgate::study
