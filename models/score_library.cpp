#include "models/score_library.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/digest.h"
#include "models/score_reader.h"

namespace cathgate::models {

struct ScoreLibrary::Impl {
  std::vector<std::shared_ptr<const Score>> scores;
  std::vector<const Score*> definers;  // in the order of their dependencies
  LikelihoodRatios ratios;
  std::vector<FileInfo> files;
  std::size_t golden_count = 0;
  std::string digest;

  const Score* find(std::string_view id) const {
    for (const auto& score : scores)
      if (score->id() == id) return score.get();
    return nullptr;
  }
};

namespace {

struct Source {
  std::string path;
  JsonDocument document;
};

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class LibraryLoader {
 public:
  LibraryLoader(const FactCatalogue& facts, ScoreLibrary::Impl& impl, std::vector<Error>& errors) : facts_(facts), impl_(impl), errors_(errors) {}

  void load(const std::string& folder) {
    read_files(folder);
    for (auto& source : sources_) {
      const auto root = source.document.root();
      impl_.files.push_back({std::string(root["id"].text()), std::string(root["version"].text()), std::string(root["title"].text()), !root["approved_by"].text().empty()});
      if (!root["tests"].is_missing()) read_ratios(node(source));
      else waiting_.push_back(&source);
    }
    while (read_ready_scores()) {}
    for (const auto* source : waiting_) node(*source).at("inputs").problem("reads a score that does not exist or reads this one");
    if (impl_.ratios.tests.empty()) errors_.push_back({ErrorCode::invalid_input, folder, "no likelihood ratios"});
    order_definers(folder);
  }

 private:
  Node node(const Source& source) { return {source.document.root(), source.path + "#", facts_, errors_}; }

  void read_files(const std::string& folder) {
    std::error_code ec;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
      if (entry.path().extension() == ".json") paths.push_back(entry.path());
    if (ec || paths.empty()) errors_.push_back({ErrorCode::not_found, folder, "no scores in this folder"});
    std::sort(paths.begin(), paths.end());
    std::string all;
    for (const auto& path : paths) {
      all += read_bytes(path);
      auto document = load_json_file(path.string());
      if (document) sources_.push_back({path.string(), std::move(document).value()});
      else errors_.push_back(document.error());
    }
    impl_.digest = to_hex(sha256(all));
  }

  void read_ratios(const Node& root) {
    impl_.ratios = read_likelihood_ratios(root);
    impl_.golden_count += try_golden_rows(root, impl_.ratios);
  }

  // Reads the scores whose inputs are all there; false when there was none.
  bool read_ready_scores() {
    std::vector<const Source*> left;
    for (const auto* source : waiting_) {
      const auto needs = read_score_dependencies(source->document.root());
      if (!std::all_of(needs.begin(), needs.end(), [&](const auto& id) { return impl_.find(id); })) {
        left.push_back(source);
        continue;
      }
      const auto before = errors_.size();
      auto score = read_score(node(*source), [&](std::string_view id) { return impl_.find(id); });
      if (errors_.size() == before) impl_.golden_count += try_golden_rows(node(*source), score);
      impl_.scores.push_back(std::make_unique<Score>(std::move(score)));
    }
    const bool progress = left.size() < waiting_.size();
    waiting_ = std::move(left);
    return progress;
  }

  static bool reads(const Score& score, FactId fact) {
    for (const auto& variable : score.data().variables) {
      if (variable.fact == fact) return true;
      for (const auto& fallback : variable.if_unknown)
        if (fallback.fact == fact) return true;
    }
    return false;
  }

  void order_definers(const std::string& folder) {
    std::vector<const Score*> left;
    for (const auto& score : impl_.scores)
      if (score->data().defines != kNoFact) left.push_back(score.get());
    while (!left.empty()) {
      const auto ready = std::find_if(left.begin(), left.end(), [&](const Score* s) {
        return std::none_of(left.begin(), left.end(), [&](const Score* other) { return reads(*s, other->data().defines); });
      });
      if (ready == left.end()) return errors_.push_back({ErrorCode::invalid_input, folder, "scores define facts in a cycle"});
      impl_.definers.push_back(*ready);
      left.erase(ready);
    }
  }

  const FactCatalogue& facts_;
  ScoreLibrary::Impl& impl_;
  std::vector<Error>& errors_;
  std::vector<Source> sources_;
  std::vector<const Source*> waiting_;
};

}  // namespace

Loaded<ScoreLibrary> ScoreLibrary::load(const std::string& folder, const FactCatalogue& facts) {
  auto impl = std::make_shared<Impl>();
  std::vector<Error> errors;
  LibraryLoader(facts, *impl, errors).load(folder);
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  ScoreLibrary library;
  library.impl_ = std::move(impl);
  return {std::move(library), {}};
}

const Score* ScoreLibrary::find(std::string_view id) const { return impl_->find(id); }
const LikelihoodRatios& ScoreLibrary::ratios() const { return impl_->ratios; }

ScoreLibrary ScoreLibrary::with_age_limits(const std::map<FactId, double>& days) const {
  auto impl = std::make_shared<Impl>(*impl_);
  for (auto& test : impl->ratios.tests)
    if (const auto own = days.find(test.fact); own != days.end() && test.max_age_days) test.max_age_days = own->second;
  ScoreLibrary library;
  library.impl_ = std::move(impl);
  return library;
}
void ScoreLibrary::define_facts(FactView& view) const {
  for (const auto* score : impl_->definers) score->define(view);
}
std::size_t ScoreLibrary::score_count() const { return impl_->scores.size(); }
std::size_t ScoreLibrary::golden_count() const { return impl_->golden_count; }
std::string_view ScoreLibrary::digest() const { return impl_->digest; }
const std::vector<ScoreLibrary::FileInfo>& ScoreLibrary::files() const { return impl_->files; }

}  // namespace cathgate::models
