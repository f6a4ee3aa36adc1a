#include "cds-hooks/commands/cli_endotype.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <vector>

#include "cds-hooks/commands/cli_io.h"
#include "core/json.h"
#include "engine/knowledge.h"
#include "models/endotype_calibration.h"
#include "models/endotype_simulation.h"

namespace cathgate::cds_hooks {
namespace {

using models::SiteReading;

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t at = 0;;) {
    const auto comma = std::min(line.find(',', at), line.size());
    auto cell = line.substr(at, comma - at);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '"')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '"' || cell.back() == '\r')) cell.remove_suffix(1);
    cells.push_back(cell);
    if (comma == line.size()) return cells;
    at = comma + 1;
  }
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// One line of the table; the place of a problem is the line and the column's name, never a value.
class Table {
 public:
  Result<std::vector<SiteReading>> read(std::string_view text) {
    std::vector<SiteReading> rows;
    for (std::size_t line_number = 1; !text.empty(); ++line_number) {
      const auto end = std::min(text.find('\n'), text.size());
      const auto line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.find_first_not_of(" \r,") == std::string_view::npos) continue;
      if (columns_.empty()) {
        for (const auto name : split(line)) columns_.emplace_back(name);
        continue;
      }
      SiteReading row;
      if (auto problem = read_row(split(line), line_number, row)) return *problem;
      rows.push_back(row);
    }
    return rows;
  }

 private:
  static Error wrong(std::size_t line, const std::string& column, std::string message) { return {ErrorCode::invalid_input, "line " + std::to_string(line) + ", " + column, std::move(message)}; }

  std::optional<Error> read_row(const std::vector<std::string_view>& cells, std::size_t line, SiteReading& row) {
    if (cells.size() != columns_.size()) return wrong(line, "all", "The line has another number of cells than the head.");
    bool sex = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty()) continue;
      const auto& name = columns_[i];
      if (name == "sex") {
        if (cells[i] != "F" && cells[i] != "M") return wrong(line, name, "Sex is F or M.");
        row.female = cells[i] == "F";
        sex = true;
        continue;
      }
      const auto value = number(cells[i]);
      if (!value) return wrong(line, name, "A number is needed here.");
      if (auto problem = keep(name, *value, line, row)) return problem;
    }
    return sex ? std::nullopt : std::optional(wrong(line, "sex", "Sex is needed."));
  }

  static std::optional<Error> keep(const std::string& name, double value, std::size_t line, SiteReading& row) {
    if (name == "age") row.age_years = value;
    else if (name == "hypertension") row.hypertension = value != 0;
    else if (name == "smoker") row.smoker = value != 0;
    else if (name == "diabetes") row.diabetes = value != 0;
    else if (name == "secondary") row.secondary_cause = value != 0;
    else if (const auto index = models::read_flow_index(name); index && value > 0) row.values[static_cast<std::size_t>(*index)] = value;
    else return wrong(line, name, index_problem(name));
    return std::nullopt;
  }
  static std::string index_problem(const std::string& name) { return models::read_flow_index(name) ? "A reading is positive." : "There is no such column."; }

  std::vector<std::string> columns_;
};

constexpr std::size_t kCalibrationError = 8;  // the column with three decimals

std::string cell_text(double value, std::size_t column) {
  std::array<char, 32> text{};
  if (!std::isnan(value)) std::snprintf(text.data(), text.size(), column == kCalibrationError ? "%.3f" : "%.2f", value);
  return std::isnan(value) ? "-" : text.data();
}

void print_head() {
  std::printf("| findings | top-1 of 9 | A of 4 | S of 3 | AUC CFR<2.5 true | vs Doppler | AUC IMR>=25 | AUC structural vs functional | AUC epicardial | ECE | slope | sure: share | accuracy |\n");
  std::printf("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
}

void print_once(const models::EndotypeModel& model, const models::SimulationSettings& settings) {
  for (const auto& row : models::simulate_endotypes(model, settings)) {
    std::printf("| %s |", row.findings.c_str());
    const auto measures = row.measures();
    for (std::size_t i = 0; i < measures.size(); ++i) std::printf(" %s |", cell_text(measures[i], i).c_str());
    std::printf("\n");
  }
}

void print_repeated(const models::EndotypeModel& model, const models::SimulationSettings& settings, std::size_t runs) {
  for (const auto& row : models::repeat_simulation(model, settings, runs)) {
    std::printf("| %s |", row.findings.c_str());
    for (std::size_t i = 0; i < row.mean.size(); ++i)
      std::isnan(row.mean[i]) ? std::printf(" - |") : std::printf(" %s (%s) |", cell_text(row.mean[i], i).c_str(), cell_text(row.sd[i], i).c_str());
    std::printf("\n");
  }
}

}  // namespace

int simulate_endotype(const std::string& root, const SimulateOptions& options) {
  const auto knowledge = Knowledge::load(root);
  if (!knowledge.ok()) return print_problems(knowledge.errors);
  const auto& model = (*knowledge.value)->endotype;
  const models::SimulationSettings settings{options.patients, options.worlds, options.seed};
  std::printf("%zu patients in %zu worlds, seed %llu", options.patients, options.worlds, static_cast<unsigned long long>(options.seed));
  if (options.runs > 1) std::printf(" and following, mean (standard deviation) of %zu runs", options.runs);
  std::printf(", %s %s\n\n", model.data().id.c_str(), model.data().version.c_str());
  print_head();
  if (options.runs > 1) print_repeated(model, settings, options.runs);
  else print_once(model, settings);
  return 0;
}

int recalibrate_endotypes(const std::string& root, const EndotypeCalibrationOptions& options) {
  const auto knowledge = Knowledge::load(root);
  if (!knowledge.ok()) return print_problems(knowledge.errors);
  const auto text = read_input(options.readings);
  if (!text) return print_problem(text.error());
  const auto rows = Table().read(*text);
  if (!rows) return print_problem(rows.error());
  const auto& model = (*knowledge.value)->endotype;
  const auto fit = models::fit_endotype_calibration(model, *rows);
  if (fit.patients < options.fewest)
    return print_problem({ErrorCode::missing_data, options.readings, "Only " + std::to_string(fit.patients) + " patients have a reading of flow reserve; " + std::to_string(options.fewest) + " are needed."});
  const std::string calibration = models::write_endotype_calibration(fit, model) + "\n";
  if (options.output.empty()) return print(calibration), 0;
  std::ofstream out(options.output, std::ios::binary);
  if (!(out << calibration) || !out.flush()) return print_problem({ErrorCode::unavailable, options.output, "The calibration cannot be written."});
  std::fprintf(stderr, "%zu patients; set tenant.endotype.calibration to %s\n", fit.patients, options.output.c_str());
  return 0;
}

}  // namespace cathgate::cds_hooks
