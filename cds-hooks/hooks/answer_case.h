// One hook call reduced to what its answer depends on, and the answer made of it. The same function serves the live
// call and the replay from the ledger, so that both give the same bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cds-hooks/hooks/service.h"
#include "cds-hooks/hooks/services.h"
#include "fhir/order_reader.h"

namespace cathgate::cds_hooks {

// Everything that an answer depends on beside the knowledge and the tenant's options.
struct AnswerCase {
  ServiceKind service = ServiceKind::angiography;
  std::string patient_id;
  UnixSeconds as_of = 0;
  std::optional<PatientSnapshot> snapshot;  // empty: nothing was there to be assessed
  std::string snapshot_text;                // its canonical JSON without as_of
  std::vector<fhir::DraftOrder> orders;     // for angiography; empty for the chest-pain service
};

// Adds an order's facts to a snapshot for as long as it lives.
class WithOrder {
 public:
  WithOrder(PatientSnapshot& snapshot, const fhir::DraftOrder& order);
  ~WithOrder();
  WithOrder(const WithOrder&) = delete;
  WithOrder& operator=(const WithOrder&) = delete;

 private:
  PatientSnapshot& snapshot_;
  std::size_t measurements_;
  std::size_t issues_;
};

struct Cards {
  std::string body;  // not yet validated
  std::vector<std::string> card_ids;
  std::vector<std::string> suggestion_ids;
  std::vector<std::string> decisions;     // of each order, or of the patient
  std::optional<Decision> most_cautious;  // of the cards; empty: no card
  std::string order_reference;            // of the first order with a card
  std::string endotype_record;            // what the ledger keeps of the endotype: a JSON object, or empty
  std::string endotype_fhir;              // a Bundle, where the tenant options ask for one
  StageTimes times;                       // assess and card
};

// Assesses each order and writes the response. The snapshot is restored before it returns.
Cards write_cards(const ServiceKnowledge& knowledge, const TenantOptions& tenant, AnswerCase& input);

// "acute", "ambulatory", or empty when the record does not say.
std::string_view encounter_class(const FactCatalogue& facts, const PatientSnapshot& snapshot);

// An order that is over (revoked, completed, entered in error, not to be done): nothing to advise on and no card.
bool is_closed(const fhir::DraftOrder& order);

}  // namespace cathgate::cds_hooks
