// Erasure, retention, backup and export.
#include "quality/maintenance.h"

#include "core/json.h"
#include "ledger_fixture.h"

namespace cathgate::quality {
namespace {

constexpr UnixSeconds kLater = 1'999'999'999;

class MaintenanceTest : public LedgerFixture {
 protected:
  static EraseSelection of_patient(const std::string& id) {
    EraseSelection selection;
    selection.tenant = "north";
    selection.patient_id = id;
    return selection;
  }
  Result<StoredEntry> find(const std::string& id) { return (*LedgerReader::open(options_).value()).find(id); }
};

TEST_F(MaintenanceTest, ErasingAPatientLeavesATombstoneAndNothingToRead) {
  open();
  fill(5, 3);
  close();
  EXPECT_EQ(erase(options_, of_patient("patient-2"), "request", kLater).value(), 2);
  EXPECT_EQ(problem(), "holds");
  EXPECT_EQ(verify().erasures, 1);
  EXPECT_FALSE(find("2").ok()) << "its payload cannot be opened";
  EXPECT_EQ(find("3")->entry.response, entry(3).response) << "the others can";
  EXPECT_EQ(erase(options_, of_patient("patient-2"), "request", kLater).value(), 0) << "once";
  EXPECT_EQ(verify().erasures, 1);
  open();
  EXPECT_EQ(record(entry(6)).value(), 10) << "the chain goes on: five answers, three feedbacks, one tombstone";
  EXPECT_EQ(problem(), "holds");
}

TEST_F(MaintenanceTest, TellsAnErasureFromATheft) {
  open();
  fill(4, 0);
  close();
  tamper("update ledger set payload_key = null where row_no = 2");
  EXPECT_EQ(problem().substr(0, 5), "row 2");
  EXPECT_NE(problem(), "holds") << "a key that is gone without a tombstone";
}

TEST_F(MaintenanceTest, NoticesAKeyThatWasPutBack) {
  open();
  fill(3, 0);
  close();
  tamper("create table kept as select payload_key from ledger where row_no = 1");
  EXPECT_EQ(erase(options_, of_patient("patient-1"), "request", kLater).value(), 1);
  EXPECT_EQ(problem(), "holds");
  tamper("update ledger set payload_key = (select payload_key from kept) where row_no = 1");
  EXPECT_EQ(problem(), "row 1: A tombstone says that the payload was erased, but its key is here.");
}

TEST_F(MaintenanceTest, ATombstoneIsPartOfTheChain) {
  open();
  fill(3, 0);
  close();
  ASSERT_EQ(erase(options_, of_patient("patient-1"), "request", kLater).value(), 1);
  tamper("update ledger_erasure set erased_rows = '1 99'");
  EXPECT_EQ(problem(), "row 4: The row was changed: its hash is wrong.");
  tamper("delete from ledger_erasure");
  EXPECT_NE(problem(), "holds");
}

TEST_F(MaintenanceTest, ErasesByAgeByRowAndOnlyOneTenant) {
  open();
  fill(3, 0);
  LedgerEntry other = entry(4);
  other.tenant = "south";
  ASSERT_EQ(record(other).value(), 4);
  close();
  EraseSelection row;
  row.tenant = "north";
  row.row = 4;
  EXPECT_EQ(erase(options_, row, "request", kLater).value(), 0) << "row 4 is the south's";
  row.row = 1;
  EXPECT_EQ(erase(options_, row, "request", kLater).value(), 1);
  EraseSelection old;
  old.tenant = "north";
  old.before = 1'000'000'000;
  EXPECT_EQ(erase(options_, old, "age", kLater).value(), 0);
  old.before = kLater;
  EXPECT_EQ(erase(options_, old, "age", kLater).value(), 2);
  EXPECT_TRUE(find("4").ok());
  EXPECT_EQ(problem(), "holds");
}

TEST_F(MaintenanceTest, RefusesToEraseUnderARunningWriterOfTheSameFile) {
  open();
  fill(1, 0);
  EXPECT_FALSE(erase(options_, of_patient("patient-1"), "request", kLater).ok());
}

TEST_F(MaintenanceTest, RetentionErasesByItself) {
  open();
  fill(3, 0);
  close();
  options_.retention = {{"north", -1}};  // everything is older than tomorrow
  open();
  EXPECT_TRUE(eventually([&] { return verify().erasures == 1; }));
  EXPECT_FALSE(find("1").ok());
  EXPECT_EQ(problem(), "holds");
}

TEST_F(MaintenanceTest, ABackupOfARunningLedgerVerifiesAndIsRestored) {
  open();
  fill(300, 3);
  EXPECT_EQ(copy_ledger(options_, path("backup.db")).value(), 303) << "under a running writer";
  ASSERT_TRUE(record(entry(400)).ok());
  LedgerOptions backup = options_;
  backup.database = path("backup.db");
  auto reader = LedgerReader::open(backup).value();
  const auto report = reader->verify();
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->first_problem);
  EXPECT_EQ(report->rows, 300);
  EXPECT_EQ(reader->find("7")->entry.response, entry(7).response);
  EXPECT_FALSE(copy_ledger(options_, path("backup.db")).ok()) << "the target is not empty";
  EXPECT_EQ(copy_ledger(backup, path("restored.db")).value(), 303);
  close();
  options_.database = path("restored.db");
  open();
  EXPECT_EQ(record(entry(500)).value(), 304) << "the restored ledger goes on";
  EXPECT_EQ(problem(), "holds");
}

TEST_F(MaintenanceTest, NoBackupOfATamperedLedger) {
  open();
  fill(3, 0);
  close();
  tamper("update ledger set decision = 'x' where row_no = 2");
  EXPECT_FALSE(copy_ledger(options_, path("backup.db")).ok());
}

TEST_F(MaintenanceTest, ExportsEveryRowOnceAndPayloadsOnlyWhenAsked) {
  open();
  fill(3, 1);
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) { lines.emplace_back(line); };
  ASSERT_FALSE(export_ledger(options_, {"", false}, keep));
  ASSERT_EQ(lines.size(), 4u);
  for (const std::string& line : lines) {
    EXPECT_TRUE(JsonDocument::parse(line).ok()) << line;
    EXPECT_EQ(line.find("cards\\\""), std::string::npos) << line;
    EXPECT_EQ(line.find("Canary"), std::string::npos) << line;
    EXPECT_EQ(line.find("patient-1\""), std::string::npos) << line;
  }
  lines.clear();
  ASSERT_FALSE(export_ledger(options_, {"north", true}, keep));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(JsonDocument::parse(lines[0])->root()["response"].text(), entry(1).response);
  EXPECT_EQ(JsonDocument::parse(lines[3])->root()["comment"].text(), "Mrs Canary wants to wait");
  lines.clear();
  ASSERT_FALSE(export_ledger(options_, {"south", false}, keep));
  EXPECT_TRUE(lines.empty());
}

}  // namespace
}  // namespace cathgate::quality
