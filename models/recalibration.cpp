#include "models/recalibration.h"

#include <algorithm>
#include <cmath>

#include "core/digest.h"

namespace cathgate::models {
namespace {

void write_sex(JsonWriter& json, std::string_view key, const SexCounts& sex) {
  const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  json.key(key).start_object();
  json.member("patients", count(sex.patients)).member("obstructed", count(sex.obstructed)).member("deferred", count(sex.deferred)).member("missed", count(sex.missed));
  json.member("threshold", sex.threshold).member("missed_upper", sex.missed_upper).member("certified", sex.certified).end_object();
}

std::string write(const Recalibration& r, bool with_signature) {
  JsonWriter json;
  json.start_object().member("kind", "cathgate-recalibration").member("version", r.version);
  json.member("model", r.model_id).member("model_version", r.model_version).member("model_digest", r.model_digest);
  json.member("cohort", r.cohort).member("cohort_digest", r.cohort_digest).member("previous", r.previous);
  json.member("centre", r.centre).member("intercept", r.intercept).member("slope", r.slope).member("ratio_weight", r.ratio_weight);
  json.key("covariance").start_array();
  for (const double v : r.covariance.values) json.number(v);
  json.end_array();
  json.member("missed_bound", r.missed_bound).member("confidence", r.confidence).member("obstructed_cap", r.obstructed_cap).member("supported", r.supported);
  write_sex(json, "men", r.men);
  write_sex(json, "women", r.women);
  json.key("sample").start_array();
  for (const auto& p : r.sample) json.start_array().number(p.log_odds).number(p.log_ratio).integer(p.male).integer(p.obstructed).end_array();
  json.end_array();
  if (with_signature) json.member("signature", r.signature);
  return json.end_object().take();
}

void write_sex_use(JsonWriter& json, std::string_view key, const SexCounts& sex) {
  json.key(key).start_object().member("threshold", sex.threshold).member("certified", sex.certified).end_object();
}

SexCounts read_sex_use(JsonValue json) {
  SexCounts sex;
  sex.threshold = json["threshold"].number().value_or(0);
  sex.certified = json["certified"].boolean().value_or(false);
  return sex;
}

class Reader {
 public:
  Reader(JsonValue root, const std::string& where) : root_(root), where_(where) {}

  Result<Recalibration> read() {
    Recalibration r;
    if (root_["kind"].text() != "cathgate-recalibration") return Error{ErrorCode::invalid_input, where_, "this is no recalibration"};
    r.version = static_cast<int>(number(root_, "version"));
    for (const auto& [key, field] : {std::pair{"model", &r.model_id}, {"model_version", &r.model_version}, {"model_digest", &r.model_digest}, {"cohort", &r.cohort}, {"cohort_digest", &r.cohort_digest}, {"previous", &r.previous}, {"signature", &r.signature}}) *field = root_[key].text();
    r.centre = number(root_, "centre");
    r.intercept = number(root_, "intercept");
    r.slope = number(root_, "slope");
    r.ratio_weight = number(root_, "ratio_weight");
    for (const auto v : root_["covariance"].elements()) r.covariance.values.push_back(v.number().value_or(0));
    r.covariance.rows = r.covariance.columns = 2;
    r.missed_bound = number(root_, "missed_bound");
    r.confidence = number(root_, "confidence");
    r.obstructed_cap = number(root_, "obstructed_cap");
    r.supported = root_["supported"].boolean().value_or(false);
    r.men = sex(root_["men"]);
    r.women = sex(root_["women"]);
    for (const auto p : root_["sample"].elements()) r.sample.push_back({p[std::size_t{0}].number().value_or(0), p[std::size_t{1}].number().value_or(0), p[std::size_t{2}].integer() == 1, p[std::size_t{3}].integer() == 1});
    if (!whole_ || r.covariance.values.size() != 4 || r.sample.empty()) return Error{ErrorCode::invalid_input, where_, "a field of the recalibration is missing"};
    if (sign(r) != r.signature) return Error{ErrorCode::invalid_input, where_, "the signature does not fit the content; the file was changed after it was made"};
    return r;
  }

 private:
  double number(JsonValue object, std::string_view key) {
    const auto value = object[key].number();
    whole_ = whole_ && value;
    return value.value_or(0);
  }
  SexCounts sex(JsonValue object) {
    const auto count = [&](std::string_view key) { return static_cast<std::size_t>(std::max(0.0, number(object, key))); };
    return {count("patients"), count("obstructed"), count("deferred"), count("missed"), number(object, "threshold"), number(object, "missed_upper"), object["certified"].boolean().value_or(false)};
  }

  JsonValue root_;
  const std::string& where_;
  bool whole_ = true;
};

}  // namespace

double Recalibration::variance(double score_variance, double anchor, double anchor_variance) const {
  const double x = anchor - centre;
  return covariance(0, 0) + 2 * covariance(0, 1) * x + covariance(1, 1) * (x * x + anchor_variance) + slope * slope * score_variance;
}

void write_recalibration_use(JsonWriter& json, const Recalibration& r) {
  json.start_object().member("signature", r.signature).member("model_digest", r.model_digest).member("supported", r.supported);
  json.member("centre", r.centre).member("intercept", r.intercept).member("slope", r.slope).member("ratio_weight", r.ratio_weight);
  json.key("covariance").start_array();
  for (const double v : r.covariance.values) json.number(v);
  json.end_array();
  write_sex_use(json, "men", r.men);
  write_sex_use(json, "women", r.women);
  json.end_object();
}

Recalibration read_recalibration_use(JsonValue json) {
  Recalibration r;
  r.signature = json["signature"].text();
  r.model_digest = json["model_digest"].text();
  r.supported = json["supported"].boolean().value_or(false);
  r.centre = json["centre"].number().value_or(0);
  r.intercept = json["intercept"].number().value_or(0);
  r.slope = json["slope"].number().value_or(1);
  r.ratio_weight = json["ratio_weight"].number().value_or(1);
  r.covariance = Matrix(2, 2);
  for (std::size_t i = 0; i < r.covariance.values.size(); ++i) r.covariance.values[i] = json["covariance"][i].number().value_or(0);
  r.men = read_sex_use(json["men"]);
  r.women = read_sex_use(json["women"]);
  return r;
}

std::string write_recalibration(const Recalibration& recalibration) { return write(recalibration, true); }
std::string sign(const Recalibration& recalibration) { return to_hex(sha256(write(recalibration, false))); }
Result<Recalibration> read_recalibration(JsonValue root, const std::string& where) { return Reader(root, where).read(); }

}  // namespace cathgate::models
