// CDS Hooks "Feedback" and the bad inputs 57-60.
#include <gtest/gtest.h>

#include "cds-hooks/hooks/service.h"

namespace cathgate::cds_hooks {
namespace {

const std::string kCard = "3a1f8a52-0000-8000-8000-000000000001";
const std::string kAccepted =
    R"({"card": ")" + kCard +
    R"(", "outcome": "accepted", "outcomeTimestamp": "2026-11-24T08:15:00Z", "acceptedSuggestions": [{"id": "3A1F8A52-0000-8000-8000-00000000000B"}]})";
const std::string kOverridden =
    R"({"card": ")" + kCard +
    R"(", "outcome": "overridden", "outcomeTimestamp": "2026-11-24T08:15:00.52Z", "overrideReason": {"reason": {"code": "prefers-alternative", "system": "urn:x"}, "userComment": "'; drop table --"}})";

auto read(const std::string& elements) {
  return read_feedback("clinic", "cathgate-angiography", R"({"feedback": [)" + elements + "]}");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos)
    ADD_FAILURE() << from;
  else
    text.replace(at, from.size(), to);
  return text;
}

void expect_refused(const std::string& element, std::string_view where) {
  const auto result = read(element);
  ASSERT_FALSE(result.ok()) << element;
  EXPECT_EQ(result.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(result.error().where, where);
}

TEST(Feedback, ReadsSeveralElements) {
  const auto result = read(kAccepted + "," + kOverridden + "," + kAccepted);
  ASSERT_TRUE(result.ok()) << result.error().where;
  ASSERT_EQ(result->size(), 3u);
  const auto& accepted = (*result)[0];
  EXPECT_EQ(accepted.tenant, "clinic");
  EXPECT_EQ(accepted.service_id, "cathgate-angiography");
  EXPECT_EQ(accepted.card_id, kCard);
  EXPECT_EQ(accepted.outcome, "accepted");
  EXPECT_EQ(accepted.accepted_suggestions, std::vector<std::string>{"3a1f8a52-0000-8000-8000-00000000000b"})
      << "lower case: the same card is the same card";
  const auto& overridden = (*result)[1];
  EXPECT_EQ(overridden.reason_code, "prefers-alternative");
  EXPECT_EQ(overridden.user_comment, "'; drop table --");
  EXPECT_EQ(overridden.outcome_timestamp, "2026-11-24T08:15:00.52Z");
}

TEST(Feedback, AReasonNeedsNoSystemAndAnOverrideNoReason) {
  EXPECT_TRUE(read(replaced(kOverridden, R"(, "system": "urn:x")", "")).ok());
  EXPECT_TRUE(
      read(R"({"card": ")" + kCard + R"(", "outcome": "overridden", "outcomeTimestamp": "2026-11-24T08:15:00+01:00"})")
          .ok());
}

TEST(Feedback, NamesTheElementThatIsWrong) {
  expect_refused(kAccepted + "," + replaced(kAccepted, kCard, "card 7"), "feedback[1].card");
  expect_refused(replaced(kAccepted, "accepted", "ignored"), "feedback[0].outcome");
  expect_refused(replaced(kAccepted, "2026-11-24T08:15:00Z", "2026-11-24"), "feedback[0].outcomeTimestamp");
  expect_refused(replaced(kAccepted, "2026-11-24T08:15:00Z", "2026-11-24T08:15:00"), "feedback[0].outcomeTimestamp");
  expect_refused(replaced(kAccepted, R"("outcomeTimestamp": "2026-11-24T08:15:00Z", )", ""),
                 "feedback[0].outcomeTimestamp");
  expect_refused(replaced(kAccepted, R"([{"id": "3A1F8A52-0000-8000-8000-00000000000B"}])", "[]"),
                 "feedback[0].acceptedSuggestions");
  expect_refused(replaced(kAccepted, R"("3A1F8A52-0000-8000-8000-00000000000B")", "7"),
                 "feedback[0].acceptedSuggestions[0].id");
  expect_refused(replaced(kAccepted, "accepted", "overridden"), "feedback[0].acceptedSuggestions");
  expect_refused(replaced(kOverridden, "overridden", "accepted"), "feedback[0].acceptedSuggestions");
  expect_refused("7", "feedback[0]");
}

// Early clients sent the Coding itself.
TEST(Feedback, AnOverrideReasonIsNotACoding) {
  expect_refused(
      replaced(kOverridden,
               R"({"reason": {"code": "prefers-alternative", "system": "urn:x"}, "userComment": "'; drop table --"})",
               R"({"code": "x", "system": "y"})"),
      "feedback[0].overrideReason");
}

TEST(Feedback, ABareObjectIsNotAList) {
  for (const auto& body :
       {kAccepted, std::string("[]"), std::string(R"({"feedback": []})"), std::string(R"({"feedback": {}})")}) {
    const auto result = read_feedback("clinic", "cathgate-angiography", body);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().where, "feedback");
  }
}

TEST(Feedback, TakesTenThousandAndNotOneMore) {
  std::string many = kAccepted;
  for (int i = 1; i < 10'000; ++i) many += "," + kAccepted;
  const auto result = read(many);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->size(), 10'000u);
  EXPECT_FALSE(read(many + "," + kAccepted).ok());
}

TEST(Feedback, RefusesACommentOfAMegabyte) {
  expect_refused(replaced(kOverridden, "'; drop table --", std::string(1'000'000, 'x')),
                 "feedback[0].overrideReason.userComment");
}

TEST(Feedback, AnUnknownServiceIsNotFound) {
  const auto result = read_feedback("clinic", "other", R"({"feedback": []})");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
}

TEST(Feedback, BadJsonIsRefused) {
  EXPECT_FALSE(read_feedback("clinic", "cathgate-angiography", "{").ok());
}

}  // namespace
}  // namespace cathgate::cds_hooks
