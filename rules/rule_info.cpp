#include "rules/rule_info.h"

#include <array>

namespace cathgate::rules {
namespace {

constexpr std::array<std::string_view, 8> kTestNames = {"calcium_score", "ccta", "exercise_ecg", "stress_echo", "spect", "pet", "stress_cmr", "ffr_ct"};
constexpr std::array<std::string_view, 7> kEffectNames = {"define", "recommend", "forbid_defer", "avoid_test", "prevention", "harm", "note"};
constexpr std::array<std::string_view, 7> kActionNames = {"none", "emergency", "angiography", "functional_imaging", "ccta", "calcium_score", "defer"};

}  // namespace

std::span<const std::string_view> test_names() { return kTestNames; }
std::string_view effect_type_name(EffectType type) { return kEffectNames[static_cast<std::size_t>(type)]; }
std::string_view action_name(Action action) { return kActionNames[static_cast<std::size_t>(action)]; }

}  // namespace cathgate::rules
