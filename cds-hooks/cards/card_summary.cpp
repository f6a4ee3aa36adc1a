#include "cds-hooks/cards/card_summary.h"

#include <algorithm>

#include "cds-hooks/cards/card_sections.h"
#include "cds-hooks/cards/card_values.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kLimit = 140;
constexpr std::size_t kDrivers = 2;

struct Template {
  Phrase with_facts;
  Phrase bare;
};

Template template_of(ServiceKind service, const Assessment& a) {
  const bool pain = service == ServiceKind::chest_pain;
  switch (a.decision) {
    case Decision::emergency:
      return {Phrase::summary_emergency, Phrase::summary_emergency_bare};
    case Decision::angiography_recommended:
      return pain ? Template{Phrase::summary_pain_angiography, Phrase::summary_pain_angiography_bare}
                  : Template{Phrase::summary_angiography, Phrase::summary_angiography_bare};
    case Decision::test_first:
      if (!a.next_test)
        return pain ? Template{Phrase::summary_pain_other_test, Phrase::summary_pain_other_test_bare}
                    : Template{Phrase::summary_other_test_first, Phrase::summary_other_test_first_bare};
      return pain ? Template{Phrase::summary_pain_test, Phrase::summary_pain_test_bare}
                  : Template{Phrase::summary_test_first, Phrase::summary_test_first_bare};
    case Decision::defer:
      return pain ? Template{Phrase::summary_pain_defer, Phrase::summary_pain_defer_bare}
                  : Template{Phrase::summary_defer, Phrase::summary_defer_bare};
    case Decision::insufficient_data:
    case Decision::not_applicable:
      break;
  }
  return pain ? Template{Phrase::summary_pain_insufficient, Phrase::summary_pain_insufficient_bare}
              : Template{Phrase::summary_insufficient, Phrase::summary_insufficient_bare};
}

}  // namespace

std::string write_summary(const CardContext& context, const Assessment& assessment) {
  const FactWriter facts(context.facts, context.phrases);
  const auto text = template_of(context.service, assessment);
  const auto test =
      assessment.next_test ? context.phrases.find("test.", test_name(assessment.next_test->test)) : std::string_view();
  const bool by_missing = assessment.decision == Decision::insufficient_data;
  if (by_missing)
    if (const auto own = context.phrases.find("summary.", assessment.decision_reason); !own.empty()) return std::string(own);
  const std::size_t known = by_missing ? assessment.missing.size() : assessment.drivers.size();
  for (std::size_t count = std::min(known, kDrivers); count > 0; --count) {
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) names += context.phrases[Phrase::list_separator];
      if (by_missing)
        names += facts.label(assessment.missing[i].fact);
      else
        facts.append_short(names, assessment.drivers[i].fact, assessment.drivers[i].value);
    }
    auto summary = filled(context.phrases[text.with_facts], {{"test", test}, {"drivers", names}, {"missing", names}});
    capitalise(summary);
    if (code_points(summary) < kLimit) return summary;
  }
  auto summary = filled(context.phrases[text.bare], {{"test", test}});
  capitalise(summary);
  return summary;
}

}  // namespace cathgate::cds_hooks
