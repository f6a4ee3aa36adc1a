// Which language an answer is written in. CDS Hooks has no field for it; the reader is the clinician, so the patient's own
// language is never asked.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace cathgate::cds_hooks {

// The member of a hook call's `extension` object that names the clinician's language, as a tag of BCP 47.
inline constexpr std::string_view kLanguageExtension = "org.cathgate.language";

// The supported language that a tag means, compared without case: "es-MX" is "es", "zh-CN" and "zh-Hans" are "zh". Chinese
// in traditional script (zh-Hant, zh-TW, zh-HK, zh-MO) is English: simplified and traditional texts are never mixed. Empty:
// none of the languages.
std::optional<std::string_view> match_language(std::string_view tag, std::span<const std::string_view> languages);

// What a request and its tenant say; empty where they say nothing.
struct LanguageWishes {
  std::string_view extension;        // the value of kLanguageExtension
  std::string_view tenant;           // the tenant's setting
  std::string_view accept_language;  // the header (RFC 9110, section 12.5.4)
};
// The first of the wishes, in this order, that means one of the languages; otherwise "en". Of the header the range with the
// highest weight counts; equal weights count in the order of the header. `languages` holds "en".
std::string_view resolve_language(const LanguageWishes& wishes, std::span<const std::string_view> languages);

}  // namespace cathgate::cds_hooks
