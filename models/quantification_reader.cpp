#include <algorithm>
#include <array>

#include "models/quantification.h"

namespace cathgate::models {
namespace {

class Reader {
 public:
  explicit Reader(const Node& root) : root_(root) {}

  QuantificationData read() {
    root_.allow({"id", "version", "title", "evidence_status", "approved_by", "citations", "lv_mass", "least_segments", "perfusion", "same_study_hours", "coronary", "fills", "comparisons", "comparisons_basis"});
    root_.text("version");
    root_.status("evidence_status");
    root_.text("comparisons_basis");
    for (const auto& citation : root_.at("citations").elements())
      if (citation.json()["text"].text().empty() || (citation.json()["doi"].text().empty() && citation.json()["url"].text().empty())) citation.problem("a citation needs a text and a doi or url");
    const auto mass = root_.at("lv_mass"), least = root_.at("least_segments"), perfusion = root_.at("perfusion");
    data_.lv_mass = {positive(mass, "scale"), positive(mass, "density"), positive(mass, "offset_g")};
    data_.least_wall_segments = static_cast<std::size_t>(positive(least, "wall_motion"));
    data_.least_strain_segments = static_cast<std::size_t>(positive(least, "strain"));
    data_.least_perfusion_segments = static_cast<std::size_t>(positive(least, "perfusion"));
    data_.greatest_perfusion_score = positive(perfusion, "greatest_score");
    data_.rest_within_days = positive(perfusion, "rest_within_days");
    data_.same_study_hours = positive(root_.at("same_study_hours"), "value");
    read_coronary(root_.at("coronary"));
    for (const auto& fill : root_.at("fills").elements()) data_.fills.push_back({fill.fact("fact"), fill.fact("from")});
    for (const auto& row : root_.at("comparisons").elements()) read_comparison(row);
    return std::move(data_);
  }

 private:
  static double positive(const Node& node, std::string_view key) {
    const double number = node.number(key);
    if (number <= 0) node.at(key).problem("a positive number is needed here");
    return number;
  }

  void read_comparison(const Node& row) {
    row.allow({"reported", "calculated", "tolerance", "relative"});
    const bool relative = !row.json()["relative"].is_missing();
    data_.comparisons.push_back({row.fact("reported"), row.fact("calculated"), row.number(relative ? "relative" : "tolerance"), relative});
  }

  void read_coronary(const Node& node) {
    node.allow({"segments", "note", "categories", "severe", "plaque_by_calcium", "plaque_by_segments"});
    constexpr std::array<std::string_view, kVessels> kNames = {"left_main", "lad", "lcx", "rca"};
    const auto& sites = root_.facts()[root_.facts().require("ccta.segment_stenosis")].sites;
    for (const auto& segment : node.at("segments").elements()) {
      const auto vessel = std::find(kNames.begin(), kNames.end(), segment.json()["vessel"].text());
      if (vessel == kNames.end()) segment.at("vessel").problem("left_main, lad, lcx or rca is needed here");
      else data_.coronary.segments.push_back({segment.text("site"), static_cast<Vessel>(vessel - kNames.begin()), segment.json()["required"].boolean().value_or(false)});
    }
    const auto same = [](const CoronarySegment& s, const std::string& site) { return s.site == site; };
    if (!std::equal(data_.coronary.segments.begin(), data_.coronary.segments.end(), sites.begin(), sites.end(), same)) node.at("segments").problem("not the sites of ccta.segment_stenosis in their order");
    const auto category = root_.facts().require("ccta.cad_rads"), plaque = root_.facts().require("ccta.plaque_burden");
    data_.coronary.categories = bands(node.at("categories"), "category", category);
    data_.coronary.plaque_by_calcium = bands(node.at("plaque_by_calcium"), "grade", plaque);
    data_.coronary.plaque_by_segments = bands(node.at("plaque_by_segments"), "grade", plaque);
    const auto severe = node.at("severe");
    data_.coronary.severe_category = severe.at("category").value_of(category);
    data_.coronary.left_main_from = positive(severe, "left_main_from");
    data_.coronary.three_vessels_from = positive(severe, "three_vessels_from");
  }

  static std::vector<Band> bands(const Node& list, std::string_view value, FactId fact) {
    std::vector<Band> bands;
    for (const auto& node : list.elements()) {
      const bool above = !node.json()["above"].is_missing();
      bands.push_back({node.number(above ? "above" : "from"), above, node.at(value).value_of(fact)});
      if (bands.size() > 1 && bands.back().edge < bands[bands.size() - 2].edge) node.problem("bands must ascend");
    }
    if (bands.empty()) list.problem("bands are needed here");
    return bands;
  }

  const Node& root_;
  QuantificationData data_;
};

}  // namespace

Loaded<QuantificationData> QuantificationData::load(const std::string& path, const FactCatalogue& facts) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  const Node root(file->root(), path + "#", facts, errors);
  auto data = Reader(root).read();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(data), {}};
}

}  // namespace cathgate::models
