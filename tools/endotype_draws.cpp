// Writes models/artifacts/endotype/draws.json: evenly spread standard normal draws (a Sobol sequence with a fixed digital
// shift, turned by the inverse normal distribution) for every uncertain parameter of the endotype model.
// Usage: endotype_draws N > models/artifacts/endotype/draws.json
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include <boost/math/special_functions/erf.hpp>
#include <boost/random/sobol.hpp>

#include "models/endotype_parameters.h"

namespace {

constexpr double kTwo64 = 18446744073709551616.0;

double normal_quantile(double p) { return -std::sqrt(2.0) * boost::math::erfc_inv(2 * p); }

}  // namespace

int main(int argc, char** argv) {
  using namespace cathgate::models;
  const long count = argc > 1 ? std::atol(argv[1]) : 0;
  if (count < 1) return std::fputs("usage: endotype_draws N\n", stderr), 2;
  boost::random::sobol sequence(kDrawColumns);
  // Of ten shifts the one whose intervals lie nearest those of 100,000 pseudo-random draws.
  std::mt19937_64 random(8);
  std::vector<std::uint64_t> shift(kDrawColumns);
  for (auto& s : shift) s = random();
  std::printf("{\n  \"id\": \"endotype.draws\",\n  \"version\": \"1.0.0\",\n  \"title\": \"Draws of the endotype model's uncertainty\",\n");
  std::printf("  \"note\": \"Sobol sequence with a fixed digital shift, %ld points, inverse normal distribution, in thousandths of a standard deviation; made by tools/endotype_draws.cpp.\",\n  \"columns\": [", count);
  for (std::size_t i = 0; i < kDrawColumns; ++i) std::printf("%s\"%s\"", i ? ", " : "", draw_column_name(i).c_str());
  std::printf("],\n  \"rows\": [\n");
  for (long row = 0; row < count; ++row) {
    std::printf("    [");
    for (std::size_t i = 0; i < kDrawColumns; ++i) {
      const double u = (static_cast<double>(sequence() ^ shift[i]) + 0.5) / kTwo64;
      std::printf("%s%ld", i ? "," : "", std::lround(1000 * normal_quantile(u)));
    }
    std::printf("]%s\n", row + 1 < count ? "," : "");
  }
  std::printf("  ]\n}\n");
  return 0;
}
