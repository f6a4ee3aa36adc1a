// Comma-separated values as RFC 4180 has them: a header, quoted fields, either line end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cathgate::study {

struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header

  std::optional<std::size_t> column(std::string_view name) const;
};

// `where` is the file's name, for errors ("x.csv:12").
Result<CsvTable> read_csv(std::string_view text, const std::string& where);

}  // namespace cathgate::study
