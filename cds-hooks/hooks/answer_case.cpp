#include "cds-hooks/hooks/answer_case.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/cards/card_writer.h"
#include "cds-hooks/cards/endotype_card.h"
#include "cds-hooks/cards/endotype_fhir.h"
#include "cds-hooks/hooks/recompute.h"
#include "core/snapshot_json.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t nanoseconds_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

// The facts whose presence makes a patient one with chest pain or its equivalent.
constexpr std::array<std::string_view, 4> kChestPainFacts = {"symptom.chest_pain", "symptom.pain_location",
                                                             "symptom.pain_exertional", "symptom.dyspnoea_exertional"};

bool has_chest_pain(const FactCatalogue& facts, const PatientSnapshot& snapshot) {
  const auto main = facts.require("symptom.main");
  const auto ccs = facts.require("symptom.ccs_class");
  for (const auto& m : snapshot.measurements) {
    if (m.fact == ccs) return true;
    if (m.fact == main &&
        (m.value == facts[main].category("chest_pain") || m.value == facts[main].category("dyspnoea")))
      return true;
  }
  for (const auto name : kChestPainFacts) {
    const auto fact = facts.require(name);
    for (const auto& m : snapshot.measurements)
      if (m.fact == fact && m.value != 0) return true;
    for (const auto& d : snapshot.diagnoses)
      if (d.fact == fact && d.polarity == Polarity::present) return true;
  }
  return false;
}

class Writer {
 public:
  Writer(const ServiceKnowledge& knowledge, const TenantOptions& tenant, AnswerCase& input)
      : knowledge_(knowledge),
        input_(input),
        context_{knowledge.engine->facts,
                 knowledge.messages.in(tenant.language),
                 knowledge.codes,
                 knowledge.terms,
                 tenant,
                 input.service,
                 knowledge.digest,
                 knowledge.rules_approved,
                 &knowledge.engine->rules.disabled()} {
    acute_ = input.snapshot && encounter_class(context_.facts, *input.snapshot) == "acute";
  }

  Cards write() {
    json_.start_object().key("cards").start_array();
    if (input_.service == ServiceKind::chest_pain) {
      if (input_.snapshot && has_chest_pain(context_.facts, *input_.snapshot)) write_assessed(nullptr);
    } else {
      for (const auto& order : input_.orders) write_order(order);
    }
    json_.end_array().end_object();
    cards_.body = json_.take();
    return std::move(cards_);
  }

 private:
  void write_order(const fhir::DraftOrder& order) {
    if (order.usable && input_.snapshot) {
      const WithOrder scope(*input_.snapshot, order);
      write_assessed(&order);
    } else if (is_closed(order)) {
      cards_.decisions.emplace_back(decision_name(Decision::not_applicable));
    } else {
      keep(write_unusable_card(json_, context_, order, input_.as_of, identity(&order, Decision::insufficient_data)),
           &order, Decision::insufficient_data);
    }
  }

  void write_assessed(const fhir::DraftOrder* order) {
    const auto start = Clock::now();
    const Assessment assessment = assess(*input_.snapshot, knowledge_.engine, context_.tenant.site);
    cards_.times.assess += nanoseconds_since(start);
    if (assessment.decision == Decision::not_applicable) {
      cards_.decisions.emplace_back(decision_name(assessment.decision));
      return;
    }
    const auto written = Clock::now();
    keep(write_card(json_, context_, assessment, order, acute_, identity(order, assessment.decision)), order,
         assessment.decision);
    write_endotype(assessment, order);
    cards_.times.card += nanoseconds_since(written);
  }

  // The second card, once for a patient: a second order tells nothing new about the arteries.
  void write_endotype(const Assessment& assessment, const fhir::DraftOrder* order) {
    if (!assessment.endotype || !cards_.endotype_record.empty()) return;
    const auto identity = this->identity(order, assessment.decision);
    auto ids = write_endotype_card(json_, context_, assessment, order, input_.patient_id, identity);
    cards_.card_ids.push_back(std::move(ids.card));
    cards_.suggestion_ids.insert(cards_.suggestion_ids.end(), ids.suggestions.begin(), ids.suggestions.end());
    JsonWriter record;
    write_endotype_record(record, *assessment.endotype);
    cards_.endotype_record = record.take();
    if (!context_.tenant.fhir_output) return;
    JsonWriter bundle;
    write_endotype_bundle(bundle, context_, assessment, input_.patient_id, identity);
    cards_.endotype_fhir = bundle.take();
  }

  void keep(CardIds ids, const fhir::DraftOrder* order, Decision decision) {
    cards_.card_ids.push_back(std::move(ids.card));
    cards_.suggestion_ids.insert(cards_.suggestion_ids.end(), ids.suggestions.begin(), ids.suggestions.end());
    cards_.decisions.emplace_back(decision_name(decision));
    if (!cards_.most_cautious || decision < *cards_.most_cautious) cards_.most_cautious = decision;
    if (order && cards_.order_reference.empty()) cards_.order_reference = order->reference;
  }

  Digest identity(const fhir::DraftOrder* order, Decision decision) const {
    std::string facts = input_.snapshot_text;
    if (order) facts += order_facts_text(*order, context_.facts);
    return digest_of({service_id(input_.service), context_.tenant.tenant, input_.patient_id,
                      order ? std::string_view(order->reference) : std::string_view(), facts, decision_name(decision),
                      knowledge_.digest});
  }

  const ServiceKnowledge& knowledge_;
  AnswerCase& input_;
  CardContext context_;
  bool acute_ = false;
  JsonWriter json_;
  Cards cards_;
};

}  // namespace

WithOrder::WithOrder(PatientSnapshot& snapshot, const fhir::DraftOrder& order)
    : snapshot_(snapshot), measurements_(snapshot.measurements.size()), issues_(snapshot.issues.size()) {
  PatientSnapshot own;
  own.measurements = order.facts;
  sort_canonically(own);
  snapshot.measurements.insert(snapshot.measurements.end(), own.measurements.begin(), own.measurements.end());
  snapshot.issues.insert(snapshot.issues.end(), order.issues.begin(), order.issues.end());
}

WithOrder::~WithOrder() {
  snapshot_.measurements.resize(measurements_);
  snapshot_.issues.resize(issues_);
}

Cards write_cards(const ServiceKnowledge& knowledge, const TenantOptions& tenant, AnswerCase& input) {
  return Writer(knowledge, tenant, input).write();
}

std::string_view encounter_class(const FactCatalogue& facts, const PatientSnapshot& snapshot) {
  const auto acute = facts.require("encounter.acute");
  std::string_view known;
  for (const auto& m : snapshot.measurements) {
    if (m.fact != acute) continue;
    if (m.value != 0) return "acute";
    known = "ambulatory";
  }
  return known;
}

bool is_closed(const fhir::DraftOrder& order) {
  constexpr std::array<std::string_view, 3> kClosed = {"order_closed", "entered_in_error", "do_not_perform"};
  return !order.usable && !order.issues.empty() &&
         std::all_of(order.issues.begin(), order.issues.end(), [&](const DataIssue& issue) {
           return std::find(kClosed.begin(), kClosed.end(), issue.code) != kClosed.end();
         });
}

}  // namespace cathgate::cds_hooks
