#include "quality/verify.h"

#include <algorithm>
#include <unordered_set>

#include "quality/envelope.h"
#include "quality/stored_rows.h"
#include "quality/tables.h"

namespace cathgate::quality {
namespace {

using store::Type;

constexpr std::string_view kPage = "where row_no > :after order by row_no limit 64";

Error problem_of(std::int64_t row, std::string message) {
  return {ErrorCode::internal, "row " + std::to_string(row), std::move(message)};
}

// The rows of one table in order, a page at a time.
class Cursor {
 public:
  explicit Cursor(StoredRows rows) : rows_(std::move(rows)) {}
  // The first row after `after`, or null at the end.
  Result<const StoredRow*> after(std::int64_t after) {
    while (next_ < page_.size() && page_[next_].number <= after) ++next_;
    if (next_ == page_.size()) {
      auto page = rows_.read(after);
      if (!page) return page.error();
      page_ = std::move(page).value();
      next_ = 0;
    }
    return page_.empty() ? nullptr : &page_[next_];
  }

 private:
  StoredRows rows_;
  std::vector<StoredRow> page_;
  std::size_t next_ = 0;
};

std::optional<Error> check_chain(const StoredRow& stored, const Head& before) {
  if (stored.number != before.row + 1) return problem_of(before.row + 1, "The row is missing.");
  const auto& row = stored.row;
  if (to_hex(row.payload_digest) != stored.payload_digest)
    return problem_of(stored.number, "The payload was changed: its digest is wrong.");
  if (stored.previous_hash != to_hex(before.hash))
    return problem_of(stored.number, "The row does not follow the one before: its previous hash is wrong.");
  if (stored.hash != to_hex(chain_hash(before.hash, stored.number, row.content)))
    return problem_of(stored.number, "The row was changed: its hash is wrong.");
  return std::nullopt;
}

using Erased = std::unordered_set<std::int64_t>;

std::optional<Error> check_payload(const StoredRow& stored, const KeyRing& keys, const Erased& erased) {
  const auto& row = stored.row;
  if (row.key_id() != keys.id())
    return problem_of(stored.number,
                      "The row was written with key " + row.key_id() + ", which the key file does not hold.");
  if (row.kind == Kind::erasure) return std::nullopt;
  if (row.kind == Kind::feedback && row.payload.empty() && row.payload_key.empty()) return std::nullopt;
  if (erased.contains(stored.number)) {
    if (row.payload_key.empty()) return std::nullopt;
    return problem_of(stored.number, "A tombstone says that the payload was erased, but its key is here.");
  }
  const auto text = open_envelope(keys.tenant(row.tenant()).wrapping, canonical_cells(row.kind, row.cells),
                                  row.payload_key, row.payload);
  if (!text) return problem_of(stored.number, text.error().message);
  return std::nullopt;
}

class Walk {
 public:
  static Result<VerifyReport> run(store::Database& database, const KeyRing& keys) {
    auto answers = StoredRows::prepare(database, Kind::answer, kPage);
    if (!answers) return answers.error();
    auto feedback = StoredRows::prepare(database, Kind::feedback, kPage);
    if (!feedback) return feedback.error();
    auto erasures = StoredRows::prepare(database, Kind::erasure, kPage);
    if (!erasures) return erasures.error();
    auto card = database.prepare("select tenant from ledger_card where card_id = :card and row_no = :row_no",
                                 {Type::text, Type::integer}, {Type::text});
    if (!card) return card.error();
    Walk walk(database, keys, std::move(answers).value(), std::move(feedback).value(), std::move(erasures).value(), std::move(card).value());
    if (auto failed = walk.read_erasures()) return *failed;
    if (auto failed = walk.all()) return *failed;
    return walk.report_;
  }

 private:
  Walk(store::Database& database, const KeyRing& keys, StoredRows answers, StoredRows feedback, StoredRows erasures, store::Statement card)
      : database_(database),
        keys_(keys),
        answers_(std::move(answers)),
        feedback_(std::move(feedback)),
        erasures_(std::move(erasures)),
        card_(std::move(card)) {}

  // An Error here means that the ledger could not be read; problems go into the report.
  std::optional<Error> all() {
    for (;;) {
      const auto head = read_head(database_, keys_);
      if (!head && head.error().code == ErrorCode::unavailable) return head.error();
      if (!head) return found(head.error());
      while (last_.row < head->row) {
        if (auto failed = step()) return failed;
        if (report_.first_problem) return std::nullopt;
      }
      if (last_ != *head)
        return found(problem_of(head->row, "The head record names another hash than the last row has."));
      const auto again = read_head(database_, keys_);
      if (again.ok() && again->row == head->row) return rest();
    }
  }

  // What the tombstones name: they follow the rows whose keys they account for.
  std::optional<Error> read_erasures() {
    auto rows = StoredRows::prepare(database_, Kind::erasure, kPage);
    if (!rows) return rows.error();
    for (std::int64_t last = 0;;) {
      const auto page = rows->read(last);
      if (!page) return page.error();
      if (page->empty()) return std::nullopt;
      for (const StoredRow& tombstone : *page)
        for (const std::int64_t row : erased_rows(tombstone.row)) erased_.insert(row);
      last = page->back().number;
    }
  }

  std::optional<Error> step() {
    const StoredRow* row = nullptr;
    for (Cursor* cursor : {&answers_, &feedback_, &erasures_}) {
      const auto next = cursor->after(last_.row);
      if (!next) return next.error();
      if (*next && (!row || (*next)->number < row->number)) row = *next;
    }
    if (!row) return found(problem_of(last_.row + 1, "The row is missing: the end of the ledger was cut off."));
    if (auto problem = check_chain(*row, last_)) return found(*problem);
    if (auto problem = check_payload(*row, keys_, erased_)) return found(*problem);
    last_ = {row->number, chain_hash(last_.hash, row->number, row->row.content)};
    if (row->row.kind == Kind::feedback) ++report_.feedback_rows;
    if (row->row.kind == Kind::erasure) ++report_.erasures;
    if (row->row.kind != Kind::answer) return std::nullopt;
    ++report_.rows;
    return check_cards(*row);
  }

  std::optional<Error> check_cards(const StoredRow& stored) {
    auto cards = split_ids(stored.row.cells[answer_cell::card_ids]);
    std::sort(cards.begin(), cards.end());
    cards.erase(std::unique(cards.begin(), cards.end()), cards.end());
    for (const auto& id : cards) {
      card_.bind(0, id);
      card_.bind(1, stored.number);
      const auto rows = card_.query();
      if (!rows) return rows.error();
      if (rows->size() != 1 || rows->front()[0].text != stored.row.tenant())
        return found(problem_of(stored.number, "The index of cards does not lead to this row."));
    }
    cards_ += static_cast<std::int64_t>(cards.size());
    return std::nullopt;
  }

  // What no walk along the chain can meet: rows outside of it, and entries of the index that lead nowhere. Each count
  // is one statement, so that a writer beside it cannot come between.
  std::optional<Error> rest() {
    auto both = database_.prepare(
        "select (select count(*) from ledger) + (select count(*) from ledger_feedback) + (select count(*) from ledger_erasure), row_no from ledger_head", {},
        {Type::integer, Type::integer});
    if (!both) return both.error();
    const auto counts = both->query();
    if (!counts) return counts.error();
    if (counts->size() != 1 || counts->front()[0].integer != counts->front()[1].integer)
      return found(Error{ErrorCode::internal, "ledger",
                         "There are rows that the head record does not count: they were added without the key."});
    auto statement =
        database_.prepare("select count(*) from ledger_card where row_no <= :last", {Type::integer}, {Type::integer});
    if (!statement) return statement.error();
    statement->bind(0, last_.row);
    const auto count = statement->query();
    if (!count) return count.error();
    if (count->front()[0].integer != cards_)
      return found(
          Error{ErrorCode::internal, "ledger_card", "The index of cards holds entries that belong to no row."});
    return std::nullopt;
  }

  std::optional<Error> found(Error problem) {
    report_.first_problem = std::move(problem);
    return std::nullopt;
  }

  store::Database& database_;
  const KeyRing& keys_;
  Cursor answers_, feedback_, erasures_;
  store::Statement card_;
  Head last_;
  std::int64_t cards_ = 0;
  VerifyReport report_;
  Erased erased_;
};

}  // namespace

Result<VerifyReport> verify_ledger(store::Database& database, const KeyRing& keys) {
  return Walk::run(database, keys);
}

}  // namespace cathgate::quality
