// Reads rows of the ledger back, a page at a time: the reading half of tables.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "quality/row.h"
#include "store/database.h"

namespace cathgate::quality {

struct StoredRow {
  std::int64_t number = 0;
  SealedRow row;               // its digests are those of the columns, computed anew
  std::string payload_digest;  // as stored, hexadecimal, like the two below
  std::string previous_hash;
  std::string hash;
};

class StoredRows {
 public:
  // `condition` follows the columns: "where row_no > :n order by row_no limit 64". It has one parameter, an integer.
  static Result<StoredRows> prepare(store::Database& database, Kind kind, std::string_view condition);
  Result<std::vector<StoredRow>> read(std::int64_t parameter);

 private:
  StoredRows(Kind kind, store::Statement statement) : kind_(kind), statement_(std::move(statement)) {}
  Kind kind_;
  store::Statement statement_;
};

}  // namespace cathgate::quality
