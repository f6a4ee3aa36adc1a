#include "store/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "store/connection.h"
#include "store/file_lock.h"

namespace cathgate::store {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("cathgate store " + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::unique_ptr<Database> open(Access access) {
    auto database = Database::open(path("a b=c.db"), access);
    EXPECT_TRUE(database.ok()) << database.error().message;
    return database.ok() ? std::move(database).value() : nullptr;
  }
  std::filesystem::path folder_;
};

TEST(Connection, NamesTheBackend) {
  EXPECT_EQ(read_connection("sqlite3:///var/lib/cathgate/ledger.db")->path, "/var/lib/cathgate/ledger.db");
  EXPECT_EQ(read_connection("sqlite3://ledger.db")->path, "ledger.db");
  EXPECT_EQ(read_connection("var/ledger.db")->path, "var/ledger.db");
  for (const char* bad : {"", "sqlite3://", "mysql://host/db", "a\"b", "a\nb"}) {
    const auto refused = read_connection(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  }
  EXPECT_NE(read_connection("mysql://host/db").error().message.find("mysql://"), std::string::npos);
}

TEST_F(DatabaseTest, KeepsBytesWithNulsAndReusesStatements) {
  auto database = open(Access::writer);
  ASSERT_FALSE(database->execute("create table t (n integer primary key, s text not null, b blob not null)"));
  auto insert = database->prepare("insert into t (n, s, b) values (:n, :s, :b) on conflict (n) do nothing",
                                  {Type::integer, Type::text, Type::bytes});
  ASSERT_TRUE(insert.ok()) << insert.error().message;
  const std::vector<std::string> values = {std::string("a\0b\xff", 4), std::string(100'000, '\0'), "", "z"};
  ASSERT_FALSE(database->begin());
  for (std::size_t i = 0; i < values.size(); ++i) {
    insert->bind(0, static_cast<std::int64_t>(i));
    insert->bind(1, "naïve");
    insert->bind(2, values[i]);
    ASSERT_EQ(insert->execute().value(), 1);
    EXPECT_EQ(insert->execute().value(), 0) << "a conflict changes no row";
  }
  ASSERT_FALSE(database->commit());

  auto select = database->prepare("select s, b, n from t where n >= :n order by n", {Type::integer},
                                  {Type::text, Type::bytes, Type::integer});
  for (const std::int64_t from : {0, 2}) {
    select->bind(0, from);
    const auto rows = select->query();
    ASSERT_TRUE(rows.ok()) << rows.error().message;
    ASSERT_EQ(rows->size(), values.size() - static_cast<std::size_t>(from));
    for (std::size_t i = 0; i < rows->size(); ++i) {
      EXPECT_EQ((*rows)[i][0].text, "naïve");
      EXPECT_EQ((*rows)[i][1].text, values[i + static_cast<std::size_t>(from)]);
      EXPECT_EQ((*rows)[i][2].integer, static_cast<std::int64_t>(i) + from);
    }
  }
}

TEST_F(DatabaseTest, ReadersNeverWriteAndSeeCommitsOnly) {
  auto writer = open(Access::writer);
  ASSERT_FALSE(writer->execute("create table t (n integer primary key)"));
  auto reader = open(Access::reader);
  EXPECT_TRUE(reader->execute("insert into t values (1)"));
  auto count = reader->prepare("select count(*) from t", {}, {Type::integer});
  ASSERT_FALSE(writer->begin());
  ASSERT_FALSE(writer->execute("insert into t values (7)"));
  EXPECT_EQ((*count->query())[0][0].integer, 0);
  ASSERT_FALSE(writer->commit());
  EXPECT_EQ((*count->query())[0][0].integer, 1);
}

TEST_F(DatabaseTest, ReaderAloneWorksAndAMissingFileIsAnError) {
  ASSERT_FALSE(open(Access::writer)->execute("create table t (n integer primary key)"));
  EXPECT_EQ((*open(Access::reader)->prepare("select count(*) from t", {}, {Type::integer})->query())[0][0].integer, 0);
  struct stat status {};
  ASSERT_EQ(::stat(path("a b=c.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);

  const auto missing = Database::open(path("none.db"), Access::reader);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(std::filesystem::exists(path("none.db")));
}

TEST_F(DatabaseTest, ErrorsDoNotQuoteValues) {
  auto database = open(Access::writer);
  ASSERT_FALSE(database->execute("create table t (s text not null unique)"));
  auto insert = database->prepare("insert into t values (:s)", {Type::text});
  insert->bind(0, "Jane Doe");
  ASSERT_TRUE(insert->execute().ok());
  const auto again = insert->execute();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().message.find("Jane"), std::string::npos) << again.error().message;
  insert->bind(0, "another");
  EXPECT_TRUE(insert->execute().ok()) << "a statement survives its error";
}

TEST_F(DatabaseTest, LockIsExclusiveAndGoesWithItsHolder) {
  {
    const auto lock = FileLock::take(path("x.lock"));
    ASSERT_TRUE(lock.ok());
    const auto second = FileLock::take(path("x.lock"));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  }
  EXPECT_TRUE(FileLock::take(path("x.lock")).ok());
  EXPECT_FALSE(FileLock::take(path("no/such/folder/x.lock")).ok());
}

}  // namespace
}  // namespace cathgate::store
