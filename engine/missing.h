// What is missing, in the words of the record: a derived fact that is not known is replaced by the inputs that it lacks.
#pragma once

#include <span>

#include "engine/deliberation.h"

namespace cathgate {

// The symptom score becomes the angina items and dyspnoea, the number of risk factors the risk factors that are not known.
std::vector<MissingFact> expand_missing(const Deliberation& d, const std::vector<MissingFact>& missing);

std::vector<MissingFact> unknown_among(const Deliberation& d, std::span<const FactId> facts);

// What the acute gate still needs: an ECG and a troponin of this episode, each unless it is there.
std::vector<MissingFact> missing_for_gate(const Deliberation& d);

// Puts `first` before what `list` holds, each fact once.
void put_first(std::vector<MissingFact>& list, const std::vector<MissingFact>& first);

}  // namespace cathgate
