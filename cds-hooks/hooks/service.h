// From the body of a hook call to the body of its answer: protocol, record, engine, cards. No HTTP, no clock, no
// ledger: the caller hands in "now" and records what comes back. Thread-safe; shares only immutable knowledge.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/cards/card_codes.h"
#include "cds-hooks/cards/language_check.h"
#include "cds-hooks/cards/messages.h"
#include "core/result.h"
#include "engine/assess.h"
#include "fhir/terms.h"
#include "quality/ledger.h"

namespace cathgate::cds_hooks {

// All that a request needs to know, swapped as one on reload.
struct ServiceKnowledge {
  std::shared_ptr<const Knowledge> engine;
  fhir::Terms terms;
  Messages messages;
  CardCodes codes;
  bool rules_approved = true;  // every rule file names who approved it; otherwise each card says that none has
  std::string digest;          // over all of it, hexadecimal
  std::vector<LanguageReport> languages;  // what each language lacks

  // `root` holds core/, fhir/, rules/, models/ and cds-hooks/messages/. Reports every problem.
  static Loaded<std::shared_ptr<const ServiceKnowledge>> load(const KnowledgePlaces& places);
};

// One tenant's settings that shape an answer.
struct TenantOptions {
  std::string tenant = "default";
  std::string language;  // the site's setting, as a tag ("es"); empty: each request may say. See cds-hooks/cards/language.h
  SiteOptions site;
  bool development_mode = true;  // said on every card
  bool offer_suggestions = true;
  bool fhir_output = false;  // the command line: also give the endotype as FHIR resources
  std::string source_url;  // card.source.url; omitted when empty
  std::string assess_url;  // the page that every card links to; no link when empty
};

// Stages of a request, for the breakdown in benchmarks and metrics. Nanoseconds.
struct StageTimes {
  std::int64_t parse = 0, read = 0, assess = 0, card = 0, validate = 0;
};

struct Answer {
  std::string body;                    // a CDS Hooks response that has passed the validator
  quality::LedgerEntry entry;          // to be recorded; `response` is left empty and is `body`
  std::vector<std::string> decisions;  // decision_name() for each order that was assessed
  std::string_view language;           // of the cards; points into the knowledge
  std::string endotype_fhir;           // a Bundle, where the tenant options ask for one and there is an endotype
  bool emergency = false;              // never withheld for the ledger
  StageTimes times;
};

// Answers a hook call. `service_id` is the id in the URL; `accept_language` the header of that name. Errors: invalid_input with a path (bad JSON, missing field,
// wrong hook, wrong patient), missing_data when Patient was not sent (412), not_found for an unknown service, internal
// when the answer failed its own validation.
Result<Answer> answer_hook(const ServiceKnowledge& knowledge, const TenantOptions& site, std::string_view service_id,
                           std::string body, UnixSeconds now, std::string_view accept_language = {});

// The same answer, marked on every card as not recorded in the ledger (used when the ledger missed its deadline).
std::string mark_not_recorded(const Messages& messages, std::string_view language, std::string_view body);

// The discovery document (GET /cds-services), without the services that the configuration switched off.
struct DiscoveryOptions {
  bool chest_pain_service = false;
};
// In one of the knowledge's languages.
std::string write_discovery(const ServiceKnowledge& knowledge, const DiscoveryOptions& options, std::string_view language);

// Validates a feedback body. Errors: invalid_input with a path; not_found for an unknown service.
Result<std::vector<quality::FeedbackEntry>> read_feedback(std::string_view tenant, std::string_view service_id,
                                                          std::string body);

// Evaluates a stored entry again and returns the response body that this knowledge would give (for replay --recompute).
Result<std::string> recompute(const ServiceKnowledge& knowledge, const quality::LedgerEntry& stored);

}  // namespace cathgate::cds_hooks
