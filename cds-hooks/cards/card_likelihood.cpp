// The likelihood and the next test: the numbers of a card, and how each was built.
#include <cmath>
#include <utility>

#include "cds-hooks/cards/card_sections.h"

namespace cathgate::cds_hooks {
namespace {

std::string percent(const DetailParts& parts, double proportion) {
  std::string out;
  parts.facts.append_percent(out, proportion * 100);
  return out;
}

// The name of a score or ratio in the language of the card.
std::string_view label_of(const DetailParts& parts, const LikelihoodStep& step) {
  const auto own = parts.context.phrases.find("score.", step.id);
  return own.empty() ? step.label : own;
}

void append_interval(DetailParts& parts, const Likelihood& likelihood) {
  parts.out += parts.phrase(Phrase::clause_separator);
  if (likelihood.interval) {
    const auto phrase = may_drive_advice(likelihood.interval->status) ? Phrase::likelihood_interval
                                                                      : Phrase::likelihood_interval_unconfirmed;
    fill(parts.out, parts.phrase(phrase),
         {{"low", percent(parts, likelihood.interval->low)}, {"high", percent(parts, likelihood.interval->high)}});
  } else {
    parts.out += parts.phrase(Phrase::likelihood_no_interval);
  }
}

void append_value(DetailParts& parts, const Likelihood& likelihood) {
  const auto low = percent(parts, likelihood.low), high = percent(parts, likelihood.high);
  const bool exact = likelihood.low == likelihood.high;
  parts.out += "**";
  if (!likelihood.point_given && !exact) {
    fill(parts.out, parts.phrase(Phrase::likelihood_range), {{"low", low}, {"high", high}});
    parts.out += "**";
  } else {
    const auto name = parts.context.phrases.find("class.", likelihood.class_name);
    const auto point = percent(parts, likelihood.point);
    if (name.empty())
      fill(parts.out, parts.phrase(Phrase::likelihood_point_unclassed), {{"percent", point}});
    else
      fill(parts.out, parts.phrase(Phrase::likelihood_point), {{"percent", point}, {"class", name}});
    parts.out += "**";
    append_interval(parts, likelihood);
    if (!exact) {
      parts.out += parts.phrase(Phrase::list_separator);
      fill(parts.out, parts.phrase(Phrase::likelihood_missing_range), {{"low", low}, {"high", high}});
    }
  }
  parts.out += parts.phrase(Phrase::sentence_end);
  parts.out += '\n';
}

std::string step_result(DetailParts& parts, const LikelihoodStep& step) {
  if (step.after_low == step.after_high) return percent(parts, step.after);
  return filled(parts.phrase(Phrase::value_range),
                {{"low", percent(parts, step.after_low)}, {"high", percent(parts, step.after_high)}});
}

void append_step(DetailParts& parts, const LikelihoodStep& step, bool first) {
  const auto after = step_result(parts, step), before = percent(parts, step.before);
  parts.out += "- ";
  if (step.ratio) {
    std::string ratio;
    parts.facts.append_number(ratio, *step.ratio);
    fill(parts.out, parts.phrase(Phrase::likelihood_step_ratio),
         {{"label", label_of(parts, step)}, {"version", step.version}, {"ratio", ratio}, {"before", before}, {"after", after}});
  } else if (first) {
    fill(parts.out, parts.phrase(Phrase::likelihood_step_score),
         {{"label", label_of(parts, step)}, {"version", step.version}, {"after", after}});
  } else {
    fill(parts.out, parts.phrase(Phrase::likelihood_step_update),
         {{"label", label_of(parts, step)}, {"version", step.version}, {"before", before}, {"after", after}});
  }
  if (step.citation) parts.out += " [" + std::to_string(parts.sources.number_of(*step.citation)) + "]";
  if (!may_drive_advice(step.status)) {
    parts.out += parts.phrase(Phrase::list_separator);
    parts.out += parts.phrase(Phrase::statement_caution);
  }
  parts.out += '\n';
}

std::string names_of(DetailParts& parts, const std::vector<Test>& tests) {
  std::string out;
  for (const auto test : tests) {
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    out += parts.context.phrases.find("test.", test_name(test));
  }
  return out;
}

std::string excluded_tests(DetailParts& parts, const std::vector<ExcludedTest>& tests) {
  std::string out;
  for (const auto& excluded : tests) {
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    const auto name = parts.context.phrases.find("test.", test_name(excluded.test));
    const auto message = parts.context.phrases.find(excluded.reason);
    std::string reason;
    const auto own = excluded.texts ? std::string_view(excluded.texts->in(parts.context.phrases.language()).summary) : excluded.reason;
    parts.facts.append_text(reason, message.empty() ? own : message, parts.assessment.evidence, {});
    drop_sentence_end(reason, parts.context.phrases);
    // A rule's own sentence names the test already.
    if (!excluded.rule_id.empty())
      out += reason;
    else
      fill(out, parts.phrase(Phrase::next_test_excluded_because), {{"test", name}, {"reason", reason}});
  }
  return out;
}

}  // namespace

void append_likelihood(DetailParts& parts) {
  const auto& assessment = parts.assessment;
  const std::size_t start = parts.out.size();
  if (assessment.likelihood) {
    append_value(parts, *assessment.likelihood);
    bool first = true;
    for (const auto& step : assessment.likelihood->steps) append_step(parts, step, std::exchange(first, false));
    if (assessment.likelihood->table_percent) {
      std::string table;
      parts.facts.append_percent(table, *assessment.likelihood->table_percent);
      parts.out += "- ";
      fill(parts.out, parts.phrase(Phrase::likelihood_table), {{"percent", table}});
      parts.out += '\n';
    }
    append_comparators(parts);
    if (assessment.likelihood->age_outside_validation)
      parts.out.append("- ").append(parts.phrase(Phrase::likelihood_age_warning)).append("\n");
  } else if (const auto reason = parts.context.phrases.find(assessment.likelihood_silence); !reason.empty()) {
    fill(parts.out, parts.phrase(Phrase::likelihood_not_given), {{"reason", reason}});
    parts.out += '\n';
  }
  if (assessment.clinician_likelihood) {
    parts.out += "- ";
    fill(parts.out, parts.phrase(Phrase::likelihood_clinician),
         {{"percent", percent(parts, *assessment.clinician_likelihood)}});
    parts.out += '\n';
  }
  if (parts.out.size() > start) parts.out += '\n';
}

namespace {

// The likelihood and the advice after either result, and how often that settles the question.
void append_what_it_changes(DetailParts& parts, const NextTest& next) {
  const auto advice = [&](std::optional<Decision> after) {
    return after ? parts.context.phrases.find("leads_to.", decision_name(*after)) : std::string_view();
  };
  const auto likelihood = [&](std::optional<double> after) { return after ? percent(parts, *after) : std::string(); };
  const std::string normal = likelihood(next.likelihood_if_normal), abnormal = likelihood(next.likelihood_if_abnormal);
  const bool anything = next.decision_if_normal && (!normal.empty() || next.decision_if_abnormal);
  if (!anything) return void(parts.out += parts.phrase(Phrase::sentence_end));
  const Phrase phrase = !abnormal.empty() ? Phrase::next_test_both : !normal.empty() ? Phrase::next_test_normal : Phrase::next_test_leads;
  parts.out += parts.phrase(Phrase::list_separator);
  fill(parts.out, parts.phrase(phrase),
       {{"normal", normal}, {"after_normal", advice(next.decision_if_normal)}, {"abnormal", abnormal}, {"after_abnormal", advice(next.decision_if_abnormal)}});
  parts.out += parts.phrase(Phrase::sentence_end);
  if (!next.settles) return;
  parts.out += parts.phrase(Phrase::sentence_space);
  if (*next.settles == 0) return void(parts.out += parts.phrase(Phrase::next_test_settles_never));
  const long share = std::lround(*next.settles * 100);
  fill(parts.out, parts.phrase(Phrase::next_test_settles), {{"percent", filled(parts.phrase(Phrase::number_percent), {{"value", share == 0 ? "<1" : std::to_string(share)}})}});
}

}  // namespace

void append_next_test(DetailParts& parts) {
  if (!parts.assessment.next_test) return;
  const auto& next = *parts.assessment.next_test;
  parts.out += "**";
  fill(parts.out, parts.phrase(Phrase::next_test_name),
       {{"test", parts.context.phrases.find("test.", test_name(next.test))}});
  parts.out += "**";
  append_what_it_changes(parts, next);
  if (!next.alternatives.empty()) {
    parts.out += parts.phrase(Phrase::sentence_space);
    fill(parts.out, parts.phrase(Phrase::next_test_alternatives), {{"tests", names_of(parts, next.alternatives)}});
  }
  if (!next.excluded.empty()) {
    parts.out += parts.phrase(Phrase::sentence_space);
    fill(parts.out, parts.phrase(Phrase::next_test_excluded), {{"tests", excluded_tests(parts, next.excluded)}});
  }
  parts.out += "\n\n";
}

}  // namespace cathgate::cds_hooks
