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

  void read(const fs::path& path, const std::string& shown) {
    const auto document = load_json_file(path.string());
    if (!document) return report_unreadable(document.error(), path.string(), shown);
    const Cursor file(document->root(), shown + "#", result_.errors);
    const FileHead head = read_file_head(file);
    file_ids_.claim(file["id"]);
    if (file["rules"].expect_filled_array("rule"))
      for (std::size_t i = 0; i < file["rules"].json().size(); ++i) read_one(file["rules"][i], head);
    result_.heads.push_back(head);
    JsonWriter canonical;
    write_canonical(canonical, document->root());
    contents_.push_back(canonical.take());
  }

  RuleFiles take() {
    std::sort(contents_.begin(), contents_.end());
    std::string all;
    for (const auto& content : contents_) all += content + '\n';
    result_.digest = to_hex(sha256(all));
    return std::move(result_);
  }

 private:
  void read_one(const Cursor& at, const FileHead& head) {
    if (auto rule = read_rule(at, head, facts_)) result_.rules.push_back(std::move(*rule));
    rule_ids_.claim(at["id"]);
  }

  // The JSON reader names the file as it was opened; a reader of messages knows it by its place in the project.
  void report_unreadable(Error error, const std::string& path, const std::string& shown) {
    if (error.where.starts_with(path)) error.where.replace(0, path.size(), shown);
    result_.errors.push_back(std::move(error));
  }

  const FactCatalogue& facts_;
  RuleFiles result_;
  UsedIds file_ids_, rule_ids_;
  std::vector<std::string> contents_;
};

}  // namespace

RuleFiles read_rule_files(const std::string& folder, const FactCatalogue& facts) {
  const fs::path root = fs::path(folder + "/").lexically_normal().parent_path();
  FolderReader reader(facts);
  const auto files = json_files(root);
  for (const auto& file : files) reader.read(file, shown_path(file, root));
  RuleFiles result = reader.take();
  if (files.empty()) result.errors.push_back({ErrorCode::not_found, shown_path(root, root), "no rule files (*.json) in this folder"});
  return result;
}

void group_by_file(std::vector<Error>& errors) {
  const auto file = [](const Error& e) { return std::string_view(e.where).substr(0, std::min(e.where.find('#'), e.where.find(':'))); };
  std::stable_sort(errors.begin(), errors.end(), [&](const Error& a, const Error& b) { return file(a) < file(b); });
}

}  // namespace cathgate::rules
