// Reference files that lie outside the repository: at $CATHGATE_SHARED, or in a folder `shared` beside the source tree.
// Tests that need them are skipped where they are not.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace cathgate {

inline std::optional<std::string> shared_file(const std::string& name, const std::string& source_dir) {
  const char* given = std::getenv("CATHGATE_SHARED");
  const std::filesystem::path path = (given ? std::filesystem::path(given) : std::filesystem::path(source_dir) / "../shared") / name;
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return std::nullopt;
  return path.string();
}

}  // namespace cathgate
