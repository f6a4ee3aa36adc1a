// A patient built in code, and the real knowledge of the source tree: what the tests of engine/ ask about.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "engine/assess.h"
#include "engine/knowledge.h"

namespace cathgate {

inline constexpr UnixSeconds kNow = 1'795'000'000;  // 2026-11-18
inline constexpr UnixSeconds kHour = 3600;

inline const std::shared_ptr<const Knowledge>& knowledge() {
  static const std::shared_ptr<const Knowledge> loaded = [] {
    auto k = Knowledge::load(CATHGATE_SOURCE_DIR);
    for (const auto& e : k.errors) ADD_FAILURE() << e.where << ": " << e.message;
    return k.ok() ? *k.value : nullptr;
  }();
  return loaded;
}
inline FactId fact_id(std::string_view name) { return knowledge()->facts.require(name); }
inline std::string fact_name(FactId fact) { return knowledge()->facts[fact].name; }

class Patient {
 public:
  // An outpatient whose lists are complete and who was asked everything about the pain: `points` angina items, no dyspnoea.
  static Patient outpatient(int age, bool male, int points, int risk_factors) {
    Patient p;
    p.age(age).male(male).lists().yes("symptom.chest_pain", points > 0).no("symptom.dyspnoea_exertional").no("encounter.acute").no("order.urgent").category("order.indication", "coronary");
    const char* items[] = {"symptom.pain_location", "symptom.pain_exertional", "symptom.pain_relieved"};
    for (int i = 0; i < 3; ++i) p.yes(items[i], i < points);
    const char* factors[] = {"risk.diabetes", "risk.hypertension", "risk.dyslipidaemia", "risk.family_history"};
    for (int i = 0; i < 4; ++i) p.yes(factors[i], i < risk_factors);
    return p.category("risk.smoking", risk_factors > 4 ? "current" : "never");
  }

  Patient& age(int years) {
    const auto born = kNow - static_cast<UnixSeconds>(years * 365.25 * 86'400) - 40 * kSecondsPerDay;
    snapshot.birth_date = TimeRange{born, born};
    return *this;
  }
  Patient& male(bool value) { snapshot.male = value; return *this; }
  Patient& lists(bool complete = true) { snapshot.list_complete.fill(complete); return *this; }
  Patient& at(UnixSeconds seconds_ago) { ago_ = seconds_ago; return *this; }   // of the facts that follow
  Patient& days_ago(double days) { return at(static_cast<UnixSeconds>(days * 86'400)); }
  Patient& from(Origin origin) { origin_ = origin; return *this; }             // likewise
  Patient& session(std::string name) { session_ = std::move(name); return *this; }
  Patient& method(std::string name) { method_ = std::move(name); return *this; }
  // One value for a site of the heart, or the same value for all sites of the fact.
  Patient& site(std::string_view fact, std::string name, double value) {
    number(fact, value);
    snapshot.measurements.back().site = std::move(name);
    return *this;
  }
  Patient& all_sites(std::string_view fact, double value) {
    for (const auto& name : knowledge()->facts[fact_id(fact)].sites) site(fact, name, value);
    return *this;
  }

  Patient& number(std::string_view fact, double value, Comparator comparator = Comparator::exact) {
    Measurement m;
    m.fact = fact_id(fact);
    m.value = value;
    m.comparator = comparator;
    m.at = TimeRange{kNow - ago_, kNow - ago_};
    m.origin = origin_;
    m.session = session_;
    m.method = method_;
    m.source = "Observation/" + std::to_string(snapshot.measurements.size());
    snapshot.measurements.push_back(std::move(m));
    return *this;
  }
  Patient& yes(std::string_view fact, bool value = true) { return number(fact, value); }
  Patient& no(std::string_view fact) { return number(fact, 0); }
  Patient& category(std::string_view fact, std::string_view name) { return number(fact, knowledge()->facts[fact_id(fact)].category(name).value()); }
  Patient& diagnosis(std::string_view fact, Polarity polarity = Polarity::present) {
    snapshot.diagnoses.push_back({fact_id(fact), polarity, TimeRange{kNow - ago_, kNow - ago_}, origin_, "Condition/" + std::to_string(snapshot.diagnoses.size())});
    return *this;
  }
  Patient& drug(std::string_view fact) {
    snapshot.treatments.push_back({fact_id(fact), true, "MedicationRequest/" + std::to_string(snapshot.treatments.size())});
    return *this;
  }
  Patient& hide(std::string_view fact) {
    std::erase_if(snapshot.measurements, [&](const Measurement& m) { return m.fact == fact_id(fact); });
    std::erase_if(snapshot.diagnoses, [&](const Diagnosis& d) { return d.fact == fact_id(fact); });
    return *this;
  }

  Assessment assess(const SiteOptions& site = {}) {
    snapshot.as_of = kNow;
    return cathgate::assess(snapshot, knowledge(), site);
  }
  std::string decision() { return std::string(decision_name(assess().decision)); }
  std::string reason() { return std::string(assess().decision_reason); }

  PatientSnapshot snapshot;

 private:
  UnixSeconds ago_ = kSecondsPerDay;
  Origin origin_ = Origin::coded;
  std::string session_;
  std::string method_;
};

// Everything that a card shows, as text: two assessments with equal fingerprints give equal cards.
inline std::string fingerprint(const Assessment& a) {
  std::string out = std::string(decision_name(a.decision)) + "|" + std::string(a.decision_reason) + "|" + std::string(a.likelihood_silence) + "|" + std::string(scope_name(a.scope));
  out += a.acute_not_assessed ? "|not assessed" : "|assessed";
  if (a.likelihood) {
    out += "|" + std::to_string(a.likelihood->low) + "-" + std::to_string(a.likelihood->high) + std::string(a.likelihood->class_name);
    for (const auto& s : a.likelihood->steps) out += "," + std::string(s.id);
  }
  if (a.next_test) {
    out += "|next " + std::string(test_name(a.next_test->test));
    for (const auto t : a.next_test->alternatives) out += "," + std::string(test_name(t));
    for (const auto& e : a.next_test->excluded) out += ",not " + std::string(test_name(e.test)) + std::string(e.reason);
  }
  const auto facts = [&](const char* title, const auto& list) {
    out += title;
    for (const auto& e : list) out += "," + fact_name(e.fact);
  };
  facts("|drivers", a.drivers);
  facts("|missing", a.missing);
  facts("|evidence", a.evidence);
  for (const auto& s : a.statements) out += "," + std::string(s.finding.id);
  return out;
}

}  // namespace cathgate
