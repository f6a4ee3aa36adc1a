// The ledger and the memory of tokens on PostgreSQL: one instance, several, a server that goes and comes back.
#include <future>
#include <thread>

#include "quality/maintenance.h"
#include "store/seen_tokens.h"
#include "tests/support/postgres.h"
#include "tests/unit/quality/ledger_fixture.h"

namespace cathgate::quality {
namespace {

using namespace std::chrono_literals;

class PostgresTest : public LedgerFixture {
 protected:
  static void SetUpTestSuite() { server_ = test::Postgres::start(); }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (!server_) GTEST_SKIP() << "PostgreSQL is not installed (./test postgres installs it)";
    LedgerFixture::SetUp();
    options_.database = server_->database("ledger_" + std::to_string(++count_));
  }
  std::unique_ptr<Ledger> another(const std::string& spill) {
    LedgerOptions options = options_;
    options.spill_file = path(spill);
    auto opened = Ledger::open(options);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
    return opened.ok() ? std::move(opened).value() : nullptr;
  }
  static Result<std::int64_t> record_in(Ledger& ledger, LedgerEntry e) {
    std::promise<Result<std::int64_t>> promise;
    auto answer = promise.get_future();
    ledger.record(std::move(e), [&](Result<std::int64_t> result) { promise.set_value(std::move(result)); });
    return answer.get();
  }

  inline static std::unique_ptr<test::Postgres> server_;
  inline static int count_ = 0;
};

TEST_F(PostgresTest, KeepsTheChainLikeSqliteDoes) {
  open();
  fill(5, 2);
  EXPECT_EQ(record(entry(3)).value(), 3) << "a repeat";
  const auto reader = LedgerReader::open(options_);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  const auto found = (*reader)->find(card(4));
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->entry.response, entry(4).response);
  EXPECT_EQ(found->entry.facts, entry(4).facts) << "NULs included";
  EXPECT_EQ(problem(), "holds");
  EXPECT_EQ(verify().rows, 5);
  close();
  open();
  EXPECT_EQ(record(entry(6)).value(), 8) << "after a restart: five answers and two feedbacks came before";
  tamper("update ledger set decision = 'emergency' where row_no = 2");
  EXPECT_EQ(problem(), "row 2: The row was changed: its hash is wrong.");
}

TEST_F(PostgresTest, SeveralInstancesWriteOneChain) {
  open();
  constexpr int kInstances = 3, kRows = 40;
  std::vector<std::unique_ptr<Ledger>> instances;
  for (int i = 0; i < kInstances; ++i) instances.push_back(another("spill" + std::to_string(i)));
  std::vector<std::thread> writers;
  std::atomic<int> stored{0};
  for (int i = 0; i < kInstances; ++i)
    writers.emplace_back([&, i] {
      for (int n = 0; n < kRows; ++n) stored += record_in(*instances[static_cast<std::size_t>(i)], entry(1000 * (i + 1) + n)).ok();
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(stored, kInstances * kRows);
  EXPECT_EQ(problem(), "holds");
  EXPECT_EQ(verify().rows, kInstances * kRows);
  for (auto& instance : instances) instance->drain(5s);
}

TEST_F(PostgresTest, ComesBackWhenTheServerDoes) {
  open();
  fill(3, 0);
  server_->stop();
  EXPECT_FALSE(record(entry(4)).ok());
  EXPECT_FALSE(ledger_->healthy());
  EXPECT_TRUE(ledger_->spill(entry(4)));
  ASSERT_TRUE(server_->restart());
  ASSERT_TRUE(eventually([&] { return ledger_->healthy(); }));
  ASSERT_TRUE(eventually([&] { return ledger_->counters().replayed == 1; }));
  EXPECT_TRUE(record(entry(5)).ok());
  EXPECT_EQ(problem(), "holds");
  EXPECT_EQ(verify().rows, 5);
  EXPECT_EQ(log().find("user="), std::string::npos);
}

TEST_F(PostgresTest, ErasesUnderRunningInstancesAndGoesThroughABackup) {
  open();
  fill(6, 3);
  EraseSelection selection;
  selection.tenant = "north";
  selection.patient_id = "patient-2";
  EXPECT_EQ(erase(options_, selection, "request", 1'795'600'000).value(), 2) << "the answer and the comment on its card";
  EXPECT_EQ(record(entry(7)).value(), 11);
  EXPECT_EQ(problem(), "holds");
  const std::string file = path("backup.db");
  EXPECT_EQ(copy_ledger(options_, file).value(), 11);
  LedgerOptions backup = options_;
  backup.database = file;
  EXPECT_EQ((*LedgerReader::open(backup).value()).verify()->rows, 7);
  const std::string restored = server_->database("restored");
  EXPECT_EQ(copy_ledger(backup, restored).value(), 11);
  options_.database = restored;
  EXPECT_EQ(problem(), "holds");
}

TEST_F(PostgresTest, OneTokenIsAcceptedByOneOfTwoInstances) {
  auto first = store::SeenTokens::open({.database = options_.database}).value();
  auto second = store::SeenTokens::open({.database = options_.database}).value();
  std::atomic<int> fresh{0}, old{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&, i] {
      for (int token = 0; token < 25; ++token) {
        std::promise<Result<bool>> promise;
        (i % 2 ? first : second)->admit("token-" + std::to_string(token), 2000, 1000, [&](Result<bool> result) { promise.set_value(std::move(result)); });
        const auto result = promise.get_future().get();
        ASSERT_TRUE(result.ok()) << result.error().message;
        ++(*result ? fresh : old);
      }
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(fresh, 25);
  EXPECT_EQ(old, 175);
  first->close();
  second->close();
}

}  // namespace
}  // namespace cathgate::quality
