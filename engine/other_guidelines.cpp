#include "engine/other_guidelines.h"

#include <algorithm>
#include <utility>

#include "engine/decide.h"

namespace cathgate {
namespace {

// The decision with what belongs to it, so that it can be put aside.
struct Verdict {
  Decision decision;
  Severity severity;
  std::string_view reason;
  std::optional<NextTest> next_test;
  std::vector<MissingFact> missing;
};

void swap_verdict(Assessment& r, Verdict& v) {
  std::swap(r.decision, v.decision);
  std::swap(r.severity, v.severity);
  std::swap(r.decision_reason, v.reason);
  std::swap(r.next_test, v.next_test);
  std::swap(r.missing, v.missing);
}

// No test by one guideline and a deferral by the other are the same advice.
bool is_same(const Assessment& r, const Verdict& v) {
  const auto rests = [](Decision decision) { return decision == Decision::defer || decision == Decision::insufficient_data; };
  if (rests(r.decision) && rests(v.decision)) return true;
  if (r.decision != v.decision) return false;
  return r.decision != Decision::test_first || (r.next_test && v.next_test && r.next_test->test == v.next_test->test);
}

// The guideline's own word for its advice: what decided, otherwise what it says about such a patient.
const Finding* reason_of(const Deliberation& d, const std::vector<const rules::RuleOutcome*>& deciding) {
  for (const auto* o : deciding)
    if (o->fired == Truth::yes) return &o->finding;
  for (const auto& o : d.outcomes)
    if (o.fired == Truth::yes && d.guideline->speaks_in(o.finding.id)) return &o.finding;
  return nullptr;
}

}  // namespace

// The tests of another guideline are taken in their order, without asking what each would change: what counts here is which
// kind of test it asks for.
void compare_guidelines(Deliberation& d) {
  const auto* followed = d.guideline;
  const auto asked_for = d.asked_for;
  d.supposed = true;
  for (const auto& other : d.knowledge.guidelines.all) {
    if (&other == followed) continue;
    Verdict verdict{Decision::insufficient_data, Severity::info, {}, std::nullopt, d.result.missing};
    swap_verdict(d.result, verdict);
    d.guideline = &other;
    const auto* why = reason_of(d, decide(d));
    swap_verdict(d.result, verdict);
    const bool same_kind = d.result.decision == Decision::test_first && verdict.decision == Decision::test_first && d.asked_for == asked_for;
    // A guideline that says nothing about such a patient does not disagree.
    if (why && !same_kind && !is_same(d.result, {verdict.decision, {}, {}, verdict.next_test, {}}))
      d.result.other_advice.push_back({other.id, &other.citation, verdict.decision, verdict.next_test ? d.asked_for : rules::Action::none, verdict.next_test ? std::optional(verdict.next_test->test) : std::nullopt, *why});
  }
  d.guideline = followed;
  d.asked_for = asked_for;
  d.supposed = false;
}

}  // namespace cathgate
