// The likelihood: one score (RF-CL, or CACS-CL when a calcium score counts), then at most one anatomical and one
// functional result by its published ratio. Ranges over missing inputs are carried through every step.
#pragma once

#include "engine/deliberation.h"

namespace cathgate {

// Sets likelihood.pretest and likelihood.percent in the view, runs the likelihood rules (which define the class), and
// fills result.likelihood; leaves it empty, with result.likelihood_silence, when no score can be computed.
void assess_likelihood(Deliberation& d);

// The class that the likelihood rules give to a percentage, as an index; not a number when they cannot say.
double class_of(const Deliberation& d, double percent);

// The proportion before the results of one kind were applied: what a new test of that kind would start from. `calcium`
// says whether a calcium score may be part of it.
std::optional<double> likelihood_without(const Deliberation& d, models::TestKind kind, bool calcium);

// CACS-CL as it would be with this calcium score; empty when its other inputs leave a range.
std::optional<double> likelihood_with_calcium(const Deliberation& d, double agatston);

}  // namespace cathgate
