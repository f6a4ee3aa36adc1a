#include "study/cohort_csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace cathgate::study {
namespace {

constexpr std::size_t kMaxErrors = 50;

std::optional<double> number_of(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// A code as a mapping writes it: "4.0" is "4"; what is no number stays as it is.
std::string code_of(const std::string& text) {
  const auto number = number_of(text);
  if (!number) return text;
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, *number).ptr};
}

class PatientReader {
 public:
  PatientReader(const CsvTable& table, const CohortMapping& mapping, const Knowledge& knowledge, const std::string& where, const CohortOptions& options, Cohort& cohort, std::vector<Error>& errors)
      : table_(table), mapping_(mapping), knowledge_(knowledge), where_(where), options_(options), cohort_(cohort), errors_(errors) {}

  void read() {
    note_columns();
    for (std::size_t row = 0; row < table_.rows.size(); ++row) read_row(row);
    for (const auto& [column, count] : codes_as_missing_) cohort_.notes.push_back({CohortNote::Kind::code_as_missing, "column " + column, count, table_.rows.size()});
    for (const auto& [fact, count] : implausible_) cohort_.notes.push_back({CohortNote::Kind::implausible, fact, count, table_.rows.size()});
    for (const auto& [total, counts] : contradictions_)
      if (counts.second > 0) cohort_.notes.push_back({CohortNote::Kind::contradiction, total + " against its items", counts.first, counts.second});
  }

 private:
  void note_columns() {
    std::set<std::string> known(mapping_.ignored.begin(), mapping_.ignored.end());
    const auto expect = [&](const ColumnRule& rule) {
      if (known.insert(rule.column).second && !table_.column(rule.column)) cohort_.notes.push_back({CohortNote::Kind::missing_column, rule.column, 0, 0});
    };
    expect(mapping_.outcome);
    for (const auto& fact : mapping_.facts)
      for (const auto& column : fact.columns) expect(column);
    for (const auto& check : mapping_.checks)
      for (const auto& item : check.items) expect(item);
    if (!table_.column(mapping_.outcome.column)) errors_.push_back({ErrorCode::missing_data, where_, "the column of the outcome, " + mapping_.outcome.column + ", is missing"});
    for (const auto& name : table_.header)
      if (!known.contains(name)) cohort_.notes.push_back({CohortNote::Kind::unmapped_column, name, 0, 0});
  }

  std::string place(std::size_t row, const std::string& column) const { return where_ + ":" + std::to_string(row + 2) + ": " + column; }

  // Empty: not known. The value is in the fact's unit or a category's index.
  std::optional<double> value_of(const ColumnRule& rule, std::size_t row) {
    const auto column = table_.column(rule.column);
    if (!column || table_.rows[row][*column].empty()) return std::nullopt;
    const auto& text = table_.rows[row][*column];
    const auto code = code_of(text);
    if (std::find(rule.unknown.begin(), rule.unknown.end(), code) != rule.unknown.end()) return std::nullopt;
    if (!rule.values.empty()) {
      if (const auto it = rule.values.find(code); it != rule.values.end()) return it->second;
      return outside(rule, row, "the code is outside its domain");
    }
    const auto number = number_of(text);
    if (!number) return outside(rule, row, "a number is needed here");
    if (rule.above) return *number > *rule.above ? 1 : 0;
    if (rule.positive && *number < 0) return outside(rule, row, "the number is negative");
    if (rule.positive) return *number > 0 ? *rule.positive : *rule.zero;
    const double scaled = *number * rule.times;
    return rule.clip ? std::clamp(scaled, rule.clip->first, rule.clip->second) : scaled;
  }

  std::optional<double> outside(const ColumnRule& rule, std::size_t row, const char* what) {
    if (options_.codes_as_missing) ++codes_as_missing_[rule.column];
    else if (errors_.size() < kMaxErrors) errors_.push_back({ErrorCode::invalid_input, place(row, rule.column), what});
    return std::nullopt;
  }

  std::optional<double> value_of(const FactRule& rule, std::size_t row) {
    std::optional<double> value;
    for (const auto& column : rule.columns) {
      const auto one = value_of(column, row);
      if (!one) continue;
      if (!rule.any) return one;
      value = std::max(value.value_or(0), *one);
    }
    return value;
  }

  void read_row(std::size_t row) {
    const auto outcome = value_of(mapping_.outcome, row);
    if (!outcome) {
      if (skipped_++ == 0) cohort_.notes.push_back({CohortNote::Kind::skipped_patient, "no outcome", 0, table_.rows.size()}), skipped_note_ = cohort_.notes.size() - 1;
      cohort_.notes[skipped_note_].count = skipped_;
      return;
    }
    CohortPatient patient{FactView(knowledge_.facts, 0), *outcome != 0, nullptr};
    const auto set = [&](FactId fact, double value) {
      FactValue known = FactValue::exactly(value);
      known.origin = Origin::coded;
      known.at = TimeRange{0, 0};
      patient.view.set(fact, known);
    };
    for (const auto& [fact, value] : mapping_.constants) set(fact, value);
    for (const auto& rule : mapping_.facts) {
      const auto value = value_of(rule, row);
      if (!value) continue;
      const auto& definition = knowledge_.facts[rule.fact];
      if (definition.kind == FactKind::quantity && (*value < definition.plausible_min || *value > definition.plausible_max)) ++implausible_[definition.name];
      else set(rule.fact, *value);
    }
    for (const auto& check : mapping_.checks) compare(check, row, patient.view[check.total]);
    knowledge_.scores.define_facts(patient.view);
    cohort_.patients.push_back(std::move(patient));
  }

  void compare(const ItemCheck& check, std::size_t row, const FactValue& total) {
    auto& [contradictions, comparable] = contradictions_[knowledge_.facts[check.total].name];
    double sum = 0;
    for (const auto& item : check.items) {
      const auto value = value_of(item, row);
      if (!value) return;
      sum += *value;
    }
    if (!total.exact()) return;
    ++comparable;
    if (total.low != sum) ++contradictions;
  }

  const CsvTable& table_;
  const CohortMapping& mapping_;
  const Knowledge& knowledge_;
  const std::string& where_;
  const CohortOptions& options_;
  Cohort& cohort_;
  std::vector<Error>& errors_;
  std::map<std::string, std::size_t> codes_as_missing_, implausible_;
  std::map<std::string, std::pair<std::size_t, std::size_t>> contradictions_;  // by fact: found, comparable
  std::size_t skipped_ = 0, skipped_note_ = 0;
};

}  // namespace

void read_patients(const CsvTable& table, const CohortMapping& mapping, const Knowledge& knowledge, const std::string& where, const CohortOptions& options, Cohort& cohort, std::vector<Error>& errors) {
  PatientReader(table, mapping, knowledge, where, options, cohort, errors).read();
}

}  // namespace cathgate::study
