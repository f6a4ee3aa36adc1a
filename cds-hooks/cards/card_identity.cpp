#include "cds-hooks/cards/card_identity.h"

namespace cathgate::cds_hooks {
namespace {

// Length before content: no two lists of fields have the same text.
void append_field(std::string& text, std::string_view field) {
  text += std::to_string(field.size());
  text += ':';
  text += field;
}

}  // namespace

Digest digest_of(const CardIdentity& identity) {
  std::string text;
  text.reserve(identity.facts.size() + 512);
  for (const auto field : {identity.service_id, identity.tenant, identity.patient_id, identity.order_reference,
                           identity.facts, identity.decision, identity.knowledge_digest})
    append_field(text, field);
  return sha256(text);
}

std::string card_uuid(const Digest& identity) {
  return uuid_from(identity);
}

std::string part_uuid(const Digest& identity, std::string_view role) {
  std::string text = to_hex(identity);
  append_field(text, role);
  return uuid_from(sha256(text));
}

}  // namespace cathgate::cds_hooks
