// What the micro-benchmarks share: the shipped knowledge, and the end of a program whose answer is wrong.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "cds-hooks/hooks/service.h"

namespace cathgate::bench {

// Ends the program: a wrong answer is not worth timing.
inline void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "benchmark: %s\n", what);
  std::exit(1);
}

inline const cds_hooks::ServiceKnowledge& knowledge() {
  static const auto kLoaded = [] {
    auto loaded = cds_hooks::ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
    require(loaded.ok(), "the knowledge does not load");
    return *loaded.value;
  }();
  return *kLoaded;
}

}  // namespace cathgate::bench
