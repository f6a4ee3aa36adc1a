#include "models/trees.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace cathgate::models {
namespace {

constexpr char kMargin[] = R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";
constexpr char kContributions[] = R"({"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";

void use_one_thread() {
  static const int done = XGBSetGlobalConfig(R"({"verbosity":0})");
  if (done != 0) throw std::runtime_error("XGBoost refuses its configuration");
}

// XGBoost keeps state for each thread that a booster's end still reads. Once a thread's own objects are gone, as at the end
// of the program, a booster is kept instead of freed.
thread_local bool thread_ended = false;
struct EndOfThread {
  ~EndOfThread() { thread_ended = true; }
};
void watch_thread() { static thread_local const EndOfThread watch; }

void release(BoosterHandle handle) {
  static auto& kept = *new std::vector<BoosterHandle>;
  if (thread_ended) kept.push_back(handle);
  else XGBoosterFree(handle);
}

Error failure() { return {ErrorCode::internal, "xgboost", XGBGetLastError()}; }

// A matrix of the library's own, in its single precision; missing values are never passed on.
class Rows {
 public:
  Rows(std::span<const double> values, std::size_t rows, std::size_t columns) {
    std::vector<float> narrow(values.size());
    std::transform(values.begin(), values.end(), narrow.begin(), [](double v) { return static_cast<float>(v); });
    if (XGDMatrixCreateFromMat(narrow.data(), rows, columns, std::numeric_limits<float>::quiet_NaN(), &handle_) != 0) throw std::runtime_error(XGBGetLastError());
  }
  ~Rows() { XGDMatrixFree(handle_); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void set(const char* field, std::span<const double> values) {
    std::vector<float> narrow(values.size());
    std::transform(values.begin(), values.end(), narrow.begin(), [](double v) { return static_cast<float>(v); });
    if (XGDMatrixSetFloatInfo(handle_, field, narrow.data(), narrow.size()) != 0) throw std::runtime_error(XGBGetLastError());
  }
  DMatrixHandle handle() const { return handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

std::string text(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string monotone_text(const std::vector<int>& signs) {
  std::string out = "(";
  for (const int sign : signs) out += (out.size() > 1 ? "," : "") + std::to_string(sign);
  return out + ")";
}

}  // namespace

struct Trees::Booster {
  BoosterHandle handle = nullptr;
  Booster() { watch_thread(); }
  ~Booster() { release(handle); }
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;
  bool set(const char* name, const std::string& value) const { return XGBoosterSetParam(handle, name, value.c_str()) == 0; }

  std::span<const float> predict(const Rows& rows, const char* how) const {
    watch_thread();
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    if (XGBoosterPredictFromDMatrix(handle, rows.handle(), how, &shape, &dimensions, &values) != 0) throw std::runtime_error(XGBGetLastError());
    std::size_t count = 1;
    for (bst_ulong d = 0; d < dimensions; ++d) count *= shape[d];
    return {values, count};
  }
};

Result<Trees> Trees::load(std::string_view json, std::size_t inputs) {
  use_one_thread();
  auto booster = std::make_shared<Booster>();
  if (XGBoosterCreate(nullptr, 0, &booster->handle) != 0) return failure();
  if (XGBoosterLoadModelFromBuffer(booster->handle, json.data(), json.size()) != 0 || !booster->set("nthread", "1")) return failure();
  bst_ulong features = 0;
  if (XGBoosterGetNumFeature(booster->handle, &features) != 0) return failure();
  if (features != inputs) return Error{ErrorCode::invalid_input, "trees", "the trees read " + std::to_string(features) + " inputs and not " + std::to_string(inputs)};
  Trees trees;
  trees.booster_ = std::move(booster);
  trees.inputs_ = inputs;
  // The library finishes its set-up at the first prediction; after that predicting changes nothing and is thread-safe.
  std::vector<double> sums(inputs + 1);
  trees.add_contributions(std::vector<double>(inputs), sums);
  trees.margins(Matrix(1, inputs));
  return trees;
}

Result<Trees> Trees::fit(const Matrix& x, std::span<const double> y, std::span<const double> offset, const TreeOptions& options) {
  use_one_thread();
  Rows rows(x.values, x.rows, x.columns);
  rows.set("label", y);
  rows.set("base_margin", offset);
  Booster booster;
  const DMatrixHandle handle = rows.handle();
  if (XGBoosterCreate(&handle, 1, &booster.handle) != 0) return failure();
  const bool set = booster.set("nthread", "1") && booster.set("objective", "binary:logistic") && booster.set("tree_method", "exact") &&
                   booster.set("base_score", "0.5") && booster.set("max_depth", std::to_string(options.depth)) && booster.set("eta", text(options.eta)) &&
                   booster.set("subsample", text(options.subsample)) && booster.set("colsample_bytree", text(options.columns)) &&
                   booster.set("min_child_weight", text(options.min_child_weight)) && booster.set("lambda", text(options.lambda)) &&
                   booster.set("seed", std::to_string(options.seed)) &&
                   (options.monotone.empty() || booster.set("monotone_constraints", monotone_text(options.monotone)));
  if (!set) return failure();
  for (int round = 0; round < options.rounds; ++round)
    if (XGBoosterUpdateOneIter(booster.handle, round, handle) != 0) return failure();
  const char* json = nullptr;
  bst_ulong size = 0;
  if (XGBoosterSaveModelToBuffer(booster.handle, R"({"format":"json"})", &size, &json) != 0) return failure();
  return load(std::string(json, size), x.columns);
}

std::string Trees::save() const {
  const char* json = nullptr;
  bst_ulong size = 0;
  if (XGBoosterSaveModelToBuffer(booster_->handle, R"({"format":"json"})", &size, &json) != 0) throw std::runtime_error(XGBGetLastError());
  return std::string(json, size);
}

std::string Trees::library_version() {
  int major = 0, minor = 0, patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::vector<double> Trees::margins(const Matrix& x) const {
  const Rows rows(x.values, x.rows, x.columns);
  const auto values = booster_->predict(rows, kMargin);
  return {values.begin(), values.end()};
}

void Trees::add_contributions(std::span<const double> row, std::span<double> out) const {
  const Rows rows(row, 1, inputs_);
  const auto values = booster_->predict(rows, kContributions);
  for (std::size_t i = 0; i < out.size() && i < values.size(); ++i) out[i] += static_cast<double>(values[i]);
}

}  // namespace cathgate::models
