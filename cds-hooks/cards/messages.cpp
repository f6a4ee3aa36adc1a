#include "cds-hooks/cards/messages.h"

#include <algorithm>
#include <filesystem>

#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kEnglish = "en";
constexpr std::size_t kSummaryLimit = 140;  // CDS Hooks: a summary has fewer characters

bool has_family(std::string_view id) {
  return std::any_of(kPhraseFamilies.begin(), kPhraseFamilies.end(),
                     [id](std::string_view f) { return id.starts_with(f); });
}

// Reasons of the engine may speak of facts; the other families have at most the placeholders named here.
std::string_view placeholders_of_family(std::string_view id) {
  if (id.starts_with("short.")) return "value";
  return id.starts_with("issue.") ? "fact detail" : "";
}

const PhraseSpec* spec_of(std::string_view id) {
  const auto at =
      std::find_if(kPhraseSpecs.begin(), kPhraseSpecs.end(), [id](const PhraseSpec& s) { return s.id == id; });
  return at == kPhraseSpecs.end() ? nullptr : &*at;
}

bool holds_word(std::string_view words, std::string_view word) {
  for (std::size_t at = 0; at < words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

// What is wrong with one text, or an empty string.
std::string problem_of(std::string_view id, std::string_view text) {
  if (text.empty() && id != kPhraseSpecs[static_cast<std::size_t>(Phrase::sentence_space)].id) return "the text is empty";
  const PhraseSpec* spec = spec_of(id);
  if (!spec && !has_family(id)) return "no writer uses this id";
  const std::string_view allowed = spec ? spec->placeholders : placeholders_of_family(id);
  for (const auto name : placeholders_of(text))
    if (!holds_word(allowed, name)) return "unknown placeholder {" + std::string(name) + "}";
  if (id.starts_with("summary.") && code_points(text) >= kSummaryLimit)
    return "a summary must stay below 140 characters";
  return {};
}

bool same_placeholders(std::string_view a, std::string_view b) {
  auto of_a = placeholders_of(a), of_b = placeholders_of(b);
  std::sort(of_a.begin(), of_a.end());
  std::sort(of_b.begin(), of_b.end());
  return of_a == of_b;
}

void read_texts(JsonValue file, const std::string& path, const auto& keep, std::vector<Error>& errors) {
  for (const auto member : file["messages"].members()) {
    const auto text = member.value().string();
    const std::string problem = text ? problem_of(member.name(), *text) : "a text is a string";
    if (problem.empty())
      keep(member.name(), *text);
    else
      errors.push_back({ErrorCode::invalid_input, path + "#/messages/" + std::string(member.name()), problem});
  }
}

// English first, the others by name.
std::vector<std::filesystem::path> catalogue_files(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".json") files.push_back(at->path());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(a.stem() != kEnglish, a) < std::pair(b.stem() != kEnglish, b);
  });
  return files;
}

}  // namespace

std::string_view Phrases::find(std::string_view id) const {
  const auto at = texts_.find(id);
  return at == texts_.end() ? std::string_view() : std::string_view(at->second);
}

std::string_view Phrases::find(std::string_view family, std::string_view name) const {
  std::array<char, 96> id;
  if (family.size() + name.size() > id.size()) return {};
  const auto end = std::copy(name.begin(), name.end(), std::copy(family.begin(), family.end(), id.begin()));
  return find(std::string_view(id.data(), static_cast<std::size_t>(end - id.begin())));
}

std::vector<std::string> Phrases::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, text] : texts_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Phrases Phrases::read(const std::filesystem::path& file, const Phrases* english, std::vector<Error>& errors) {
  Phrases phrases;
  phrases.language_ = file.stem().string();
  const auto document = load_json_file(file.string());
  if (!document) {
    errors.push_back(document.error());
    return phrases;
  }
  read_texts(
      document->root(), file.string(),
      [&](std::string_view id, std::string_view text) {
        phrases.texts_.emplace(id, text);
        phrases.own_.emplace(id);
      },
      errors);
  phrases.reviewed_ = !document->root()["reviewed_by"].text().empty();
  if (english) {
    for (const auto& [id, text] : english->texts_)
      if (phrases.texts_.emplace(id, text).second) phrases.complete_ = false;
      else if (!same_placeholders(phrases.find(id), text))
        errors.push_back({ErrorCode::invalid_input, file.string() + "#/messages/" + id, "the placeholders must be those of the English text"});
  } else {
    for (const auto& spec : kPhraseSpecs)
      if (phrases.find(spec.id).empty())
        errors.push_back(
            {ErrorCode::invalid_input, file.string() + "#/messages/" + std::string(spec.id), "this text is missing"});
  }
  for (std::size_t i = 0; i < kPhrases; ++i) phrases.fixed_[i] = phrases.find(kPhraseSpecs[i].id);
  return phrases;
}

Loaded<Messages> Messages::load(const std::string& folder) {
  Loaded<Messages> loaded;
  const auto files = catalogue_files(folder);
  if (files.empty() || files.front().stem() != kEnglish) {
    loaded.errors.push_back({ErrorCode::not_found, folder + "/en.json", "the English message catalogue is missing"});
    return loaded;
  }
  Messages messages;
  for (const auto& file : files) {
    const Phrases* english = messages.languages_.empty() ? nullptr : &messages.languages_.front();
    auto phrases = Phrases::read(file, english, loaded.errors);
    messages.languages_.push_back(std::move(phrases));
  }
  if (loaded.errors.empty()) loaded.value = std::move(messages);
  return loaded;
}

const Phrases& Messages::in(std::string_view language) const {
  for (const auto& phrases : languages_)
    if (language == phrases.language_) return phrases;
  return languages_.front();
}

std::vector<std::string_view> Messages::languages() const {
  std::vector<std::string_view> names;
  for (const auto& phrases : languages_) names.push_back(phrases.language_);
  return names;
}

void Messages::set_state(std::string_view language, bool complete, bool reviewed) {
  for (auto& phrases : languages_) {
    if (phrases.language_ != language) continue;
    phrases.complete_ = complete;
    phrases.reviewed_ = reviewed;
  }
}

void fill(std::string& out, std::string_view text, std::initializer_list<Slot> slots) {
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    const auto name = text.substr(open + 1, close - open - 1);
    const auto slot = std::find_if(slots.begin(), slots.end(), [name](const Slot& s) { return s.name == name; });
    out += text.substr(0, open);
    out += slot == slots.end() ? text.substr(open, close - open + 1) : slot->value;
    text.remove_prefix(close + 1);
  }
  out += text;
}

std::string filled(std::string_view text, std::initializer_list<Slot> slots) {
  std::string out;
  fill(out, text, slots);
  return out;
}

std::vector<std::string_view> placeholders_of(std::string_view text) {
  std::vector<std::string_view> names;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) break;
    const auto name = text.substr(open + 1, close - open - 1);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

}  // namespace cathgate::cds_hooks
