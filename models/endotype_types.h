// The vocabulary of the endotype model: what it reads, which states it tells apart, what it answers. Two axes are kept
// apart: how well the small vessels dilate (flow reserve and resistance), and whether the arteries cramp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cathgate::models {

// Continuous readings. Each is a noisy look at the true flow reserve or the true microvascular resistance.
enum class FlowIndex : std::uint8_t { pet_mfr, cmr_mpr, cmr_mpri, ttde_cfvr, pet_stress_mbf, cmr_stress_mbf, cfr_doppler, cfr_bolus, cfr_continuous, mrr, imr, hmr };
inline constexpr std::size_t kFlowIndices = 12;

// Tests that show ischaemia or not; only the most informative one of a patient counts.
enum class IschaemiaTest : std::uint8_t { exercise_ecg, stress_echo, visual_perfusion };
inline constexpr std::size_t kIschaemiaTests = 3;

// Findings that shift the spasm axis a little.
enum class SpasmFinding : std::uint8_t { ever_smoker, myocardial_bridge, soft_plaque, rest_or_night_pain, nitrate_response, migraine };
inline constexpr std::size_t kSpasmFindings = 6;

enum class Spasm : std::uint8_t { none, microvascular, epicardial };
inline constexpr std::size_t kSpasmStates = 3;

// The dilator axis: flow reserve below its cut-off or not, resistance from its cut-off on or not.
enum class Dilator : std::uint8_t { normal, functional, structural, compensated };
inline constexpr std::size_t kDilatorStates = 4;

// The cells of both axes, and obstruction.
enum class Endotype : std::uint8_t { obstructive, structural, functional, compensated, microvascular_spasm, dysfunction_with_microvascular_spasm, epicardial_spasm, mixed, none };
inline constexpr std::size_t kEndotypes = 9;

std::string_view flow_index_name(FlowIndex index);          // "pet_mfr"
std::string_view ischaemia_test_name(IschaemiaTest test);   // "exercise_ecg"
std::string_view spasm_finding_name(SpasmFinding finding);  // "ever_smoker"
std::string_view spasm_name(Spasm spasm);                   // "none"
std::string_view endotype_name(Endotype endotype);          // "structural"
std::optional<FlowIndex> read_flow_index(std::string_view name);
std::optional<IschaemiaTest> read_ischaemia_test(std::string_view name);
std::optional<SpasmFinding> read_spasm_finding(std::string_view name);
std::optional<Spasm> read_spasm(std::string_view name);
std::optional<Endotype> read_endotype(std::string_view name);

// How far an input may act: strict inputs always, research inputs only for a tenant that asked for research mode, inputs
// that are off never.
enum class InputStatus : std::uint8_t { strict, research, off };

// What is known about one patient. An empty value is unknown and changes nothing.
struct EndotypeInputs {
  bool female = false;
  std::optional<double> age_years;
  bool hypertension = false, smoker = false, diabetes = false, fast_heart_rate = false;
  bool secondary_cause = false;  // a documented cause: HFpEF, hypertrophic cardiomyopathy, aortic stenosis, amyloid, hypertrophy
  bool cta_setting = false;      // research: not referred for invasive function testing
  double obstruction = 0;        // P(obstruction) before the tests below, a proportion
  std::optional<double> ffr;     // replaces `obstruction`
  std::array<std::optional<double>, kFlowIndices> readings;     // in the index's own unit, positive
  std::array<std::optional<bool>, kIschaemiaTests> ischaemia;   // true: positive
  std::array<std::optional<bool>, kSpasmFindings> findings;     // true: present
  std::optional<Spasm> acetylcholine;  // a complete test; an equivocal one is not passed
  // Tests that `obstruction` already holds: they act on the axes only.
  std::array<bool, kFlowIndices> reading_in_obstruction{};
  std::array<bool, kIschaemiaTests> ischaemia_in_obstruction{};
};

// What is asked of the model.
struct EndotypeQuestion {
  double cfr_cut = 2.5;          // of the rule set that defines reduced reserve
  bool research = false;         // research inputs act
  bool own_reference = true;     // the laboratory has a reference range of its own; otherwise its readings are noisier
};

// A probability with its 90 % interval over the uncertainty of the parameters.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
  double width() const { return high - low; }
};

// Probabilities. Those of the axes are given that there is no obstruction; the endotypes add up to one with it.
struct EndotypePoint {
  std::array<double, kEndotypes> endotype{};
  double reserve_reduced = 0;
  double resistance_raised = 0;
  std::array<double, kSpasmStates> spasm{};
};

struct EndotypePosterior {
  std::array<Estimate, kEndotypes> endotype;
  Estimate reserve_reduced, resistance_raised;
  std::array<Estimate, kSpasmStates> spasm;
  Estimate any_spasm;
  std::vector<FlowIndex> readings;         // that acted
  std::optional<IschaemiaTest> ischaemia;  // that acted
  bool research = false;                   // a research input acted
  bool dilator_tested = false;
  bool spasm_tested = false;
};

// What may be said of a posterior: how far it must abstain.
struct EndotypeVerdict {
  bool resolve_obstruction = false;       // P(obstruction) is too high for any endotype
  bool if_obstruction_excluded = false;   // the statement holds only then
  bool prior_only = false;                // neither axis was tested
  std::optional<Endotype> endotype;       // empty: indeterminate
  bool reserve_reduced = false, reserve_preserved = false, epicardial_spasm = false, spasm_unlikely = false;
};

}  // namespace cathgate::models
