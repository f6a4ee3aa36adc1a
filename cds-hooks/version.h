// The version of the program, as cards and the ledger name it; a test holds it against CMakeLists.txt.
#pragma once

#include <string_view>

namespace cathgate::cds_hooks {

inline constexpr std::string_view kProgramVersion = "0.1.0";

}  // namespace cathgate::cds_hooks
