#include "study/files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace cathgate::study {

std::optional<Error> make_folder(const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return Error{ErrorCode::unavailable, folder, "the folder cannot be made"};
  return std::nullopt;
}

std::optional<Error> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) return Error{ErrorCode::unavailable, path, "the file cannot be written"};
  return std::nullopt;
}

std::optional<Error> write_files(const std::string& folder, const std::vector<ReportFile>& files) {
  if (auto problem = make_folder(folder)) return problem;
  for (const auto& file : files)
    if (auto problem = write_file(folder + "/" + file.name, file.text)) return problem;
  return std::nullopt;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Loaded<models::LoadedScore> load_model(const std::string& folder, const Knowledge& knowledge) {
  return models::load_learned_score(folder, knowledge.facts, [&](std::string_view id) { return knowledge.scores.find(id); });
}

Result<std::optional<models::Recalibration>> load_recalibration(const std::string& folder) {
  const auto path = folder + "/recalibration.json";
  if (!std::filesystem::exists(path)) return std::optional<models::Recalibration>();
  const auto document = load_json_file(path);
  if (!document) return document.error();
  auto read = models::read_recalibration(document->root(), path);
  if (!read) return read.error();
  return std::optional(std::move(read).value());
}

std::vector<std::string> lines_of(const Cohort& cohort) {
  std::vector<std::string> lines;
  for (const auto& note : cohort.notes) {
    auto line = cohort.name + ": " + std::string(note_name(note.kind)) + ": " + note.what;
    if (note.of > 0) line += ", " + std::to_string(note.count) + " of " + std::to_string(note.of) + " patients";
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace cathgate::study
