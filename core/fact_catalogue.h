// The vocabulary: every fact that Cathgate can know about a patient, by name, with kind, unit, range and the two policies
// (how one value is chosen among several, what absence means). The data are core/facts.json. It knows no code system:
// codes are mapped to facts in fhir/terms.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"

namespace cathgate {

// An index into the catalogue; small and dense, so that a view of all facts is an array.
using FactId = std::uint16_t;
inline constexpr FactId kNoFact = 0xFFFF;

// How a fact's value is held. Every value is a double: a quantity in the fact's unit; a boolean as 0 or 1; a category as
// the index into `categories`, whose order is the clinical order where there is one (CAD-RADS 0 < 1 < ... < 5).
enum class FactKind { quantity, boolean, category };

// How one value is chosen among several that were measured.
enum class Selection {
  latest,   // the most recent; two different ones at the same instant conflict
  highest,  // the highest ever (a stenosis, a calcium score)
  lowest,   // the lowest ever (FFR)
};

// What it means that the record does not mention the fact.
enum class AbsencePolicy {
  unknown,                    // nothing
  negative_if_list_complete,  // a complete, unpaged list without it means "assumed absent", and the card says so
};

// The lists of the record whose completeness decides the second policy.
enum class RecordList : std::uint8_t { conditions, medications, allergies, family_history, procedures, none };
inline constexpr std::size_t kRecordLists = 5;

// When a derived fact is computed. Facts of the record belong to `record`. A rule of one stage may read facts of its own
// or earlier stages only, so that no cycle can be written.
enum class Stage : std::uint8_t { record, derived, scope, gate, likelihood, result, decision, tests, prevention, endotype };
inline constexpr std::size_t kStages = 10;
std::optional<Stage> read_stage(std::string_view name);
std::string_view stage_name(Stage stage);

struct FactDefinition {
  std::string name;   // "ccta.cad_rads": dotted, lower case, stable for ever
  std::string label;  // English, for cards: "CAD-RADS category"
  FactKind kind = FactKind::boolean;
  std::string unit;   // UCUM, quantities only: "mg/dL", "%", "mm", "1" for none
  std::vector<std::string> categories;
  Selection selection = Selection::latest;
  AbsencePolicy absence = AbsencePolicy::unknown;
  RecordList list = RecordList::none;  // the list that must be complete for negative_if_list_complete
  double plausible_min = 0;            // quantities: values outside are refused with a DataIssue (operational limits)
  double plausible_max = 0;
  Stage stage = Stage::record;
  // Facts that have one value for each site of the heart (segment, disc): the names of the sites in their published
  // order. Such a fact is never chosen into a FactView; engine/ computes derived facts from all its values. Empty: no sites.
  std::vector<std::string> sites;

  // The index of a category name, or empty.
  std::optional<double> category(std::string_view category_name) const;
};

class FactCatalogue {
 public:
  // Reads facts.json; reports every problem (unknown kind, duplicate name, quantity without unit or range).
  static Loaded<FactCatalogue> load(const std::string& path);

  std::optional<FactId> find(std::string_view name) const;
  const FactDefinition& operator[](FactId id) const { return facts_[id]; }
  std::size_t size() const { return facts_.size(); }
  // A site's own limits against typing errors, low < high, in the fact's unit; while loading only.
  void set_plausible(FactId id, double low, double high) {
    facts_[id].plausible_min = low;
    facts_[id].plausible_max = high;
  }
  // The id of a fact that the program itself relies on; a missing one is a bug in facts.json and throws std::logic_error.
  FactId require(std::string_view name) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::vector<FactDefinition> facts_;
  std::unordered_map<std::string, FactId, Hash, std::equal_to<>> by_name_;
};

}  // namespace cathgate
