// The simulation behind the model card: what it promises at any seed, and the published accuracy table.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>

#include "endotype_fixture.h"
#include "models/endotype_simulation.h"
#include "../../support/shared_files.h"

namespace cathgate::models {
namespace {

// Order of the pathways: what the model card promises of them, at any seed.
TEST(EndotypeSimulation, MoreIsMore) {
  const auto rows = simulate_endotypes(endotype_model(), {4'000, 10, 11});
  const auto row = [&](std::string_view name) {
    for (const auto& r : rows)
      if (r.findings == name) return r;
    return SimulationRow{};
  };
  ASSERT_EQ(rows.size(), 12U);
  EXPECT_GT(row("low resource: ex ECG + TTDE").auc_reserve, row("clinical only").auc_reserve + 0.15);
  EXPECT_LT(row("CTA + PET MFR").auc_structural, 0.65);
  EXPECT_GT(row("invasive bolus + ACh").auc_epicardial, 0.85);
  EXPECT_LT(row("CTA + PET MFR").auc_epicardial, 0.75);
  EXPECT_GT(row("invasive Doppler CFR + HMR + ACh").auc_reserve_doppler, 0.99);
}


constexpr std::size_t kColumns = 12;
using Measures = std::array<double, kColumns>;

double number_in(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? std::nan("") : value;
}

// endotypes.md, section 7: two columns hold two numbers each ("0.60 / 0.58" and "0.02, 0.78").
std::map<std::string, Measures> read_published(const std::string& path) {
  std::map<std::string, Measures> table;
  std::ifstream in(path);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| findings | top-1")) inside = true;
    if (inside && !line.starts_with("|")) break;
    if (!inside) continue;
    std::vector<std::string> cells(1);
    for (const char c : line.substr(2)) {
      if (c == '|' || c == '/' || c == ',') cells.emplace_back();
      else cells.back() += c;
    }
    const auto name = cells.front().substr(0, cells.front().find_last_not_of(' ') + 1);
    if (cells.size() < kColumns + 1 || std::isnan(number_in(cells[1]))) continue;
    Measures row;
    for (std::size_t i = 0; i < kColumns; ++i) row[i] = number_in(cells[i + 1]);
    table.emplace(name, row);
  }
  return table;
}

// Both are single draws of the same experiment, so that they differ by their Monte Carlo errors together: 2.5 standard
// deviations of a difference, and half a unit of the last decimal that is printed.
TEST(EndotypeSimulation, ReproducesThePublishedTable) {
  const auto path = shared_file("reference/endotypes.md", CATHGATE_SOURCE_DIR);
  if (!path) GTEST_SKIP() << "the page is not beside the repository";
  const auto published = read_published(*path);
  ASSERT_EQ(published.size(), 12U);
  double largest = 0;
  for (const auto& row : repeat_simulation(endotype_model(), {4'000, 20, 1}, 20)) {
    const auto& expected = published.at(row.findings);
    for (std::size_t i = 0; i < kColumns; ++i) {
      if (std::isnan(expected[i]) || std::isnan(row.mean[i])) continue;
      const double rounding = i == 8 ? 0.0005 : 0.005;
      EXPECT_NEAR(row.mean[i], expected[i], rounding + 2.5 * std::sqrt(2) * row.sd[i]) << row.findings << ", column " << i;
      if (row.sd[i] > 0) largest = std::max(largest, (std::abs(row.mean[i] - expected[i]) - rounding) / row.sd[i]);
    }
  }
  RecordProperty("largest_deviation_in_sd", std::to_string(largest));
}

}  // namespace
}  // namespace cathgate::models
