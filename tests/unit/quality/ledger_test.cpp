// What the ledger stores, in which order, and what it refuses.
#include <atomic>
#include <thread>

#include "tests/unit/quality/ledger_fixture.h"

namespace cathgate::quality {
namespace {

using LedgerTest = LedgerFixture;

TEST_F(LedgerTest, GivesBackWhatWasRecorded) {
  open();
  fill(3, 0);
  auto reader = LedgerReader::open(options_);
  ASSERT_TRUE(reader.ok());
  for (const std::string& id : {std::string("2"), card(2)}) {
    const auto found = (*reader)->find(id);
    ASSERT_TRUE(found.ok()) << found.error().message;
    const LedgerEntry expected = entry(2);
    const LedgerEntry& e = found->entry;
    EXPECT_EQ(found->row, 2);
    EXPECT_EQ(e.response, expected.response);
    EXPECT_EQ(e.facts, expected.facts);
    EXPECT_EQ(e.hook_instance, expected.hook_instance);
    EXPECT_EQ(e.card_ids, expected.card_ids);
    EXPECT_EQ(e.suggestion_ids, expected.suggestion_ids);
    EXPECT_EQ(e.as_of, expected.as_of);
    EXPECT_EQ(e.patient_id.size(), 64u);
    EXPECT_NE(e.patient_id, e.order_reference);
  }
  EXPECT_EQ((*reader)->find("4").error().code, ErrorCode::not_found);
  EXPECT_EQ((*reader)->find("99999999999999999999").error().code, ErrorCode::not_found);
  EXPECT_EQ((*reader)->find(card(9)).error().code, ErrorCode::not_found);
  const auto latest = (*reader)->latest(2);
  ASSERT_EQ(latest->size(), 2u);
  EXPECT_EQ((*latest)[0].row, 3);
  EXPECT_TRUE((*latest)[0].entry.response.empty());
}

TEST_F(LedgerTest, NoIdentifierOrPayloadIsReadableOnDisk) {
  open();
  fill(1, 1);
  ASSERT_TRUE(ledger_->spill(entry(2)));
  const std::string spilled = bytes_of(path("ledger.spill"));
  close();
  const std::string stored = bytes_of(path("ledger.db"));
  for (const char* canary : {"patient-1", "ServiceRequest/1", "{\"cards\"", "facts", "Canary", "patient-2"}) {
    EXPECT_EQ(stored.find(canary), std::string::npos) << canary;
    EXPECT_EQ(spilled.find(canary), std::string::npos) << canary;
  }
  EXPECT_NE(stored.find("instance-1"), std::string::npos);
}

TEST_F(LedgerTest, TenantsCannotBeLinked) {
  open();
  LedgerEntry other = entry(1);
  other.tenant = "south";
  other.entry_id.clear();
  ASSERT_TRUE(record(entry(1)).ok());
  ASSERT_TRUE(record(std::move(other)).ok());
  const auto rows = (*LedgerReader::open(options_))->latest(2);
  EXPECT_NE((*rows)[0].entry.patient_id, (*rows)[1].entry.patient_id);
}

TEST_F(LedgerTest, RowsKeepTheOrderOfArrival) {
  open();
  constexpr int kRows = 1000;
  std::vector<std::int64_t> rows;
  std::promise<void> all;
  for (int i = 1; i <= kRows; ++i)
    ledger_->record(entry(i), [&](Result<std::int64_t> result) {
      rows.push_back(result.value());
      if (rows.size() == kRows) all.set_value();
    });
  all.get_future().get();
  for (int i = 0; i < kRows; ++i) ASSERT_EQ(rows[static_cast<std::size_t>(i)], i + 1);
  EXPECT_EQ((*LedgerReader::open(options_))->find("777")->entry.hook_instance, "instance-777");
  EXPECT_EQ(problem(), "holds");
}

TEST_F(LedgerTest, ContinuesTheChainAfterARestart) {
  open();
  fill(3, 2);
  close();
  EXPECT_EQ(problem(), "holds") << "read without a server";
  open();
  EXPECT_EQ(record(entry(4)).value(), 6);
  EXPECT_EQ(send({feedback(1)}).value(), 0u) << "a repeat is one after a restart, too";
  const auto report = verify();
  EXPECT_EQ(report.rows, 4);
  EXPECT_EQ(report.feedback_rows, 2);
  EXPECT_FALSE(report.first_problem);
}

TEST_F(LedgerTest, TheSameAnswerIsStoredOnce) {
  open();
  EXPECT_EQ(record(entry(1)).value(), 1);
  EXPECT_EQ(record(entry(2)).value(), 2);
  EXPECT_EQ(record(entry(1)).value(), 1);
  LedgerEntry unnamed = entry(1);
  unnamed.entry_id.clear();
  EXPECT_EQ(record(unnamed).value(), 3);
  EXPECT_EQ(record(unnamed).value(), 4);
  EXPECT_EQ(problem(), "holds");
}

TEST_F(LedgerTest, FeedbackRepeatedAThousandTimesInParallelIsStoredOnce) {
  open();
  fill(1, 0);
  std::atomic<std::size_t> added = 0, answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i)
        ledger_->record_feedback({feedback(1)}, [&](Result<std::size_t> result) {
          added += result.value();
          ++answered;
        });
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(eventually([&] { return answered == 1000; }));
  EXPECT_EQ(added, 1u);
  EXPECT_EQ(verify().feedback_rows, 1);
  EXPECT_EQ(ledger_->counters().feedback_repeats, 999u);
}

TEST_F(LedgerTest, WhatMakesFeedbackDifferent) {
  open();
  fill(1, 1);
  std::vector<FeedbackEntry> different(6, feedback(1));
  different[0].outcome = "accepted";
  different[1].accepted_suggestions = {"b", "a"};
  different[2].outcome_timestamp = "2026-11-24T08:15:01Z";
  different[3].tenant = "south";
  different[4].user_comment = "other words do not";
  different[5].accepted_suggestions = {"a", "b"};
  EXPECT_EQ(send(different).value(), 4u);
  EXPECT_EQ(problem(), "holds");
}

TEST_F(LedgerTest, FeedbackIsAllOrNothingAndUnknownCardsAreCounted) {
  open();
  fill(1, 0);
  std::vector<FeedbackEntry> entries;
  for (int i = 1; i <= 10'000; ++i) entries.push_back(feedback(i));
  EXPECT_EQ(send(entries).value(), 10'000u);
  EXPECT_EQ(ledger_->counters().feedback_unknown_cards, 9'999u);

  FeedbackEntry bad = feedback(1);
  bad.accepted_suggestions = {"two words"};
  const auto refused = send({feedback(20'000), bad});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(verify().feedback_rows, 10'000);
  EXPECT_EQ(send({}).value(), 0u);

  FeedbackEntry foreign = feedback(1);
  foreign.tenant = "south";
  EXPECT_EQ(send({foreign}).value(), 1u);
  EXPECT_EQ(ledger_->counters().feedback_unknown_cards, 10'000u) << "another tenant's card is an unknown one";
}

TEST_F(LedgerTest, RefusesBeyondTheQueueAndAfterDrain) {
  options_.queue_limit = 8;
  open();
  std::mutex gate;
  std::atomic<int> stored = 0, refused = 0;
  gate.lock();
  // The writer waits in the first callback: everything after it stays in the queue.
  ledger_->record(entry(0), [&](Result<std::int64_t>) { const std::lock_guard wait(gate); });
  ASSERT_TRUE(eventually([&] { return ledger_->queued() == 0; }));
  for (int i = 1; i <= 20; ++i)
    ledger_->record(entry(i), [&](const Result<std::int64_t>& result) { ++(result.ok() ? stored : refused); });
  EXPECT_EQ(ledger_->queued(), 8u);
  EXPECT_EQ(refused, 12);
  EXPECT_TRUE(ledger_->healthy());
  gate.unlock();
  ledger_->drain(std::chrono::seconds(10));
  EXPECT_EQ(stored, 8);
  EXPECT_EQ(record(entry(30)).error().code, ErrorCode::unavailable);
  EXPECT_EQ(verify().rows, 9);
}

TEST_F(LedgerTest, ASecondWriterIsRefusedAndReadersAreNot) {
  open();
  const auto second = Ledger::open(options_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  std::atomic<bool> stop = false;
  std::thread writing([&] {
    for (int i = 1; !stop; ++i) EXPECT_TRUE(record(entry(i)).ok());
  });
  std::int64_t rows = 0;
  for (int i = 0; i < 20; ++i) {
    const auto report = verify();
    EXPECT_FALSE(report.first_problem) << report.first_problem->message;
    EXPECT_GE(report.rows, rows);
    rows = report.rows;
  }
  stop = true;
  writing.join();
  close();
  open();
}

}  // namespace
}  // namespace cathgate::quality
