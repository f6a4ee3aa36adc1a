// The tables of the ledger and their only writer: inserts rows, links the chain, keeps the head. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/digest.h"
#include "core/result.h"
#include "quality/keys.h"
#include "quality/row.h"
#include "store/database.h"

namespace cathgate::quality {

// Where the chain ends. Answers and feedback share one sequence of row numbers, from 1 without gaps.
struct Head {
  std::int64_t row = 0;
  Digest hash{};  // zeros while the ledger is empty
  bool operator==(const Head&) const = default;
};

// The head as it is stored: with a MAC over it, so that whoever cuts rows off the end cannot make it fit again.
std::string head_mac(const KeyRing& keys, const Head& head);
// Reads and authenticates it. Errors: unavailable (no table, unreadable), internal (another key, wrong MAC, schema
// version).
Result<Head> read_head(store::Database& database, const KeyRing& keys);
std::optional<Digest> read_digest(std::string_view hex);

class Tables {
 public:
  // Makes missing tables and checks that the last row is the one that the head names. The keys must outlive it.
  static Result<std::unique_ptr<Tables>> open(const std::string& connection, const KeyRing& keys);

  // Where others write too, the head is read again and kept from them until the transaction ends.
  std::optional<Error> begin();
  struct Added {
    std::int64_t row;
    bool is_new;      // false: its unique column was there before; `row` is then that row
    bool card_known;  // feedback: some answer of this tenant holds the card
  };
  Result<Added> add(const SealedRow& row);
  // Destroys the payload keys of these rows (answers and feedback of the tenant) and writes their tombstone; how many
  // payloads that was. Inside a transaction.
  Result<std::int64_t> erase(const std::string& tenant, const std::vector<std::int64_t>& rows, const std::string& reason, UnixSeconds now);
  // Writes the head and commits. After any error of add() or commit() the transaction must be rolled back.
  std::optional<Error> commit();
  void rollback();

  // For reading beside the writing, in the same transaction.
  store::Database& database() { return *database_; }
  const Head& committed() const { return committed_; }
  // False when the files under the connection were removed or exchanged: what is committed then would be lost.
  bool files_in_place() { return database_->files_in_place(); }

 private:
  Tables(std::unique_ptr<store::Database> database, const KeyRing& keys)
      : database_(std::move(database)), keys_(keys) {}
  std::optional<Error> create();
  std::optional<Error> migrate();
  std::optional<Error> prepare();
  std::optional<Error> check_end();
  Result<Added> existing(const SealedRow& row);
  std::optional<Error> index_cards(const SealedRow& row, std::int64_t row_number);

  std::unique_ptr<store::Database> database_;
  const KeyRing& keys_;
  Head committed_;
  Head pending_;
  std::array<std::optional<store::Statement>, std::size(kKinds)> insert_;  // by Kind
  std::array<std::optional<store::Statement>, std::size(kKinds)> find_;    // by the unique column
  std::optional<store::Statement> insert_card_, find_card_, update_head_, lock_head_;
};

}  // namespace cathgate::quality
