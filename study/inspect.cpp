#include "study/inspect.h"

#include <cmath>

#include "study/fit_fusion.h"

namespace cathgate::study {
namespace {

constexpr double kShift = 1;          // standard deviations
constexpr double kBeyondChance = 3;   // z of a correlation with the outcome
constexpr double kHardlyKnown = 0.1;

// z of the correlation with the outcome (Fisher); 0 where there is too little to say.
double association(const Design& design, std::size_t input) {
  double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (std::size_t r = 0; r < design.size(); ++r) {
    if (!design.rows[r][input].known) continue;
    const double x = design.rows[r][input].value, y = design.y[r];
    n += 1, sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
  }
  const double vx = sxx - sx * sx / n, vy = syy - sy * sy / n;
  if (n < 20 || vx <= 1e-9 || vy <= 1e-9) return 0;
  return std::atanh((sxy - sx * sy / n) / std::sqrt(vx * vy)) * std::sqrt(n - 3);
}

void compare(const Design& design, const models::InputGraph& graph, std::size_t input, double mean, double deviation, std::vector<InputFinding>& out) {
  const auto own = moments_of({&design}, input);
  const auto& name = graph[input].name;
  const double share = static_cast<double>(own.known) / static_cast<double>(std::max<std::size_t>(design.size(), 1));
  if (share < kHardlyKnown) {
    out.push_back({design.name, name, InputFinding::Kind::absent, share});
    return;
  }
  if (const double shift = (own.mean - mean) / deviation; std::abs(shift) > kShift) out.push_back({design.name, name, InputFinding::Kind::shifted, shift});
  if (const double z = association(design, input); graph[input].sign.value_or(0) * z < -kBeyondChance) out.push_back({design.name, name, InputFinding::Kind::reversed, z});
}

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", value);
  return buffer;
}

}  // namespace

std::string describe(const InputFinding& f) {
  const std::string head = f.hospital + ": " + f.input;
  switch (f.kind) {
    case InputFinding::Kind::shifted: return head + " lies " + text(f.value) + " standard deviations from the training data";
    case InputFinding::Kind::reversed: return head + " goes with the outcome against its sign (z " + text(f.value) + "): is it coded the other way round?";
    case InputFinding::Kind::absent: return head + " is known in " + text(100 * f.value) + " % of the patients only";
  }
  return head;
}

std::vector<InputFinding> inspect_training(const std::vector<const Design*>& hospitals, const models::InputGraph& graph) {
  std::vector<InputFinding> out;
  for (const auto* hospital : hospitals) {
    std::vector<const Design*> others;
    for (const auto* other : hospitals)
      if (other != hospital) others.push_back(other);
    for (std::size_t i = 0; i < graph.size(); ++i) {
      if (!graph[i].sign) continue;
      const auto m = moments_of(others, i);
      if (m.known > 0) compare(*hospital, graph, i, m.mean, m.deviation, out);
    }
  }
  return out;
}

std::vector<InputFinding> inspect_cohort(const Design& design, const models::LearnedScore::Data& score) {
  std::vector<InputFinding> out;
  for (const auto& term : score.terms) compare(design, score.graph, term.input, term.fill, term.deviation, out);
  return out;
}

}  // namespace cathgate::study
