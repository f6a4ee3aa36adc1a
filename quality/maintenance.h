// The operator's work on a ledger: erasing payloads, copying the whole, handing its rows out. Each opens the ledger for
// itself; on SQLite erasing needs that no server runs, copying and exporting do not.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "quality/ledger.h"
#include "quality/tables.h"

namespace cathgate::quality {

// Which payloads: of one tenant, and of these the ones of a patient, or of one row, or those that were recorded before an
// instant. Exactly one of the three is given.
struct EraseSelection {
  std::string tenant;
  std::string patient_id;             // in the clear, without "Patient/"; empty: not by patient
  std::int64_t row = 0;               // 0: not by row
  std::optional<UnixSeconds> before;  // by age
};

// Destroys the keys of the payloads, so that their cipher text cannot be read again here or in any copy of the database, and
// leaves a tombstone in the chain. How many payloads were erased; 0 leaves no tombstone. Feedback about a patient's cards
// is the patient's. Errors: unavailable, internal.
Result<std::int64_t> erase(const LedgerOptions& options, const EraseSelection& selection, const std::string& reason, UnixSeconds now);
// The same on a ledger that is open; in transactions of its own.
Result<std::int64_t> erase(Tables& tables, const KeyRing& keys, const EraseSelection& selection, const std::string& reason, UnixSeconds now);

// Copies the chain row by row into an empty ledger of either backend and checks that both end in the same head; how many rows.
// The copy belongs to the same key file, which is not copied. Errors: unavailable (the target is not empty), internal.
Result<std::int64_t> copy_ledger(const LedgerOptions& from, const std::string& to_database);

struct ExportOptions {
  std::string tenant;     // empty: all
  bool payloads = false;  // decrypts: the export then holds patients' data in the clear
};
// Calls `line` with one JSON object for each row, in the order of the chain. Errors: as LedgerReader.
std::optional<Error> export_ledger(const LedgerOptions& options, const ExportOptions& what, const std::function<void(std::string_view)>& line);

}  // namespace cathgate::quality
