#include <algorithm>
#include <charconv>

#include "quality/ledger.h"
#include "quality/stored_rows.h"
#include "quality/tables.h"
#include "quality/verify.h"

namespace cathgate::quality {
namespace {

using store::Type;

constexpr std::size_t kMostDigits = 18;

StoredEntry stored_entry(const StoredRow& stored, LedgerEntry entry) {
  return {stored.number, std::move(entry), stored.row.cells[answer_cell::recorded_at]};
}

class Reader final : public LedgerReader {
 public:
  Reader(std::unique_ptr<store::Database> database, std::unique_ptr<KeyRing> keys)
      : database_(std::move(database)), keys_(std::move(keys)) {}

  Result<StoredEntry> find(std::string_view id) override {
    const auto number = row_number(id);
    if (!number) return number.error();
    auto rows = StoredRows::prepare(*database_, Kind::answer, "where row_no = :row_no");
    if (!rows) return rows.error();
    const auto found = rows->read(*number);
    if (!found) return found.error();
    if (found->empty())
      return Error{ErrorCode::not_found, std::string(id), "The ledger has no answer of that row number or card."};
    auto entry = open_answer(found->front().row, *keys_);
    if (!entry) return Error{entry.error().code, "row " + std::to_string(*number), entry.error().message};
    return stored_entry(found->front(), std::move(entry).value());
  }

  Result<VerifyReport> verify() override { return verify_ledger(*database_, *keys_); }

  Result<std::vector<StoredEntry>> latest(std::size_t count) override {
    auto rows = StoredRows::prepare(*database_, Kind::answer, "order by row_no desc limit :count");
    if (!rows) return rows.error();
    const auto found = rows->read(static_cast<std::int64_t>(std::min<std::size_t>(count, 1'000'000)));
    if (!found) return found.error();
    std::vector<StoredEntry> entries;
    entries.reserve(found->size());
    for (const auto& row : *found) entries.push_back(stored_entry(row, read_answer(row.row)));
    return entries;
  }

 private:
  // All digits: a row. Anything else: a card, of which the newest row counts; 0 when there is none.
  Result<std::int64_t> row_number(std::string_view id) {
    std::int64_t number = 0;
    const bool digits =
        !id.empty() && id.size() <= kMostDigits && id.find_first_not_of("0123456789") == std::string_view::npos;
    if (digits) {
      std::from_chars(id.data(), id.data() + id.size(), number);
      return number;
    }
    auto statement =
        database_->prepare("select row_no from ledger_card where card_id = :card order by row_no desc limit 1",
                           {Type::text}, {Type::integer});
    if (!statement) return statement.error();
    statement->bind(0, id);
    const auto rows = statement->query();
    if (!rows) return rows.error();
    return rows->empty() ? std::int64_t{0} : rows->front()[0].integer;
  }

  std::unique_ptr<store::Database> database_;
  std::unique_ptr<KeyRing> keys_;
};

}  // namespace

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const LedgerOptions& options) {
  auto database = store::Database::open(options.database, store::Access::reader);
  if (!database) return database.error();
  auto keys = KeyRing::load(options.key_file);
  if (!keys) return keys.error();
  return std::unique_ptr<LedgerReader>(std::make_unique<Reader>(std::move(database).value(), std::move(keys).value()));
}

}  // namespace cathgate::quality
