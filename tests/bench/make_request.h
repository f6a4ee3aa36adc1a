// Hook calls of a wanted size for benchmarks and system tests: an order for coronary angiography with the prefetch that a
// client would send. The patients are invented. The longer the call, the more years of laboratory results it holds; the
// decision does not depend on its length.
#pragma once

#include <cstddef>
#include <string>

#include "core/time.h"

namespace cathgate::bench {

struct RequestShape {
  std::size_t bytes = 50 * 1024;  // reached, and passed by less than one laboratory result; never less than 7 KB or so
  std::string patient = "p1";     // an id; other ids make other cards
  std::string hook_instance = "8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77";
  UnixSeconds now = 0;            // the record ends shortly before
};

// order-sign for `cathgate-angiography`: a man of 61 with typical angina, hypertension and a statin whose CCTA shows
// CAD-RADS 1.
std::string make_request(const RequestShape& shape);

// What the card for it says: CAD-RADS 1 of diagnostic quality is answered with a deferral.
inline constexpr const char* kExpectedIndicator = "info";

}  // namespace cathgate::bench
