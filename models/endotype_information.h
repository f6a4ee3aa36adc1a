// How much a further test would tell: the expected drop of the entropy of the endotypes, in bits, by the central numbers.
// Costs, availability and what may be asked of a patient are not its business.
#pragma once

#include "models/endotype_model.h"

namespace cathgate::models {

enum class EndotypeTest : std::uint8_t { exercise_ecg, ttde, stress_echo, ccta, stress_cmr, pet, invasive_function };
inline constexpr std::size_t kEndotypeTests = 7;
std::string_view endotype_test_name(EndotypeTest test);  // "exercise_ecg"
std::optional<EndotypeTest> read_endotype_test(std::string_view name);

// Sensitivity and specificity of CCTA for obstruction, from the published likelihood ratios.
struct Accuracy {
  double sensitivity = 0;
  double specificity = 0;
};

// Of the label vector, in bits.
double entropy_of(const EndotypePoint& point);

// For invasive function testing the pressure wire settles obstruction; the gain is counted as for open arteries.
// Whether an answer of the test could move a statement about reserve or obstruction across one of its bounds. Invasive
// function testing always can.
bool can_change_statement(const EndotypeModel& model, const EndotypeInputs& inputs, const EndotypeQuestion& question, EndotypeTest test, const Accuracy& ccta);

double expected_information(const EndotypeModel& model, const EndotypeInputs& inputs, const EndotypeQuestion& question, EndotypeTest test, const Accuracy& ccta);

}  // namespace cathgate::models
