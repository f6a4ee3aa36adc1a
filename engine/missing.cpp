#include "engine/missing.h"

#include <algorithm>

namespace cathgate {
namespace {

void add(const Deliberation& d, FactId fact, std::vector<MissingFact>& out) {
  if (!d.view[fact].exact()) out.push_back({fact, d.view[fact].unknown});
}

// Items are named one by one only when some of them are known; otherwise the question as a whole is missing.
void add_symptoms(const Deliberation& d, std::vector<MissingFact>& out) {
  const auto& ids = d.knowledge.ids;
  const auto items = unknown_among(d, ids.angina_items);
  if (d.view[ids.chest_pain_points].exact()) return add(d, ids.dyspnoea, out);
  if (items.size() == ids.angina_items.size()) out.push_back({ids.chest_pain_points, d.view[ids.chest_pain_points].unknown});
  else out.insert(out.end(), items.begin(), items.end());
  add(d, ids.dyspnoea, out);
}

}  // namespace

std::vector<MissingFact> unknown_among(const Deliberation& d, std::span<const FactId> facts) {
  std::vector<MissingFact> out;
  for (const auto fact : facts) add(d, fact, out);
  return out;
}

std::vector<MissingFact> expand_missing(const Deliberation& d, const std::vector<MissingFact>& missing) {
  const auto& ids = d.knowledge.ids;
  std::vector<MissingFact> out;
  for (const auto& m : missing) {
    if (m.fact == ids.symptom_score || m.fact == ids.chest_pain_points) {
      add_symptoms(d, out);
    } else if (m.fact == ids.risk_factor_count) {
      const auto unknown = unknown_among(d, ids.risk_factors);
      out.insert(out.end(), unknown.begin(), unknown.end());
    } else {
      out.push_back(m);
    }
  }
  return out;
}

std::vector<MissingFact> missing_for_gate(const Deliberation& d) {
  const auto& ids = d.knowledge.ids;
  bool ecg = false, troponin = false;
  for (const auto& o : d.outcomes) {
    if (o.fired != Truth::unknown || !o.effect || o.effect->action != rules::Action::emergency) continue;
    for (const auto& m : o.finding.missing) (m.fact == ids.troponin_above ? troponin : ecg) = true;
  }
  std::vector<MissingFact> out;
  if (ecg) out.push_back({ids.ecg_recorded, d.view[ids.ecg_recorded].known() ? UnknownReason::too_old : UnknownReason::never_sent});
  if (troponin) out.push_back({d.is(ids.troponin_measured) ? ids.troponin_above : ids.troponin_measured, UnknownReason::never_sent});
  return out;
}

void put_first(std::vector<MissingFact>& list, const std::vector<MissingFact>& first) {
  std::vector<MissingFact> merged;
  for (const auto* part : {&first, static_cast<const std::vector<MissingFact>*>(&list)})
    for (const auto& m : *part)
      if (std::none_of(merged.begin(), merged.end(), [&](const MissingFact& x) { return x.fact == m.fact; })) merged.push_back(m);
  list = std::move(merged);
}

}  // namespace cathgate
