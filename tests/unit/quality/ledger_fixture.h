// A ledger in a folder of its own, for the tests of quality/.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include "core/digest.h"
#include "quality/ledger.h"
#include "store/database.h"

namespace cathgate::quality {

class LedgerFixture : public testing::Test {
 protected:
  void SetUp() override {
    const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::temp_directory_path() / ("cathgate-ledger-" + std::to_string(::getpid()) + "-" + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    options_.database = "sqlite3://" + path("ledger.db");
    options_.key_file = path("ledger.key");
    options_.spill_file = path("ledger.spill");
    options_.log = [this](std::string_view message) {
      const std::lock_guard lock(log_mutex_);
      log_ += std::string(message) + "\n";
    };
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string log() {
    const std::lock_guard lock(log_mutex_);
    return log_;
  }

  void open() {
    auto opened = Ledger::open(options_);
    ASSERT_TRUE(opened.ok()) << opened.error().where << ": " << opened.error().message;
    ledger_ = std::move(opened).value();
  }
  void close() {
    ledger_->drain(std::chrono::seconds(10));
    ledger_.reset();
  }

  static LedgerEntry entry(int number) {
    LedgerEntry e;
    e.tenant = "north";
    e.service_id = "cathgate-angiography";
    e.hook = "order-sign";
    e.hook_instance = "instance-" + std::to_string(number);
    e.patient_id = "patient-" + std::to_string(number);
    e.order_reference = "ServiceRequest/" + std::to_string(number);
    e.encounter_class = "ambulatory";
    e.decision = "defer";
    e.as_of = 1'795'500'000 + number;
    e.language = "en";
    e.program_version = "0.1.0";
    e.knowledge_digest = std::string(64, 'a');
    e.card_ids = {card(number)};
    e.suggestion_ids = {"suggestion-" + std::to_string(number)};
    e.response = "{\"cards\":[" + std::to_string(number) + "]}";
    e.facts = std::string("facts\0of ", 9) + std::to_string(number);
    e.entry_id = "entry-" + std::to_string(number);
    return e;
  }
  static std::string card(int number) { return uuid_from(sha256("card" + std::to_string(number))); }
  static FeedbackEntry feedback(int number) {
    FeedbackEntry f;
    f.tenant = "north";
    f.service_id = "cathgate-angiography";
    f.card_id = card(number);
    f.outcome = "overridden";
    f.outcome_timestamp = "2026-11-24T08:15:00Z";
    f.reason_system = "https://example.org/reasons";
    f.reason_code = "patient-preference";
    f.user_comment = "Mrs Canary wants to wait";
    return f;
  }

  Result<std::int64_t> record(LedgerEntry e) {
    std::promise<Result<std::int64_t>> promise;
    auto answer = promise.get_future();
    ledger_->record(std::move(e), [&](Result<std::int64_t> result) { promise.set_value(std::move(result)); });
    return answer.get();
  }
  Result<std::size_t> send(std::vector<FeedbackEntry> entries) {
    std::promise<Result<std::size_t>> promise;
    auto answer = promise.get_future();
    ledger_->record_feedback(std::move(entries),
                             [&](Result<std::size_t> result) { promise.set_value(std::move(result)); });
    return answer.get();
  }
  // Rows 1 to `answers`, then one feedback for each of the first `reactions`.
  void fill(int answers, int reactions) {
    for (int i = 1; i <= answers; ++i) ASSERT_EQ(record(entry(i)).value(), i);
    for (int i = 1; i <= reactions; ++i) ASSERT_EQ(send({feedback(i)}).value(), 1u);
  }

  VerifyReport verify() {
    auto reader = LedgerReader::open(options_);
    EXPECT_TRUE(reader.ok()) << reader.error().message;
    if (!reader.ok()) return {};
    auto report = (*reader)->verify();
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? *report : VerifyReport{};
  }
  // "row 3: The row was changed ...", or "holds".
  std::string problem() {
    const auto report = verify();
    return report.first_problem ? report.first_problem->where + ": " + report.first_problem->message : "holds";
  }
  // Changes the database behind the ledger's back.
  void tamper(const std::string& sql) {
    auto database = store::Database::open(options_.database, store::Access::writer);
    ASSERT_TRUE(database.ok());
    const auto failed = (*database)->execute(sql);
    ASSERT_FALSE(failed) << failed->message;
  }
  static std::string bytes_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  // Waits until the condition holds; false after ten seconds.
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  std::filesystem::path folder_;
  LedgerOptions options_;
  std::unique_ptr<Ledger> ledger_;
  std::mutex log_mutex_;
  std::string log_;
};

}  // namespace cathgate::quality
