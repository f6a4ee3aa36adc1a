#include <array>

#include "engine/assessment.h"

namespace cathgate {
namespace {

constexpr std::array<std::string_view, 6> kDecisions = {"emergency", "angiography_recommended", "test_first", "insufficient_data", "defer", "not_applicable"};
constexpr std::array<std::string_view, 5> kScopes = {"chest_pain", "known_coronary_disease", "non_coronary_indication", "under_age", "deceased"};
constexpr std::array<std::string_view, kTests> kTestNames = {"calcium_score", "ccta", "exercise_ecg", "stress_echo", "spect", "pet", "stress_cmr", "ffr_ct"};

}  // namespace

std::string_view decision_name(Decision decision) { return kDecisions[static_cast<std::size_t>(decision)]; }
std::string_view scope_name(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }
std::string_view test_name(Test test) { return kTestNames[static_cast<std::size_t>(test)]; }
std::optional<Test> read_test(std::string_view name) {
  for (std::size_t i = 0; i < kTests; ++i)
    if (kTestNames[i] == name) return static_cast<Test>(i);
  return std::nullopt;
}

}  // namespace cathgate
