// The identity of a card: equal inputs give equal uuids, so that an EHR sees a repeated card as the same one and
// feedback finds its row. The time of the call is no input.
#pragma once

#include <string>
#include <string_view>

#include "core/digest.h"

namespace cathgate::cds_hooks {

struct CardIdentity {
  std::string_view service_id;
  std::string_view tenant;
  std::string_view patient_id;
  std::string_view order_reference;  // empty: no order
  std::string_view facts;            // canonical snapshot, order facts included, without as_of
  std::string_view decision;
  std::string_view knowledge_digest;
};

Digest digest_of(const CardIdentity& identity);
std::string card_uuid(const Digest& identity);
// `role` tells apart the suggestions of a card and the resources they create.
std::string part_uuid(const Digest& identity, std::string_view role);

}  // namespace cathgate::cds_hooks
