// What was aimed at, and at which hospitals left out it was reached: counted from the protocol's results, never written by hand.
#pragma once

#include <string>
#include <vector>

#include "study/protocol.h"

namespace cathgate::study {

struct Goal {
  std::string id;                 // key in training.json
  std::string text;               // in words
  std::vector<std::string> met;   // hospitals
};

// Of the shipped candidate, the last one; "perfusion" of the shipped score with the published ratio. Empty without a protocol.
std::vector<Goal> goals_of(const ProtocolResult& result);

}  // namespace cathgate::study
