#include "rules/library_loader.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "core/digest.h"

namespace cathgate::rules {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code trouble;
  for (auto it = fs::recursive_directory_iterator(folder, trouble); !trouble && it != fs::recursive_directory_iterator(); it.increment(trouble))
    if (it->path().extension() == ".json" && it->is_regular_file(trouble)) files.push_back(it->path());
  std::sort(files.begin(), files.end());
  return files;
}

// The place "rules/library/x.json" of a file below ROOT/rules/library.
std::string shown_path(const fs::path& file, const fs::path& folder) {
  const fs::path inside = file.lexically_relative(folder);
  const fs::path shown = folder.parent_path().filename() / folder.filename();
  return (file == folder ? shown : shown / inside).generic_string();
}

// The value with the members of every object in alphabetical order: equal content gives equal text.
void write_canonical(JsonWriter& writer, JsonValue json) {
  if (json.is_array()) {
    writer.start_array();
    for (const auto element : json.elements()) write_canonical(writer, element);
    writer.end_array();
  } else if (json.is_object()) {
    std::vector<std::string_view> keys;
    for (const auto member : json.members()) keys.push_back(member.key);
    std::sort(keys.begin(), keys.end());
    writer.start_object();
    for (const auto key : keys) write_canonical(writer.key(key), json[key]);
    writer.end_object();
  } else {
    writer.value(json);
  }
}

// Ids are unique in the whole library; the first holder keeps one.
class UsedIds {
 public:
  void claim(const Cursor& at) {
    const std::string id(at.json().text());
    if (id.empty()) return;
    const auto [it, fresh] = holders_.emplace(id, at.where());
    if (!fresh) at.problem("the id " + in_quotes(id) + " is already taken by " + it->second);
  }

 private:
  std::unordered_map<std::string, std::string> holders_;
};

class FolderReader {
 public:
  explicit FolderReader(const FactCatalogue& facts) : facts_(facts) {}

  // `skip`: the id of a file that is not to be read; empty: none.
  void read(const fs::path& path, const std::string& shown, bool site, std::string_view skip = {}) {
    const auto document = load_json_file(path.string());
    if (!document) return report_unreadable(document.error(), path.string(), shown);
    if (!skip.empty() && document->root()["id"].text() == skip) return;
    const Cursor file(document->root(), shown + "#", result_.errors);
    const FileHead head = read_file_head(file, site);
    file_ids_.claim(file["id"]);
    if (file["rules"].expect_filled_array("rule"))
      for (std::size_t i = 0; i < file["rules"].json().size(); ++i) read_one(file["rules"][i], head);
    result_.heads.push_back(head);
    JsonWriter canonical;
    write_canonical(canonical, document->root());
    contents_.push_back((site ? "site " : "") + canonical.take());
  }

  void problem(ErrorCode code, std::string where, std::string message) { result_.errors.push_back({code, std::move(where), std::move(message)}); }

  RuleFiles take() {
    std::sort(contents_.begin(), contents_.end());
    std::string all;
    for (const auto& content : contents_) all += content + '\n';
    result_.digest = to_hex(sha256(all));
    return std::move(result_);
  }

 private:
  void read_one(const Cursor& at, const FileHead& head) {
    const auto change = head.site ? read_override(at) : std::nullopt;
    if (change && change->disabled) return switch_off(at, *change);
    auto rule = read_rule(at, head, facts_);
    if (!change) {
      if (rule) result_.rules.push_back(std::move(*rule));
      return rule_ids_.claim(at["id"]);
    }
    Rule* replaced = overridden(at, *change);
    if (!rule || !replaced) return;
    rule->info.site = change->note;
    *replaced = std::move(*rule);
  }

  void switch_off(const Cursor& at, const Override& change) {
    const Rule* rule = overridden(at, change);
    if (!rule) return;
    result_.disabled.push_back(rule->info.id);
    std::erase_if(result_.rules, [&](const Rule& r) { return r.info.id == result_.disabled.back(); });
  }

  // The library's rule that a site's rule overrides; null after reporting that there is none.
  Rule* overridden(const Cursor& at, const Override& change) {
    override_ids_.claim(at["id"]);
    const auto id = at["id"].json().text();
    const auto rule = std::find_if(result_.rules.begin(), result_.rules.end(), [&](const Rule& r) { return r.info.id == id; });
    if (rule == result_.rules.end() || rule->info.site) {
      at["override"].problem("the library has no rule " + in_quotes(id) + " that could be overridden");
      return nullptr;
    }
    if (rule->info.version != change.of_version)
      result_.notices.push_back(at.where() + ": the library's rule " + rule->info.id + " has version " + rule->info.version + "; the override was written for " +
                                change.of_version + ": read the new one and decide again");
    return &*rule;
  }

  // The JSON reader names the file as it was opened; a reader of messages knows it by its place in the project.
  void report_unreadable(Error error, const std::string& path, const std::string& shown) {
    if (error.where.starts_with(path)) error.where.replace(0, path.size(), shown);
    result_.errors.push_back(std::move(error));
  }

  const FactCatalogue& facts_;
  RuleFiles result_;
  UsedIds file_ids_, rule_ids_, override_ids_;
  std::vector<std::string> contents_;
};

fs::path normal(const std::string& folder) { return fs::path(folder + "/").lexically_normal().parent_path(); }

}  // namespace

RuleFiles read_rule_files(const RuleFolders& places, const FactCatalogue& facts) {
  FolderReader reader(facts);
  std::string replaced;
  if (!places.replacement.empty())
    if (const auto document = load_json_file(places.replacement)) replaced = document->root()["id"].text();
  const fs::path root = normal(places.library);
  const auto files = json_files(root);
  for (const auto& file : files) reader.read(file, shown_path(file, root), false, replaced);
  if (files.empty()) reader.problem(ErrorCode::not_found, shown_path(root, root), "no rule files (*.json) in this folder");
  if (!places.replacement.empty()) reader.read(places.replacement, fs::path(places.replacement).filename().string(), false);
  if (!places.site.empty()) {
    const fs::path site = normal(places.site);
    std::error_code ignored;
    if (fs::is_regular_file(site, ignored)) reader.read(site, site.filename().string(), true);
    else if (!fs::is_directory(site, ignored)) reader.problem(ErrorCode::not_found, site.string(), "the folder of the site's rules is not there");
    for (const auto& file : json_files(site))
      if (file.filename() != "defaults.json") reader.read(file, "site/" + file.lexically_relative(site).generic_string(), true);
  }
  return reader.take();
}

void group_by_file(std::vector<Error>& errors) {
  const auto file = [](const Error& e) { return std::string_view(e.where).substr(0, std::min(e.where.find('#'), e.where.find(':'))); };
  std::stable_sort(errors.begin(), errors.end(), [&](const Error& a, const Error& b) { return file(a) < file(b); });
}

}  // namespace cathgate::rules
