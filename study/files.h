// Reading and writing of the files that the commands of study/ work with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/learned_score_json.h"
#include "models/recalibration.h"
#include "study/cohort.h"
#include "study/report.h"

namespace cathgate::study {

std::optional<Error> make_folder(const std::string& folder);
std::optional<Error> write_file(const std::string& path, const std::string& text);
std::optional<Error> write_files(const std::string& folder, const std::vector<ReportFile>& files);
std::string read_text(const std::string& path);  // empty when it cannot be read

Loaded<models::LoadedScore> load_model(const std::string& folder, const Knowledge& knowledge);
// recalibration.json of a folder; empty when there is none.
Result<std::optional<models::Recalibration>> load_recalibration(const std::string& folder);

// The notes of a cohort, one line each.
std::vector<std::string> lines_of(const Cohort& cohort);

}  // namespace cathgate::study
