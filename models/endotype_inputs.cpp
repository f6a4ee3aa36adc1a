#include "models/endotype_inputs.h"

#include <algorithm>

namespace cathgate::models {
namespace {

class Reader {
 public:
  Reader(const EndotypeData& data, const FactView& view) : data_(data), view_(view) {}

  EndotypeReading read() {
    read_person();
    for (std::size_t i = 0; i < kFlowIndices; ++i) read_index(i);
    for (std::size_t t = 0; t < kIschaemiaTests; ++t) read_ischaemia(t);
    for (std::size_t f = 0; f < kSpasmFindings; ++f) read_finding(f);
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      if (is_yes(data_.acetylcholine[s])) out_.inputs.acetylcholine = static_cast<Spasm>(s);
    if (const auto ffr = view_.not_older_than(data_.ffr, data_.ffr_max_age_days); ffr.exact()) out_.inputs.ffr = used(data_.ffr, ffr).low;
    return std::move(out_);
  }

 private:
  bool is_yes(FactId fact) const { return view_[fact].equals(1) == Truth::yes; }
  const FactValue& used(FactId fact, const FactValue& value) {
    out_.evidence.push_back({fact, value});
    return out_.evidence.back().value;
  }

  void read_person() {
    const auto& male = view_[data_.male];
    out_.sex_known = male.exact();
    out_.inputs.female = out_.sex_known && male.low == 0;
    if (view_[data_.age].exact()) out_.inputs.age_years = view_[data_.age].low;
    out_.inputs.hypertension = is_yes(data_.hypertension);
    out_.inputs.diabetes = is_yes(data_.diabetes);
    out_.inputs.smoker = view_[data_.smoking].at_least(data_.smoking_from) == Truth::yes;
    const auto rate = view_.not_older_than(data_.heart_rate, data_.heart_rate_max_age_days);
    out_.inputs.fast_heart_rate = rate.above(data_.constants.fast_heart_rate_above) == Truth::yes;
    for (const auto cause : data_.secondary_causes)
      if (is_yes(cause)) {
        out_.inputs.secondary_cause = true;
        used(cause, view_[cause]);
      }
  }

  bool is_invalid(const ReadingData& reading) const {
    return std::any_of(reading.invalid_when.begin(), reading.invalid_when.end(), [&](FactId f) { return is_yes(f); }) ||
           std::any_of(reading.invalid_from.begin(), reading.invalid_from.end(), [&](const auto& limit) { return view_[limit.first].at_least(limit.second) == Truth::yes; });
  }
  void read_index(std::size_t i) {
    const auto& reading = data_.readings[i];
    const auto value = view_.not_older_than(reading.fact, reading.max_age_days);
    if (!value.exact() || value.low <= 0) return;
    if (is_invalid(reading)) return out_.invalid.push_back(reading.fact);
    out_.inputs.readings[i] = used(reading.fact, value).low;
  }

  void read_ischaemia(std::size_t t) {
    const auto& test = data_.ischaemia[t];
    const auto value = view_.not_older_than(test.fact, test.max_age_days);
    const bool positive = value.at_least(test.abnormal_from) == Truth::yes;
    if (!positive && value.above(test.normal_up_to) != Truth::no) return;
    out_.inputs.ischaemia[t] = positive;
    used(test.fact, value);
  }

  // Present when one of the facts says so, absent when all of them deny it.
  void read_finding(std::size_t f) {
    const auto& finding = data_.findings[f];
    bool all_absent = true;
    for (const auto fact : finding.facts) {
      const Truth present = view_[fact].at_least(finding.present_from);
      if (present == Truth::yes) {
        out_.inputs.findings[f] = true;
        used(fact, view_[fact]);
        return;
      }
      all_absent = all_absent && present == Truth::no && view_[fact].origin != Origin::assumed;
    }
    if (!all_absent) return;
    out_.inputs.findings[f] = false;
    for (const auto fact : finding.facts) used(fact, view_[fact]);
  }

  const EndotypeData& data_;
  const FactView& view_;
  EndotypeReading out_;
};

}  // namespace

EndotypeReading read_endotype_inputs(const EndotypeData& data, const FactView& view) { return Reader(data, view).read(); }

}  // namespace cathgate::models
