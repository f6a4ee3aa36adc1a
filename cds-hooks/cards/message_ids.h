// Every phrase that the writers of this folder use, with the placeholders that its text may hold. The loader refuses a
// catalogue in which one of them is missing or holds another placeholder. Phrases that depend on a fact, a test, a class
// or the engine's reasons have ids of a family (kPhraseFamilies) and are looked up by name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cathgate::cds_hooks {

// X(enumerator, id, placeholders separated by one space)
#define CATHGATE_PHRASES(X)                                                             \
  X(summary_emergency, "summary.emergency", "drivers")                                  \
  X(summary_emergency_bare, "summary.emergency.bare", "")                               \
  X(summary_angiography, "summary.angiography_recommended", "drivers")                  \
  X(summary_angiography_bare, "summary.angiography_recommended.bare", "")               \
  X(summary_test_first, "summary.test_first", "test drivers")                           \
  X(summary_test_first_bare, "summary.test_first.bare", "test")                         \
  X(summary_other_test_first, "summary.other_test_first", "drivers")                    \
  X(summary_other_test_first_bare, "summary.other_test_first.bare", "")                 \
  X(summary_insufficient, "summary.insufficient_data", "missing")                       \
  X(summary_insufficient_bare, "summary.insufficient_data.bare", "")                    \
  X(summary_defer, "summary.defer", "drivers")                                          \
  X(summary_defer_bare, "summary.defer.bare", "")                                       \
  X(summary_pain_angiography, "summary.chest_pain.angiography_recommended", "drivers")  \
  X(summary_pain_angiography_bare, "summary.chest_pain.angiography_recommended.bare", "") \
  X(summary_pain_test, "summary.chest_pain.test_first", "test drivers")                 \
  X(summary_pain_test_bare, "summary.chest_pain.test_first.bare", "test")               \
  X(summary_pain_other_test, "summary.chest_pain.other_test_first", "drivers")          \
  X(summary_pain_other_test_bare, "summary.chest_pain.other_test_first.bare", "")       \
  X(summary_pain_insufficient, "summary.chest_pain.insufficient_data", "missing")       \
  X(summary_pain_insufficient_bare, "summary.chest_pain.insufficient_data.bare", "")    \
  X(summary_pain_defer, "summary.chest_pain.defer", "drivers")                          \
  X(summary_pain_defer_bare, "summary.chest_pain.defer.bare", "")                       \
  X(summary_unusable_order, "summary.unusable_order", "")                               \
  X(list_separator, "list.separator", "")                                               \
  X(clause_separator, "clause.separator", "")                                           \
  X(sentence_end, "sentence.end", "")                                                   \
  X(sentence_space, "sentence.space", "")                                               \
  X(number_decimal, "number.decimal", "")                                               \
  X(number_percent, "number.percent", "value")                                          \
  X(value_yes, "value.yes", "")                                                         \
  X(value_no, "value.no", "")                                                           \
  X(value_unknown, "value.unknown", "")                                                 \
  X(value_fact_no, "value.fact_no", "label")                                            \
  X(value_fact, "value.fact", "label value")                                            \
  X(value_at_least, "value.at_least", "low")                                            \
  X(value_at_most, "value.at_most", "high")                                             \
  X(value_range, "value.range", "low high")                                             \
  X(value_undated, "value.undated", "")                                                 \
  X(value_date_range, "value.date_range", "from to")                                    \
  X(value_derived, "value.derived", "")                                                 \
  X(value_from_text, "value.from_text", "")                                             \
  X(value_by_clinician, "value.by_clinician", "")                                       \
  X(value_assumed, "value.assumed", "")                                                 \
  X(value_preliminary, "value.preliminary", "")                                         \
  X(detail_order, "detail.order", "order reference")                                    \
  X(detail_order_unnamed, "detail.order.unnamed", "reference")                          \
  X(detail_unusable_order, "detail.unusable_order", "")                                 \
  X(detail_development, "detail.development", "")                                       \
  X(detail_unsigned, "detail.unsigned", "")                                             \
  X(detail_untranslated, "detail.untranslated", "")                                     \
  X(detail_unreviewed, "detail.unreviewed", "")                                         \
  X(detail_not_recorded, "detail.not_recorded", "")                                     \
  X(detail_acute_not_assessed, "detail.acute_not_assessed", "")                         \
  X(likelihood_point, "likelihood.point", "percent class")                              \
  X(likelihood_point_unclassed, "likelihood.point.unclassed", "percent")                \
  X(likelihood_range, "likelihood.range", "low high")                                   \
  X(likelihood_missing_range, "likelihood.missing_range", "low high")                   \
  X(likelihood_interval, "likelihood.interval", "low high")                             \
  X(likelihood_interval_unconfirmed, "likelihood.interval.unconfirmed", "low high")     \
  X(likelihood_no_interval, "likelihood.no_interval", "")                               \
  X(likelihood_not_given, "likelihood.not_given", "reason")                             \
  X(likelihood_step_score, "likelihood.step.score", "label version after")              \
  X(likelihood_step_ratio, "likelihood.step.ratio", "label version ratio before after") \
  X(likelihood_step_update, "likelihood.step.update", "label version before after")     \
  X(likelihood_table, "likelihood.table", "percent")                                    \
  X(likelihood_comparators, "likelihood.comparators", "models")                         \
  X(guideline_differs, "guideline.differs", "guideline advice reason")                  \
  X(likelihood_clinician, "likelihood.clinician", "percent")                            \
  X(likelihood_age_warning, "likelihood.age_warning", "")                               \
  X(learned_beside, "learned.beside", "version percent low high")                       \
  X(learned_local, "learned.local", "version percent low high")                         \
  X(learned_decides, "learned.decides", "version percent low high threshold")           \
  X(learned_missing_input, "learned.missing_input", "facts")                            \
  X(learned_outside, "learned.outside", "facts")                                        \
  X(learned_part, "learned.part", "fact factor")                                        \
  X(learned_rest, "learned.rest", "count factor")                                       \
  X(learned_ratio, "learned.ratio", "label ratio")                                      \
  X(learned_unknown, "learned.unknown", "facts")                                        \
  X(learned_uncertified_women, "learned.uncertified.women", "")                         \
  X(learned_uncertified_men, "learned.uncertified.men", "")                             \
  X(learned_limits, "learned.limits", "")                                               \
  X(next_test_name, "next_test.name", "test")                                           \
  X(next_test_both, "next_test.both", "normal after_normal abnormal after_abnormal")    \
  X(next_test_normal, "next_test.normal", "normal after_normal")                        \
  X(next_test_leads, "next_test.leads", "after_normal after_abnormal")                  \
  X(next_test_settles, "next_test.settles", "percent")                                  \
  X(next_test_settles_never, "next_test.settles_never", "")                             \
  X(next_test_alternatives, "next_test.alternatives", "tests")                          \
  X(next_test_excluded, "next_test.excluded", "tests")                                  \
  X(next_test_excluded_because, "next_test.excluded_because", "test reason")            \
  X(heading_evidence, "heading.evidence", "")                                           \
  X(evidence_negative, "evidence.negative", "facts")                                    \
  X(heading_table, "heading.table", "")                                                 \
  X(heading_statements, "heading.statements", "")                                       \
  X(heading_reversal, "heading.reversal", "")                                           \
  X(heading_prevention, "heading.prevention", "")                                       \
  X(heading_gaps, "heading.gaps", "")                                                   \
  X(heading_limits, "heading.limits", "")                                               \
  X(heading_sources, "heading.sources", "")                                             \
  X(more_rows, "list.more", "count")                                                    \
  X(statement_class, "statement.class", "class level")                                  \
  X(statement_class_only, "statement.class_only", "class")                              \
  X(statement_caution, "statement.caution", "")                                         \
  X(statement_undecided, "statement.undecided", "summary missing")                      \
  X(statement_site_override, "statement.site_override", "reason name")                  \
  X(statement_site_rule, "statement.site_rule", "")                                     \
  X(statement_site_rule_by, "statement.site_rule_by", "name")                           \
  X(return_at_once, "reversal.acute_symptoms", "")                                      \
  X(drug_recorded, "prevention.recorded", "drug")                                       \
  X(drug_not_recorded, "prevention.not_recorded", "drug")                               \
  X(drug_unknown, "prevention.unknown", "drug")                                         \
  X(gap_missing, "gap.missing", "facts")                                                \
  X(gap_assumed, "gap.assumed", "facts")                                                \
  X(gap_stale, "gap.stale", "facts")                                                    \
  X(gap_issue, "gap.issue", "message where")                                            \
  X(gap_issue_more, "gap.issue_more", "count")                                          \
  X(gap_issue_alike, "gap.issue_alike", "message count")                                \
  X(summary_endotype, "summary.endotype", "labels")                                     \
  X(summary_endotype_bare, "summary.endotype.bare", "")                                 \
  X(endotype_short_no_spasm, "endotype.short.spasm_not_tested", "")                     \
  X(endotype_axes, "endotype.axes", "dilator spasm")                                    \
  X(endotype_dilator_not_assessed, "endotype.dilator_not_assessed", "")                 \
  X(endotype_spasm_not_assessed, "endotype.spasm_not_assessed", "")                     \
  X(endotype_no_spasm, "endotype.no_spasm", "")                                         \
  X(endotype_not_negative, "endotype.not_negative", "")                                 \
  X(endotype_not_excluded, "endotype.not_excluded", "")                                 \
  X(heading_endotype_labels, "heading.endotype.labels", "")                             \
  X(endotype_label_line, "endotype.label_line", "rule_set labels")                      \
  X(endotype_no_label, "endotype.no_label", "")                                         \
  X(heading_endotype_certainty, "heading.endotype.certainty", "")                       \
  X(endotype_interval, "endotype.interval", "value low high")                           \
  X(endotype_reserve, "endotype.reserve", "cut probability other other_probability")    \
  X(endotype_resistance, "endotype.resistance", "cut probability")                      \
  X(endotype_spasm, "endotype.spasm", "epicardial microvascular")                       \
  X(endotype_spasm_prior, "endotype.spasm_prior", "epicardial microvascular")           \
  X(endotype_obstruction, "endotype.obstruction", "probability")                        \
  X(endotype_most_likely, "endotype.most_likely", "endotype probability")               \
  X(endotype_unused, "endotype.unused", "facts")                                        \
  X(endotype_silent, "endotype.no_probability", "reason")                               \
  X(heading_endotype_next, "heading.endotype.next", "")                                 \
  X(endotype_ranking, "endotype.ranking", "tests")                                      \
  X(endotype_ranked, "endotype.ranked", "test bits cost")                               \
  X(endotype_costs_own, "endotype.costs.own", "")                                       \
  X(endotype_costs_default, "endotype.costs.default", "")                               \
  X(endotype_not_assessed, "endotype.not_assessed", "parts")                            \
  X(endotype_all_assessed, "endotype.all_assessed", "")                                 \
  X(endotype_part_reserve, "endotype.part.reserve", "")                                 \
  X(endotype_part_resistance, "endotype.part.resistance", "")                           \
  X(endotype_part_spasm, "endotype.part.spasm", "")                                     \
  X(endotype_drugs, "endotype.drugs", "drugs")                                          \
  X(endotype_drug_taken_against, "endotype.drug_taken_against", "drug")                 \
  X(endotype_drug_taken_caution, "endotype.drug_taken_caution", "drug")                 \
  X(endotype_taken_against, "endotype.taken_against", "drugs")                          \
  X(endotype_recheck_untreated, "endotype.recheck_untreated", "")                       \
  X(endotype_recheck_ranolazine, "endotype.recheck_ranolazine", "")                     \
  X(endotype_dilator_noninvasive, "endotype.dilator_noninvasive", "readings")           \
  X(endotype_spasm_by_ecg, "endotype.spasm_by_ecg", "")                                 \
  X(endotype_short_spasm_by_ecg, "endotype.short.spasm_by_ecg", "")                     \
  X(summary_endotype_noninvasive, "summary.endotype.noninvasive", "readings")           \
  X(endotype_spasm_overridden, "endotype.spasm_overridden", "")                         \
  X(heading_endotype_treatment, "heading.endotype.treatment", "")                       \
  X(endotype_no_treatment, "endotype.no_treatment", "")                                 \
  X(endotype_drug_contraindicated, "endotype.drug_contraindicated", "drug")             \
  X(endotype_drug_caution, "endotype.drug_caution", "drug")                             \
  X(endotype_drug_taken, "endotype.drug_taken", "drug")                                 \
  X(endotype_drug_open, "endotype.drug_open", "drug")                                   \
  X(heading_endotype_cautions, "heading.endotype.cautions", "")                         \
  X(heading_endotype_evidence, "heading.endotype.evidence", "")                         \
  X(heading_endotype_measured, "heading.endotype.measured", "")                         \
  X(heading_endotype_recheck, "heading.endotype.recheck", "")                           \
  X(endotype_recheck, "endotype.recheck", "")                                           \
  X(endotype_limits, "endotype.limits", "")                                             \
  X(endotype_versions, "endotype.versions", "program knowledge model as_of")            \
  X(endotype_drug_note, "endotype.drug_note", "")                                       \
  X(suggestion_function_test, "suggestion.function_test", "")                           \
  X(action_function_test, "action.function_test", "")                                   \
  X(suggestion_drug, "suggestion.drug", "drug")                                         \
  X(action_drug, "action.drug", "drug")                                                 \
  X(fhir_endotype, "fhir.endotype", "")                                                 \
  X(limits_population, "limits.population", "")                                         \
  X(limits_deferral, "limits.deferral", "")                                              \
  X(limits_judgement, "limits.judgement", "")                                           \
  X(limits_switched_off, "limits.switched_off", "rules")                                \
  X(limits_versions, "limits.versions", "program knowledge as_of")                      \
  X(source_label, "source.label", "")                                                   \
  X(link_assess, "link.assess", "")                                                     \
  X(source_label_development, "source.label.development", "")                           \
  X(suggestion_replace, "suggestion.replace", "test")                                   \
  X(suggestion_add, "suggestion.add", "test")                                           \
  X(action_create, "action.create", "test")                                             \
  X(action_delete, "action.delete", "")                                                 \
  X(discovery_angiography_title, "discovery.cathgate-angiography.title", "")            \
  X(discovery_angiography_description, "discovery.cathgate-angiography.description", "") \
  X(discovery_pain_title, "discovery.cathgate-chest-pain.title", "")                    \
  X(discovery_pain_description, "discovery.cathgate-chest-pain.description", "")        \
  X(discovery_requirements, "discovery.requirements", "")

enum class Phrase : std::uint16_t {
#define X(name, id, placeholders) name,
  CATHGATE_PHRASES(X)
#undef X
  count
};
inline constexpr std::size_t kPhrases = static_cast<std::size_t>(Phrase::count);

struct PhraseSpec {
  std::string_view id;
  std::string_view placeholders;
};
inline constexpr std::array<PhraseSpec, kPhrases> kPhraseSpecs = {{
#define X(name, id, placeholders) {id, placeholders},
    CATHGATE_PHRASES(X)
#undef X
}};
#undef CATHGATE_PHRASES

// Ids that are built from other vocabularies: "label.<fact>" is the fact's name (English: core/facts.json), "short.<fact>" is
// the fact in the summary ({value}), "category.<fact>.<name>" and, for every fact that has it, "word.<name>" a category,
// "unit.<UCUM unit>", "test.<test>", "score.<score or ratio>" (English: its own label), "class.<likelihood class>",
// "override.<code>", "topic.<service>", "issue.<code of a DataIssue>" ({fact} and {detail}), "why_unknown.<reason>"; the
// last ones come from the engine (engine/message_ids.h), and "summary.reason.<reason>" is the summary where the engine's
// reason for not advising has one of its own.
inline constexpr std::array<std::string_view, 28> kPhraseFamilies = {
    "endotype.label.", "endotype.cell.", "endotype.says.", "endotype.silent.", "endotype.tier.", "endotype.test.", "rule_set.",
    "label.",    "short.",       "short_no.", "category.", "word.",     "unit.",     "test.",   "score.",   "class.",
    "override.", "topic.",       "issue.",    "why_unknown.", "silent.", "reason.",   "reversal.", "excluded.", "summary.reason.",
    "leads_to.", "advice.", "guideline_name."};

}  // namespace cathgate::cds_hooks
