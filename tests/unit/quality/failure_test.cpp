// Full disks, locked databases, vanished files: the ledger says so, and loses nothing that it acknowledged.
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "tests/unit/quality/ledger_fixture.h"

namespace cathgate::quality {
namespace {

class FailureTest : public LedgerFixture {
 protected:
  // Answers as the server does: spilled when the ledger refuses.
  void record_or_spill(int number) {
    if (record(entry(number)).ok()) return;
    EXPECT_TRUE(ledger_->spill(entry(number)));
  }
};

// While it lives, no file of this process grows past the limit: what a full disk looks like (EFBIG instead of ENOSPC).
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(FailureTest, AFullDiskIsSurvivedAndTheSpillReplayed) {
  open();
  fill(5, 0);
  {
    const FullDisk full(std::filesystem::file_size(path("ledger.db-wal")) + 100);
    const auto refused = record(entry(6));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(send({feedback(1)}).ok());
    for (int i = 6; i <= 15; ++i) EXPECT_TRUE(ledger_->spill(entry(i)));
  }
  ASSERT_TRUE(eventually([&] { return ledger_->counters().replayed == 10; })) << log();
  EXPECT_TRUE(ledger_->healthy());
  EXPECT_EQ(send({feedback(1)}).value(), 1u);
  const auto report = verify();
  EXPECT_EQ(report.rows, 15);
  EXPECT_FALSE(report.first_problem);
  EXPECT_TRUE(eventually([&] { return std::filesystem::file_size(path("ledger.spill")) == 0; }));
  EXPECT_NE(log().find("writes again"), std::string::npos);
}

TEST_F(FailureTest, ALockedDatabaseMakesItUnhealthyForAsLongAsItIsLocked) {
  open();
  fill(1, 0);
  auto other = store::Database::open(options_.database, store::Access::writer);
  ASSERT_FALSE((*other)->execute("begin immediate"));
  EXPECT_EQ(record(entry(2)).error().code, ErrorCode::unavailable);
  EXPECT_FALSE(ledger_->healthy());
  EXPECT_EQ(record(entry(3)).error().code, ErrorCode::unavailable) << "refused at once";
  (*other)->rollback();
  ASSERT_TRUE(eventually([&] { return ledger_->healthy(); })) << log();
  EXPECT_EQ(record(entry(4)).value(), 2);
}

TEST_F(FailureTest, ADeletedDatabaseIsNotReplacedByAnEmptyOne) {
  open();
  fill(3, 0);
  for (const char* name : {"ledger.db", "ledger.db-wal", "ledger.db-shm"}) std::filesystem::remove(path(name));
  EXPECT_FALSE(record(entry(4)).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(ledger_->healthy());
  EXPECT_FALSE(record(entry(5)).ok());
}

TEST_F(FailureTest, ADeletedLogLosesNothing) {
  open();
  fill(3, 0);
  std::filesystem::remove(path("ledger.db-wal"));
  record_or_spill(4);
  ASSERT_TRUE(eventually([&] { return ledger_->healthy(); })) << log();
  ASSERT_TRUE(record(entry(5)).ok());
  close();
  const auto report = verify();
  EXPECT_FALSE(report.first_problem) << report.first_problem->message;
  EXPECT_EQ(report.rows, 5);
}

TEST_F(FailureTest, AnEntryBothRecordedAndSpilledIsStoredOnce) {
  open();
  ASSERT_TRUE(ledger_->spill(entry(1)));
  ASSERT_TRUE(record(entry(1)).ok());
  ASSERT_TRUE(ledger_->spill(entry(1)));
  ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(path("ledger.spill")) == 0; }));
  close();
  EXPECT_EQ(verify().rows, 1);
}

// A crash between the commit of replayed rows and the emptying of the file: the file is there again at the next start.
TEST_F(FailureTest, TheSpillIsReplayedAtStartExactlyOnceAndATornEndPassedOver) {
  std::string spilled;
  open();
  {
    auto other = store::Database::open(options_.database, store::Access::writer);
    ASSERT_FALSE((*other)->execute("begin immediate"));
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(ledger_->spill(entry(i)));
    spilled = bytes_of(path("ledger.spill"));
    (*other)->rollback();
  }
  close();
  for (int round = 0; round < 2; ++round) {
    std::ofstream(path("ledger.spill"), std::ios::binary) << spilled << spilled.substr(0, 700);
    open();
    ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(path("ledger.spill")) == 0; }));
    close();
    const auto report = verify();
    EXPECT_EQ(report.rows, 3);
    EXPECT_FALSE(report.first_problem);
    EXPECT_NE(log().find("torn"), std::string::npos);
  }
}

TEST_F(FailureTest, ADamagedSpillRecordIsPassedOverAndTheFileKept) {
  open();
  auto other = store::Database::open(options_.database, store::Access::writer);
  ASSERT_FALSE((*other)->execute("begin immediate"));
  for (int i = 1; i <= 2; ++i) ASSERT_TRUE(ledger_->spill(entry(i)));
  std::string spilled = bytes_of(path("ledger.spill"));
  (*other)->rollback();
  close();
  std::filesystem::remove(path("ledger.db"));
  spilled[300] = static_cast<char>(spilled[300] ^ 1);
  std::ofstream(path("ledger.spill"), std::ios::binary) << spilled;
  open();
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(path("ledger.spill.damaged")); }));
  close();
  EXPECT_EQ(verify().rows, 1);
}

TEST_F(FailureTest, TheSpillIsBounded) {
  options_.spill_limit_bytes = 3000;
  open();
  auto other = store::Database::open(options_.database, store::Access::writer);
  ASSERT_FALSE((*other)->execute("begin immediate"));
  int accepted = 0;
  for (int i = 1; i <= 10; ++i) accepted += ledger_->spill(entry(i)) ? 1 : 0;
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 5);
  EXPECT_LE(std::filesystem::file_size(path("ledger.spill")), 3000u);
  (*other)->rollback();
  EXPECT_TRUE(eventually([&] { return ledger_->spill(entry(20)); })) << "room again after the replay";
}

TEST_F(FailureTest, WithoutASpillFileNothingIsSpilled) {
  options_.spill_file.clear();
  open();
  EXPECT_FALSE(ledger_->spill(entry(1)));
}

TEST_F(FailureTest, OpeningSaysWhatIsWrong) {
  options_.database = "mysql://host/ledger";
  EXPECT_EQ(Ledger::open(options_).error().code, ErrorCode::invalid_input);
  options_.database = "postgresql://user:secret@127.0.0.1:1/ledger";
  const Error nobody = Ledger::open(options_).error();
  EXPECT_EQ(nobody.code, ErrorCode::unavailable);
  EXPECT_EQ((nobody.where + nobody.message).find("secret"), std::string::npos) << nobody.where << nobody.message;
  EXPECT_FALSE(std::filesystem::exists(options_.key_file)) << "no key without a database";
  options_.database = path("no/such/folder/ledger.db");
  EXPECT_EQ(Ledger::open(options_).error().code, ErrorCode::unavailable);
  EXPECT_EQ(LedgerReader::open(options_).error().code, ErrorCode::unavailable);
  options_.database = path("text.db");
  options_.key_file = path("text.key");
  ASSERT_TRUE(Ledger::open(options_).ok());
  std::ofstream(path("text.db")) << "this is not a database, and long enough to be read as a header of one";
  EXPECT_EQ(Ledger::open(options_).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace cathgate::quality
