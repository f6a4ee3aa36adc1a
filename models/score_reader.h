// Reads one score of models/artifacts/ and tries its golden rows.
#pragma once

#include <functional>
#include <optional>

#include "models/json_reader.h"
#include "models/score.h"

namespace cathgate::models {

// The ids of the scores that this one reads; they must be read before it.
std::vector<std::string> read_score_dependencies(JsonValue root);

// `find` returns an already read score, or null.
Score read_score(const Node& root, const std::function<const Score*(std::string_view)>& find);

// Reports every golden row that the score does not reproduce; returns how many rows there are.
std::size_t try_golden_rows(const Node& root, const Score& score);

}  // namespace cathgate::models
