// The published test vectors of the endotype model: probabilities within 0.001, intervals within 0.05, verdicts. They lie
// outside the repository; the golden rows of model.json are the repository's own.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "core/json.h"
#include "endotype_fixture.h"
#include "../../support/shared_files.h"

namespace cathgate::models {
namespace {

constexpr double kTolerance = 0.001;
constexpr double kIntervalTolerance = 0.05;

const std::map<std::string_view, std::string_view> kReadings = {{"pet_mfr", "pet_mfr"}, {"ttde_cfvr", "ttde_cfvr"}, {"pet_stress_mbf", "pet_stress_mbf"}, {"inv_cfr_bolus", "cfr_bolus"},
                                                                {"inv_cfr_doppler", "cfr_doppler"}, {"inv_cfr_cont", "cfr_continuous"}, {"inv_imr", "imr"}};
const std::map<std::string_view, std::string_view> kFindings = {{"smoking_ever", "ever_smoker"}, {"myocardial_bridge", "myocardial_bridge"}, {"noncalc_plaque", "soft_plaque"}, {"migraine", "migraine"}};
const std::map<std::string_view, std::string_view> kLabels = {{"obstructive", "obstructive"}, {"structural", "structural"}, {"functional", "functional"}, {"compensated", "compensated"}, {"micro_spasm", "microvascular_spasm"},
                                                              {"cmd_micro", "dysfunction_with_microvascular_spasm"}, {"epi_spasm", "epicardial_spasm"}, {"mixed", "mixed"}, {"non_cardiac", "none"}};

void read_input(std::string_view name, JsonValue value, EndotypeInputs& in) {
  if (const auto r = kReadings.find(name); r != kReadings.end()) in.readings[static_cast<std::size_t>(*read_flow_index(r->second))] = value.number();
  else if (const auto f = kFindings.find(name); f != kFindings.end()) in.findings[static_cast<std::size_t>(*read_spasm_finding(f->second))] = value.boolean();
  else if (name == "sex") in.female = value.text() == "F";
  else if (name == "age") in.age_years = value.number();
  else if (name == "p_obs") in.obstruction = value.number().value();
  else if (name == "ffr") in.ffr = value.number();
  else if (name == "hypertension") in.hypertension = *value.boolean();
  else if (name == "smoker") in.smoker = *value.boolean();
  else if (name == "secondary") in.secondary_cause = *value.boolean();
  else if (name == "setting") in.cta_setting = value.text() == "cta";
  else if (name == "ex_ecg") in.ischaemia[0] = value.boolean();
  else if (name == "ach") in.acetylcholine = value.text() == "none" ? Spasm::none : value.text() == "epi" ? Spasm::epicardial : Spasm::microvascular;
  else if (name == "obs_includes") in.reading_in_obstruction[static_cast<std::size_t>(*read_flow_index(value[std::size_t{0}].text()))] = true;
  else FAIL() << "unknown input " << name;
}

std::string verdict_text(const EndotypeVerdict& v) {
  static const std::map<Endotype, std::string> kNames = {{Endotype::structural, "structural"}, {Endotype::functional, "functional"}, {Endotype::compensated, "compensated"}, {Endotype::microvascular_spasm, "micro_spasm"},
                                                         {Endotype::dysfunction_with_microvascular_spasm, "cmd_micro"}, {Endotype::epicardial_spasm, "epi_spasm"}, {Endotype::mixed, "mixed"}, {Endotype::none, "non_cardiac"}};
  if (v.resolve_obstruction) return "resolve obstruction first";
  std::string text = v.prior_only ? "prior only" : v.endotype ? kNames.at(*v.endotype) : "indeterminate";
  if (!v.endotype && v.reserve_reduced) text += "; reserve probably reduced";
  if (!v.endotype && v.reserve_preserved) text += "; reserve probably preserved";
  if (!v.endotype && v.spasm_unlikely) text += "; spasm unlikely";
  return v.if_obstruction_excluded ? text + " (if obstruction excluded)" : text;
}

// The column "CFR<c (90 %)" of the table of vectors: "0.500 (0.32-0.67)" by the number of the case.
std::map<int, Percentiles> read_intervals(const std::string& path) {
  std::map<int, Percentiles> found;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    int number = 0;
    double low = 0, high = 0;
    const auto open = line.rfind('(', line.rfind("| ", line.rfind("| ", line.rfind("| ", line.rfind(" |") - 1) - 1) - 1));
    if (std::sscanf(line.c_str(), "| %d ", &number) == 1 && open != std::string::npos && std::sscanf(line.c_str() + open, "(%lf-%lf)", &low, &high) == 2) found.emplace(number, Percentiles{low, high});
  }
  return found;
}

class EndotypeVectors : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = shared_file("reference/endotypes-vectors.json", CATHGATE_SOURCE_DIR);
    if (!path) GTEST_SKIP() << "the vectors are not beside the repository";
    document_.emplace(std::move(load_json_file(*path)).value());
  }
  template <class Check>
  void each(Check check) const {
    for (const auto vector : document_->root().elements()) {
      SCOPED_TRACE(std::string(vector["name"].text()));
      EndotypeInputs inputs;
      for (const auto member : vector["inputs"].members()) read_input(member.key, member.value(), inputs);
      check(vector, inputs, EndotypeQuestion{vector["override"]["c_cfr"].number().value_or(2.5), vector["mode"].text() == "research", true});
    }
  }
  std::optional<JsonDocument> document_;
};

TEST_F(EndotypeVectors, Probabilities) {
  double largest = 0;
  const auto near = [&](JsonValue expected, double found) {
    largest = std::max(largest, std::abs(*expected.number() - found));
    EXPECT_NEAR(*expected.number(), found, kTolerance);
  };
  each([&](JsonValue vector, const EndotypeInputs& inputs, const EndotypeQuestion& question) {
    const auto point = endotype_model().point(inputs, question);
    for (const auto& [name, ours] : kLabels) near(vector["label"][name], point.endotype[static_cast<std::size_t>(*read_endotype(ours))]);
    near(vector["p_cfr_low"], point.reserve_reduced);
    near(vector["p_imr_high"], point.resistance_raised);
    near(vector["S"]["none"], point.spasm[0]);
    near(vector["S"]["micro"], point.spasm[1]);
    near(vector["S"]["epi"], point.spasm[2]);
  });
  RecordProperty("largest_deviation", std::to_string(largest));
  std::printf("largest deviation %.6f\n", largest);
  EXPECT_EQ(document_->root().size(), 24U);
}

TEST_F(EndotypeVectors, Verdicts) {
  each([&](JsonValue vector, const EndotypeInputs& inputs, const EndotypeQuestion& question) {
    EXPECT_EQ(verdict_text(endotype_model().verdict(endotype_model().posterior(inputs, question))), vector["verdict"].text());
  });
}

TEST_F(EndotypeVectors, Intervals) {
  const auto intervals = read_intervals(*shared_file("reference/endotypes.md", CATHGATE_SOURCE_DIR));
  ASSERT_EQ(intervals.size(), 24U);
  int number = 0;
  double largest = 0;
  each([&](JsonValue, const EndotypeInputs& inputs, const EndotypeQuestion& question) {
    const auto published = intervals.at(++number);
    const auto ours = endotype_model().posterior(inputs, question).reserve_reduced;
    EXPECT_NEAR(ours.low, published.low, kIntervalTolerance);
    EXPECT_NEAR(ours.high, published.high, kIntervalTolerance);
    largest = std::max({largest, std::abs(ours.low - published.low), std::abs(ours.high - published.high)});
  });
  RecordProperty("largest_deviation", std::to_string(largest));
  std::printf("largest deviation %.4f\n", largest);
}

}  // namespace
}  // namespace cathgate::models
