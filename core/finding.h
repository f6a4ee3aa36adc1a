// The one shape in which a rule or a model says what it concluded. Texts and citations point into the knowledge that
// produced them, which the Assessment keeps alive.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fact_view.h"
#include "core/localised_text.h"

namespace cathgate {

// How well the source of a statement is confirmed. The first three may drive advice; the last two may only make it more
// cautious, and are marked so on the card.
enum class EvidenceStatus : std::uint8_t { verified, implementation, derived, secondary, unconfirmed };
inline bool may_drive_advice(EvidenceStatus s) { return s <= EvidenceStatus::derived; }
std::optional<EvidenceStatus> read_evidence_status(std::string_view name);
std::string_view evidence_status_name(EvidenceStatus status);

enum class Severity : std::uint8_t { info, warning, critical };
std::optional<Severity> read_severity(std::string_view name);
std::string_view severity_name(Severity severity);

struct Citation {
  std::string text;     // "Vrints C et al. Eur Heart J 2024;45:3415-3537"
  std::string doi;      // "10.1093/eurheartj/ehae177"; may be empty only when url is given
  std::string url;
  std::string locator;  // "Recommendation Table 8"
};

// A site's own word on a rule: it wrote the rule, or put it in the place of the library's.
struct SiteNote {
  bool overrides = false;   // the library has a rule of this id
  std::string reason;       // why the site departs from it; empty unless it overrides
  std::string approved_by;  // who at the site approved it; may be empty for a rule of the site's own
};

// One fact that a conclusion rests on, as it was used.
struct Evidence {
  FactId fact = kNoFact;
  FactValue value;
};

// A fact that was not known although the conclusion needed it.
struct MissingFact {
  FactId fact = kNoFact;
  UnknownReason reason = UnknownReason::never_sent;
  bool operator==(const MissingFact&) const = default;
};

struct Finding {
  std::string_view id;       // "esc-2024.ica-3"
  std::string_view version;
  Severity severity = Severity::info;
  std::string_view summary;  // English, one sentence; may hold {fact.name} placeholders that the card writer fills
  std::string_view detail;   // likewise; may be empty
  const LocalisedText* texts = nullptr;  // the same in every language; null: English only
  EvidenceStatus status = EvidenceStatus::verified;
  const Citation* citation = nullptr;
  const SiteNote* site = nullptr;    // null: the library's rule
  std::string_view guideline_class;  // "I", "IIa", "IIb", "III" or empty
  std::string_view guideline_level;  // "A", "B", "C" or empty
  std::vector<Evidence> evidence;    // the facts that made the condition true
  std::vector<MissingFact> missing;  // for a rule that could not say: the facts it lacked

  std::string_view summary_in(std::string_view language) const { return texts ? std::string_view(texts->in(language).summary) : summary; }
  std::string_view detail_in(std::string_view language) const { return texts ? std::string_view(texts->in(language).detail) : detail; }
};

}  // namespace cathgate
