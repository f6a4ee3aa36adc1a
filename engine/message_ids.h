// Every message id that the engine puts into an Assessment. The sentences live in the catalogue of messages; the card
// writer's tests check that each id below has one. A rule's own text is not here: it lives in the rule's file.
#pragma once

#include <array>
#include <string_view>

namespace cathgate::message {

// Assessment::decision_reason: the one sentence that explains the decision.
inline constexpr std::string_view kAcuteGate = "reason.acute_gate";                        // emergency
inline constexpr std::string_view kHighEventRisk = "reason.high_event_risk";              // angiography_recommended
inline constexpr std::string_view kLikelihoodVeryHigh = "reason.likelihood_very_high";    // angiography_recommended
inline constexpr std::string_view kGuidelineAngiography = "reason.guideline_angiography"; // angiography_recommended: another statement fired
inline constexpr std::string_view kStenosisReported = "reason.stenosis_reported";         // test_first: does the stenosis limit flow
inline constexpr std::string_view kFunctionalPositive = "reason.functional_positive";     // test_first: where is the stenosis
inline constexpr std::string_view kAnatomyInconclusive = "reason.anatomy_inconclusive";   // test_first: function next
inline constexpr std::string_view kFunctionInconclusive = "reason.function_inconclusive"; // test_first: CCTA next
inline constexpr std::string_view kLikelihoodLow = "reason.likelihood_low";               // test_first
inline constexpr std::string_view kLikelihoodModerate = "reason.likelihood_moderate";     // test_first
inline constexpr std::string_view kLikelihoodHigh = "reason.likelihood_high";             // test_first
inline constexpr std::string_view kLikelihoodRange = "reason.likelihood_range";           // test_first: the whole range leads to one test
inline constexpr std::string_view kGuidelineTest = "reason.guideline_test";               // test_first: another statement asks for a test
inline constexpr std::string_view kLearnedBelow = "reason.learned_below";                  // test_first: the site's learned score lies below its threshold
inline constexpr std::string_view kLearnedAbove = "reason.learned_above";                  // angiography_recommended: it does not
inline constexpr std::string_view kLearnedDisagrees = "reason.learned_disagrees";          // test_first: it does not, but the guideline's likelihood is very low
inline constexpr std::string_view kDeferralForbidden = "reason.deferral_forbidden";       // test_first: a finding forbids the deferral
inline constexpr std::string_view kExerciseEcgOnly = "reason.exercise_ecg_only";          // test_first: very low only because of an exercise ECG
inline constexpr std::string_view kIntervalUncertain = "reason.interval_uncertain";       // test_first: an end of the interval would change the advice
inline constexpr std::string_view kAcuteNotAssessed = "reason.acute_not_assessed";        // insufficient_data: ECG and troponin first
inline constexpr std::string_view kReportUnconfirmed = "reason.report_unconfirmed";       // insufficient_data: only free text says so
inline constexpr std::string_view kResultsConflict = "reason.results_conflict";           // insufficient_data: two results contradict each other
inline constexpr std::string_view kHistoryUnknown = "reason.history_unknown";             // insufficient_data: earlier coronary disease not excluded
inline constexpr std::string_view kMissingInput = "reason.missing_input";                 // insufficient_data: the first of `missing` decides
inline constexpr std::string_view kNoTestPossible = "reason.no_test_possible";            // insufficient_data: no test left for this patient
inline constexpr std::string_view kKnownDisease = "reason.known_disease";                 // insufficient_data: known disease, no criterion met
inline constexpr std::string_view kAsymptomatic = "reason.asymptomatic";                  // insufficient_data: no symptom to explain
inline constexpr std::string_view kNoStatement = "reason.no_statement";                   // insufficient_data: no guideline statement covers this
inline constexpr std::string_view kJudgement = "reason.judgement";                        // insufficient_data: the guideline leaves it to the clinician
inline constexpr std::string_view kLikelihoodVeryLow = "reason.likelihood_very_low";      // defer
inline constexpr std::string_view kAnatomyOpen = "reason.anatomy_open";                   // defer
inline constexpr std::string_view kImagingNormal = "reason.imaging_normal";               // defer
inline constexpr std::string_view kNonCoronary = "reason.non_coronary";                   // not_applicable
inline constexpr std::string_view kUnderAge = "reason.under_age";                         // not_applicable
inline constexpr std::string_view kDeceased = "reason.deceased";                          // not_applicable

// Assessment::likelihood_silence: why there is no number.
inline constexpr std::string_view kSilentAcute = "silent.acute";
inline constexpr std::string_view kSilentKnownDisease = "silent.known_cad";
inline constexpr std::string_view kSilentNotApplicable = "silent.not_applicable";
inline constexpr std::string_view kSilentAsymptomatic = "silent.asymptomatic";
inline constexpr std::string_view kSilentNoScore = "silent.no_score";  // an input that cannot be ranged over is missing (age)

// Assessment::reversal: what would reverse the advice.
inline constexpr std::string_view kReverseAcute = "reversal.acute_symptoms";        // come back at once
inline constexpr std::string_view kReverseLowEffort = "reversal.low_effort";        // symptoms at low effort
inline constexpr std::string_view kReverseHighRisk = "reversal.high_risk_feature";  // a finding of high event risk
inline constexpr std::string_view kReverseRefractory = "reversal.refractory";       // symptoms despite optimised drugs
inline constexpr std::string_view kReverseTestAbnormal = "reversal.test_abnormal";  // the next test is abnormal
inline constexpr std::string_view kReverseTestInconclusive = "reversal.test_inconclusive";

inline constexpr std::string_view kReverseFunctionTest = "reversal.function_test";  // symptoms persist with open arteries

// EndotypeAssessment::silence: why the model gives no probability.
inline constexpr std::string_view kEndotypeOff = "endotype.silent.off";
inline constexpr std::string_view kEndotypeNoSex = "endotype.silent.no_sex";
inline constexpr std::string_view kEndotypeOutOfRange = "endotype.silent.out_of_range";
inline constexpr std::string_view kEndotypeNoLikelihood = "endotype.silent.no_likelihood";
inline constexpr std::string_view kEndotypeResolve = "endotype.silent.resolve_obstruction";

// ExcludedTest::reason where no rule excluded the test.
inline constexpr std::string_view kExcludedUnavailable = "excluded.not_available";  // not at this site
inline constexpr std::string_view kExcludedDone = "excluded.already_done";          // has a diagnostic result
inline constexpr std::string_view kExcludedNotForRuleOut = "excluded.not_for_rule_out";  // exercise ECG beside imaging
inline constexpr std::string_view kExcludedAcute = "excluded.acute";                // exercise ECG in an acute setting

inline constexpr std::array kAll = {
    kAcuteGate, kHighEventRisk, kLikelihoodVeryHigh, kGuidelineAngiography, kStenosisReported, kFunctionalPositive,
    kAnatomyInconclusive, kFunctionInconclusive, kLikelihoodLow, kLikelihoodModerate, kLikelihoodHigh, kLikelihoodRange,
    kGuidelineTest, kLearnedBelow, kLearnedAbove, kLearnedDisagrees, kDeferralForbidden, kExerciseEcgOnly, kIntervalUncertain, kAcuteNotAssessed, kReportUnconfirmed,
    kResultsConflict, kHistoryUnknown, kMissingInput, kNoTestPossible, kKnownDisease, kAsymptomatic, kNoStatement, kJudgement,
    kLikelihoodVeryLow, kAnatomyOpen, kImagingNormal, kNonCoronary, kUnderAge, kDeceased,
    kSilentAcute, kSilentKnownDisease, kSilentNotApplicable, kSilentAsymptomatic, kSilentNoScore,
    kReverseAcute, kReverseLowEffort, kReverseHighRisk, kReverseRefractory, kReverseTestAbnormal, kReverseTestInconclusive, kReverseFunctionTest,
    kEndotypeOff, kEndotypeNoSex, kEndotypeOutOfRange, kEndotypeNoLikelihood, kEndotypeResolve,
    kExcludedUnavailable, kExcludedDone, kExcludedNotForRuleOut, kExcludedAcute,
};

}  // namespace cathgate::message
