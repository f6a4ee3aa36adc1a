#include "rules/rule_info.h"

#include <array>

namespace cathgate::rules {
namespace {

constexpr std::array<std::string_view, 8> kTestNames = {"calcium_score", "ccta", "exercise_ecg", "stress_echo", "spect", "pet", "stress_cmr", "ffr_ct"};
constexpr std::array<std::string_view, 14> kEffectNames = {"define", "recommend", "forbid_defer", "avoid_test", "prevention", "harm", "note", "label", "treat", "avoid_drug", "investigate", "evidence", "prompt", "interpret"};
constexpr std::array<std::string_view, 21> kLabelNames = {"obstructive", "epicardial_spasm", "microvascular_spasm", "spasm_inconclusive", "structural", "functional", "compensated", "mixed", "reserve_reduced", "resistance_raised",
                                                          "microvascular_angina", "vasospastic_angina", "both", "definitive", "suspected", "depends_on_method", "criteria_not_met", "not_in_table", "dilator_normal", "none", "not_tested"};
constexpr std::array<std::string_view, 4> kAxisNames = {"dilator", "spasm", "both", "neither"};
constexpr std::array<std::string_view, 10> kDrugNames = {"beta_blocker", "non_selective_beta_blocker", "calcium_channel_blocker", "nitrate", "nicorandil", "ranolazine", "trimetazidine", "ivabradine", "ace_inhibitor_or_arb", "statin"};
constexpr std::array<std::string_view, 4> kInvestigationNames = {"invasive_function", "flow_reserve", "ecg_in_attack", "ambulatory_st"};
constexpr std::array<std::string_view, 7> kActionNames = {"none", "emergency", "angiography", "functional_imaging", "ccta", "calcium_score", "defer"};

}  // namespace

std::span<const std::string_view> test_names() { return kTestNames; }
std::span<const std::string_view> label_names() { return kLabelNames; }
std::span<const std::string_view> axis_names() { return kAxisNames; }
std::span<const std::string_view> drug_names() { return kDrugNames; }
std::span<const std::string_view> investigation_names() { return kInvestigationNames; }
std::string_view effect_type_name(EffectType type) { return kEffectNames[static_cast<std::size_t>(type)]; }
std::string_view action_name(Action action) { return kActionNames[static_cast<std::size_t>(action)]; }

}  // namespace cathgate::rules
