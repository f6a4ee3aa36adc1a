// Whoever changes the ledger without its key is found, and the first row that does not fit is named.
#include <sys/stat.h>

#include "tests/unit/quality/ledger_fixture.h"

namespace cathgate::quality {
namespace {

// Ten rows: answers 1 to 6, feedback 7 to 10.
class TamperTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    open();
    fill(6, 4);
    close();
    ASSERT_EQ(problem(), "holds");
  }
  void expect_problem(const std::string& sql, const std::string& row, const std::string& words) {
    tamper(sql);
    const std::string found = problem();
    EXPECT_TRUE(found.starts_with(row + ":")) << sql << "\n" << found;
    EXPECT_NE(found.find(words), std::string::npos) << sql << "\n" << found;
  }
};

TEST_F(TamperTest, EditedColumn) {
  expect_problem("update ledger set decision = 'angiography_recommended' where row_no = 3", "row 3", "changed");
}
TEST_F(TamperTest, EditedInteger) {
  expect_problem("update ledger set silent = 1 where row_no = 4", "row 4", "changed");
}
TEST_F(TamperTest, EditedFeedback) {
  expect_problem("update ledger_feedback set outcome = 'accepted' where row_no = 8", "row 8", "changed");
}
TEST_F(TamperTest, EditedPayload) {
  expect_problem("update ledger set payload = x'00112233' where row_no = 2", "row 2", "payload was changed");
}
TEST_F(TamperTest, ExchangedPayloadKey) {
  expect_problem("update ledger set payload_key = (select payload_key from ledger where row_no = 2) where row_no = 5",
                 "row 5", "does not open");
}
TEST_F(TamperTest, ErasedComment) {
  expect_problem("update ledger_feedback set payload = null, payload_key = null where row_no = 9", "row 9",
                 "payload was changed");
}
TEST_F(TamperTest, DeletedRow) {
  expect_problem("delete from ledger where row_no = 3", "row 3", "missing");
}
TEST_F(TamperTest, DeletedFeedback) {
  expect_problem("delete from ledger_feedback where row_no = 7", "row 7", "missing");
}
TEST_F(TamperTest, SwappedRows) {
  tamper("update ledger set row_no = -2 where row_no = 2");
  tamper("update ledger set row_no = 2 where row_no = 5");
  expect_problem("update ledger set row_no = 5 where row_no = -2", "row 2", "previous hash");
}
TEST_F(TamperTest, CutTail) {
  expect_problem("delete from ledger_feedback where row_no >= 9", "row 9", "end of the ledger was cut");
}
TEST_F(TamperTest, CutTailWithItsHead) {
  tamper("delete from ledger_feedback where row_no >= 9");
  expect_problem("update ledger_head set row_no = 8, hash = (select hash from ledger_feedback where row_no = 8)",
                 "ledger", "not authentic");
}
TEST_F(TamperTest, RowBeyondTheHead) {
  expect_problem(
      "insert into ledger_feedback select 11, 'x', recorded_at, tenant, service, card_id, outcome, outcome_timestamp, "
      "accepted_suggestions, reason_system, "
      "reason_code, key_id, payload_key, payload, payload_digest, previous_hash, hash from ledger_feedback where "
      "row_no = 10",
      "ledger", "added without the key");
}
TEST_F(TamperTest, MisledIndexOfCards) {
  expect_problem("update ledger_card set row_no = 1 where row_no = 6", "row 6", "index of cards");
}
TEST_F(TamperTest, GrownIndexOfCards) {
  expect_problem("insert into ledger_card (card_id, row_no, tenant) values ('x', 1, 'north')", "ledger_card",
                 "belong to no row");
}

TEST_F(TamperTest, ACutLedgerIsNotContinued) {
  tamper("delete from ledger_feedback where row_no = 10");
  const auto opened = Ledger::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::internal);
}

TEST_F(TamperTest, AnotherKeyIsNamed) {
  LedgerOptions other = options_;
  other.database = path("other.db");
  other.key_file = path("other.key");
  ASSERT_TRUE(Ledger::open(other).ok());
  options_.key_file = other.key_file;
  EXPECT_NE(problem().find("the key file holds"), std::string::npos) << problem();
  const auto opened = Ledger::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::internal);
  EXPECT_EQ((*LedgerReader::open(options_))->find("1").error().code, ErrorCode::internal);
}

TEST_F(TamperTest, AMissingKeyIsNotReplaced) {
  std::filesystem::remove(options_.key_file);
  const auto opened = Ledger::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find("missing"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(options_.key_file));
  EXPECT_FALSE(LedgerReader::open(options_).ok());
}

TEST_F(TamperTest, ThePublicAndTheDamagedKeyAreRefused) {
  struct stat status {};
  ASSERT_EQ(::stat(options_.key_file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  ::chmod(options_.key_file.c_str(), 0640);
  EXPECT_FALSE(Ledger::open(options_).ok());
  ::chmod(options_.key_file.c_str(), 0600);
  std::string key = bytes_of(options_.key_file);
  char& digit = key[key.size() - 2];
  digit = digit == '0' ? '1' : '0';
  std::ofstream(options_.key_file, std::ios::binary) << key;
  const auto damaged = Ledger::open(options_);
  ASSERT_FALSE(damaged.ok());
  EXPECT_NE(damaged.error().message.find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace cathgate::quality
