// What the writers of a card share: where names and phrases come from and what the tenant asked for. References only;
// all of it outlives the writing of one answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/cards/card_codes.h"
#include "cds-hooks/cards/messages.h"
#include "cds-hooks/hooks/services.h"
#include "core/fact_catalogue.h"
#include "core/patient_snapshot.h"
#include "engine/assess.h"
#include "fhir/order_reader.h"

namespace cathgate::cds_hooks {

struct TenantOptions;

struct CardContext {
  const FactCatalogue& facts;
  const Phrases& phrases;
  const CardCodes& codes;
  const fhir::Terms& terms;
  const TenantOptions& tenant;
  ServiceKind service = ServiceKind::angiography;
  std::string_view knowledge_digest;
  bool rules_approved = false;  // every rule file names who approved it
  const std::vector<std::string>* switched_off = nullptr;  // ids of library rules that the site does not use; null: none
};

}  // namespace cathgate::cds_hooks
