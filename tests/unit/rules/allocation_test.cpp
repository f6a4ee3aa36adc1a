// A rule that is silent costs no memory: counted by a global operator new of this test program.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/unit/rules/fixture.h"

namespace {
std::atomic<std::size_t> allocations{0};
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size ? size : 1);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace cathgate::rules {
namespace {

TEST(Allocation, SilentRulesAllocateNothing) {
  const auto library = library_of(
      "{'id': 't.deep', 'version': '1.0.0', 'stage': 'decision', 'locator': 'p. 1', 'evidence_status': 'verified', 'severity': 'info',"
      "'when': {'at_least': 2, 'of': [{'fact': 'symptom.rest_pain', 'is': true}, {'not': {'fact': 'ecg.lbbb', 'is': false}},"
      "{'all': [{'fact': 'lv.ejection_fraction', 'up_to': 35, 'max_age_days': 90, 'age_basis': 'operational'}, {'fact': 'ccta.cad_rads', 'is': ['3', '5']}]}]},"
      "'effect': {'type': 'note'}, 'text': {'en': {'summary': 'Deep'}}, 'examples': ["
      "{'name': 'y', 'facts': {'symptom.rest_pain': true, 'ecg.lbbb': true}, 'expect': 'fires'}, {'name': 'n', 'facts': {'symptom.rest_pain': false, 'ecg.lbbb': false}, 'expect': 'silent'}]}");
  FactView view(test_facts(), kToday);
  view.set(fact("symptom.rest_pain"), measured(0));
  view.set(fact("ecg.lbbb"), measured(0));
  std::vector<RuleOutcome> outcomes;
  const auto before = allocations.load();
  library.evaluate(Stage::decision, view, outcomes);
  EXPECT_EQ(allocations.load(), before);
  EXPECT_TRUE(outcomes.empty());

  view.set(fact("symptom.rest_pain"), measured(1));
  view.set(fact("ecg.lbbb"), measured(1));
  library.evaluate(Stage::decision, view, outcomes);
  EXPECT_GT(allocations.load(), before);
  EXPECT_EQ(outcomes.size(), 1u);
}

}  // namespace
}  // namespace cathgate::rules
