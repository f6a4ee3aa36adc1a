#include "models/endotype_types.h"

namespace cathgate::models {
namespace {

constexpr std::array<std::string_view, kFlowIndices> kIndexNames = {"pet_mfr", "cmr_mpr", "cmr_mpri", "ttde_cfvr", "pet_stress_mbf", "cmr_stress_mbf", "cfr_doppler", "cfr_bolus", "cfr_continuous", "mrr", "imr", "hmr"};
constexpr std::array<std::string_view, kIschaemiaTests> kIschaemiaNames = {"exercise_ecg", "stress_echo", "visual_perfusion"};
constexpr std::array<std::string_view, kSpasmFindings> kFindingNames = {"ever_smoker", "myocardial_bridge", "soft_plaque", "rest_or_night_pain", "nitrate_response", "migraine"};
constexpr std::array<std::string_view, kSpasmStates> kSpasmNames = {"none", "microvascular", "epicardial"};
constexpr std::array<std::string_view, kEndotypes> kEndotypeNames = {"obstructive", "structural", "functional", "compensated", "microvascular_spasm", "dysfunction_with_microvascular_spasm", "epicardial_spasm", "mixed", "none"};

template <class T, std::size_t N>
std::optional<T> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<T>(i);
  return std::nullopt;
}

}  // namespace

std::string_view flow_index_name(FlowIndex index) { return kIndexNames[static_cast<std::size_t>(index)]; }
std::string_view ischaemia_test_name(IschaemiaTest test) { return kIschaemiaNames[static_cast<std::size_t>(test)]; }
std::string_view spasm_finding_name(SpasmFinding finding) { return kFindingNames[static_cast<std::size_t>(finding)]; }
std::string_view spasm_name(Spasm spasm) { return kSpasmNames[static_cast<std::size_t>(spasm)]; }
std::string_view endotype_name(Endotype endotype) { return kEndotypeNames[static_cast<std::size_t>(endotype)]; }
std::optional<FlowIndex> read_flow_index(std::string_view name) { return find<FlowIndex>(kIndexNames, name); }
std::optional<IschaemiaTest> read_ischaemia_test(std::string_view name) { return find<IschaemiaTest>(kIschaemiaNames, name); }
std::optional<SpasmFinding> read_spasm_finding(std::string_view name) { return find<SpasmFinding>(kFindingNames, name); }
std::optional<Spasm> read_spasm(std::string_view name) { return find<Spasm>(kSpasmNames, name); }
std::optional<Endotype> read_endotype(std::string_view name) { return find<Endotype>(kEndotypeNames, name); }

}  // namespace cathgate::models
