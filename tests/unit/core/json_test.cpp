#include "core/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cathgate {
namespace {

using testing::HasSubstr;

std::string refusal(std::string text) {
  auto parsed = JsonDocument::parse(std::move(text));
  return parsed ? "accepted" : parsed.error().where + ": " + parsed.error().message;
}

TEST(Json, ReadsTypedMembersAndLeavesMissingOnesMissing) {
  auto d = JsonDocument::parse(R"({"a": 1, "b": 1.5, "c": "x", "d": [true, null], "e": -0, "f": 1e3})");
  ASSERT_TRUE(d.ok());
  const auto r = d->root();
  EXPECT_EQ(r["a"].integer(), 1);
  EXPECT_EQ(r["b"].number(), 1.5);
  EXPECT_EQ(r["b"].integer(), std::nullopt);
  EXPECT_EQ(r["c"].string(), "x");
  EXPECT_EQ(r["d"][std::size_t{0}].boolean(), true);
  EXPECT_TRUE(r["d"][std::size_t{1}].is_null());
  EXPECT_TRUE(r["d"][std::size_t{2}].is_missing());
  EXPECT_EQ(r["e"].number(), 0.0);
  EXPECT_EQ(r["f"].number(), 1000.0);
  EXPECT_TRUE(r["nothing"]["below"][std::size_t{7}].is_missing());
  EXPECT_EQ(r["c"].number(), std::nullopt);
}

// Group A of the list of bad inputs, items 1 to 8.
TEST(Json, RefusesDepthBeyondTheLimitWithoutOverflowingTheStack) {
  EXPECT_THAT(refusal(std::string(200'000, '[')), HasSubstr("nested deeper than 64 levels"));
  std::string objects;
  for (int i = 0; i < 500'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(refusal(objects), HasSubstr("nested deeper"));
  EXPECT_EQ(refusal(std::string(64, '[') + std::string(64, ']')), "accepted");
  EXPECT_THAT(refusal(std::string(65, '[') + std::string(65, ']')), HasSubstr("nested deeper"));
}

TEST(Json, ConvertsOrRefusesExtremeNumbers) {
  EXPECT_EQ(refusal("[0.00000000000001e-2147483639]"), "accepted");
  auto tiny = JsonDocument::parse("[1E-999999999]");
  ASSERT_TRUE(tiny.ok());
  EXPECT_EQ(tiny->root()[std::size_t{0}].number(), 0.0);
  EXPECT_THAT(refusal("[1e309]"), HasSubstr("beyond the range"));
  EXPECT_THAT(refusal("[-1e400]"), HasSubstr("beyond the range"));
  EXPECT_THAT(refusal("[" + std::string(10'000'000, '7') + "]"), HasSubstr("number"));
  for (const char* bad : {"[01]", "[+1]", "[.5]", "[1.]", "[NaN]", "[Infinity]", "[0x10]"}) EXPECT_NE(refusal(bad), "accepted") << bad;
  auto big = JsonDocument::parse("[9007199254740993, 0.1, 123456.789]");
  ASSERT_TRUE(big.ok());
  EXPECT_EQ(big->root()[std::size_t{0}].integer(), 9007199254740993);
  EXPECT_EQ(big->root()[std::size_t{1}].number(), 0.1);
  EXPECT_EQ(big->root()[std::size_t{2}].number(), 123456.789);
}

TEST(Json, RefusesWhatIsNotUtf8) {
  EXPECT_NE(refusal("[\"\\ud800\"]"), "accepted");          // a lone surrogate
  EXPECT_THAT(refusal("[\"\xC0\xAF\"]"), HasSubstr("UTF-8"));  // overlong
  EXPECT_THAT(refusal("[\"\x80\"]"), HasSubstr("UTF-8"));      // a stray continuation
  EXPECT_THAT(refusal("\xEF\xBB\xBF[]"), HasSubstr("byte-order mark"));
  EXPECT_NE(refusal(std::string("\xFF\xFE[\0]\0", 6)), "accepted");  // UTF-16
  auto nul = JsonDocument::parse("[\"a\\u0000b\"]");
  ASSERT_TRUE(nul.ok());
  EXPECT_EQ(nul->root()[std::size_t{0}].text(), std::string_view("a\0b", 3));
}

TEST(Json, RefusesDuplicateKeysAtAnyDepthAndSize) {
  EXPECT_THAT(refusal(R"({"patientId": 1, "x": 2, "patientId": 3})"), HasSubstr("the same key twice"));
  EXPECT_THAT(refusal(R"([{"a": {"b": 1, "b": 1}}])"), HasSubstr("the same key twice"));
  EXPECT_EQ(refusal(R"({"a": {"a": {"a": 1}}, "b": {"a": 1}})"), "accepted");
  std::string many = "{";
  for (int i = 0; i < 1000; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_EQ(refusal(many + "\"z\":1}"), "accepted");
  EXPECT_THAT(refusal(many + "\"k500\":1}"), HasSubstr("the same key twice"));
}

TEST(Json, BoundsTheMembersOfAnObject) {
  std::string many = "{\"k\":0";
  for (int i = 0; i < 1'000'000; ++i) many += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_THAT(refusal(many + "}"), HasSubstr("more than 100000 members"));
}

TEST(Json, RefusesTextAroundTheValue) {
  for (const char* bad : {"[] x", "{}{}", "// c\n[]", "[1,]", "{'a':1}", "", "  \n ", "{\"a\":1,}", "[1 2]"}) EXPECT_NE(refusal(bad), "accepted") << bad;
  EXPECT_EQ(refusal(" \n[]\t "), "accepted");
}

TEST(Json, NamesLineAndColumn) { EXPECT_EQ(refusal("{\n  \"a\": tru\n}"), "line 2, column 11: not a JSON value"); }

TEST(Json, WritesNumbersThatReadBackTheSame) {
  JsonWriter w;
  w.start_array().number(0.1).number(5).number(1e300).number(-2.5).number(1.0 / 3).end_array();
  EXPECT_EQ(w.view(), "[0.1,5,1e+300,-2.5,0.3333333333333333]");
}

TEST(Json, CopiesAParsedValue) {
  const std::string text = R"({"a":[1,2.5,"x\n"],"b":{"c":null,"d":true}})";
  auto d = JsonDocument::parse(text);
  JsonWriter w;
  w.value(d->root());
  EXPECT_EQ(w.view(), text);
}

// Every character that JSON escapes, at every place of a text of several machine words, comes back as it was.
TEST(Writer, EscapesWhereverItStands) {
  for (std::size_t at = 0; at < 20; ++at)
    for (int c = 1; c < 256; ++c) {
      if (c >= 0x80) continue;
      std::string text = "\xC3\xA9" "abcdefghijklmnop" "\xE4\xB8\xAD";
      text.insert(at == 1 ? 2 : at, 1, static_cast<char>(c));
      if (at == 19 || at == 20) continue;  // inside the last character
      JsonWriter w;
      w.start_array().string(text).end_array();
      const auto document = JsonDocument::parse(std::string(w.view()));
      ASSERT_TRUE(document.ok()) << w.view();
      ASSERT_EQ(document->root()[std::size_t{0}].text(), text) << at << " " << c;
    }
}

TEST(Writer, WritesTheShortEscapesAndUpperCaseHexadecimal) {
  JsonWriter w;
  w.string(std::string_view("\0\x01\b\t\n\f\r\x1F\"\\/\x7F", 12));
  EXPECT_EQ(w.view(), "\"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001F\\\"\\\\/\x7F\"");
}

TEST(Writer, PutsCommasBetweenValuesOnly) {
  JsonWriter w;
  w.start_object().key("a").start_array().integer(1).start_object().end_object().start_array().end_array().null().end_array();
  w.member("b", true).key("c").raw("{}").member("d", "x").end_object();
  EXPECT_EQ(w.take(), R"({"a":[1,{},[],null],"b":true,"c":{},"d":"x"})");
  EXPECT_EQ(w.view(), "");
}

TEST(Writer, CopiesNumbersAsTheyWereMeant) {
  const std::string text = R"([0,-1,1.5,1e30,18446744073709551615,-9223372036854775808,0.1,1.0])";
  const auto document = JsonDocument::parse(text);
  ASSERT_TRUE(document.ok());
  JsonWriter w;
  EXPECT_EQ(w.value(document->root()).view(), "[0,-1,1.5,1e30,18446744073709553000.0,-9223372036854775808,0.1,1.0]");
}

// Keys that look alike by length and ends are still told apart, and the same ones still found, however many there are.
TEST(DuplicateKeys, AreFoundAmongManyThatLookAlike) {
  for (const int count : {2, 10, 24, 25, 200}) {
    std::string members;
    for (int i = 0; i < count; ++i) members += "\"k" + std::to_string(1000 + i) + "z\":0,";
    EXPECT_TRUE(JsonDocument::parse("{" + members + "\"last\":0}").ok()) << count;
    EXPECT_FALSE(JsonDocument::parse("{" + members + "\"k" + std::to_string(1000 + count / 2) + "z\":0}").ok()) << count;
  }
  EXPECT_FALSE(JsonDocument::parse(R"({"":1,"":2})").ok());
}

}  // namespace
}  // namespace cathgate
