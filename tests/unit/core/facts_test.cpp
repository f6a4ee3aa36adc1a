#include <gtest/gtest.h>

#include "core/digest.h"
#include "core/fact_catalogue.h"
#include "core/fact_view.h"
#include "core/snapshot_json.h"

namespace cathgate {
namespace {

const FactCatalogue& facts() {
  static const FactCatalogue catalogue = *FactCatalogue::load(CATHGATE_SOURCE_DIR "/core/facts.json").value;
  return catalogue;
}

TEST(FactCatalogue, LoadsTheShippedVocabulary) {
  auto loaded = FactCatalogue::load(CATHGATE_SOURCE_DIR "/core/facts.json");
  for (const auto& e : loaded.errors) ADD_FAILURE() << e.where << ": " << e.message;
  ASSERT_TRUE(loaded.ok());
  EXPECT_GT(loaded.value->size(), 100u);
  const auto cad_rads = loaded.value->require("ccta.cad_rads");
  EXPECT_EQ((*loaded.value)[cad_rads].category("4A"), 4.0);
  EXPECT_EQ((*loaded.value)[cad_rads].category("6"), std::nullopt);
  EXPECT_THROW(loaded.value->require("no.such.fact"), std::logic_error);
}

TEST(FactValue, ComparesInThreeValues) {
  const auto range = FactValue::between(10, 20);
  EXPECT_EQ(range.at_least(10), Truth::yes);
  EXPECT_EQ(range.at_least(10.5), Truth::unknown);
  EXPECT_EQ(range.at_least(20), Truth::unknown);
  EXPECT_EQ(range.at_least(20.5), Truth::no);
  EXPECT_EQ(range.above(10), Truth::unknown);
  EXPECT_EQ(range.above(20), Truth::no);
  EXPECT_EQ(range.above(9), Truth::yes);
  EXPECT_EQ(FactValue().at_least(0), Truth::unknown);
  EXPECT_EQ(FactValue::exactly(3).equals(3), Truth::yes);
  EXPECT_EQ(range.equals(30), Truth::no);
  EXPECT_EQ(range.equals(15), Truth::unknown);
  EXPECT_EQ(!Truth::unknown, Truth::unknown);
  EXPECT_EQ(!Truth::yes, Truth::no);
}

TEST(FactView, OldAndUndatedValuesAreMissing) {
  FactView view(facts(), 100 * kSecondsPerDay);
  const auto ldl = facts().require("lab.ldl");
  FactValue value = FactValue::exactly(100);
  value.origin = Origin::coded;
  value.at = TimeRange{90 * kSecondsPerDay, 90 * kSecondsPerDay};
  view.set(ldl, value);
  EXPECT_TRUE(view.not_older_than(ldl, 10).known());
  EXPECT_EQ(view.not_older_than(ldl, 9.99).unknown, UnknownReason::too_old);
  value.at.reset();
  view.set(ldl, value);
  EXPECT_EQ(view.not_older_than(ldl, 10).unknown, UnknownReason::too_old);
}

TEST(SnapshotJson, ReadsBackWhatItWroteWhateverTheOrder) {
  PatientSnapshot s;
  s.as_of = 1'700'000'000;
  s.birth_date = TimeRange{-1'000'000, -900'000};
  s.male = false;
  s.list_complete[0] = true;
  s.measurements = {{facts().require("lab.ldl"), 120.5, Comparator::less, TimeRange{5, 6}, Origin::text, true, "Observation/1", "m", "s", "q", "3.1 mmol/L"},
                    {facts().require("ccta.cad_rads"), 4, Comparator::exact, std::nullopt, Origin::coded, false, "DiagnosticReport/2", "", "", "", ""}};
  s.diagnoses = {{facts().require("risk.diabetes"), Polarity::absent, TimeRange{1, 2}, Origin::coded, "Condition/3"}};
  s.treatments = {{facts().require("drug.statin"), true, "MedicationRequest/4"}};
  s.issues = {{DataIssue::Kind::conflicting, "Observation/9", "conflict", "two values at one time", facts().require("lab.ldl"), "mg/dL", 3}};

  JsonWriter first;
  write_snapshot(first, s, facts(), WithTime::yes);
  auto parsed = JsonDocument::parse(std::string(first.view()));
  ASSERT_TRUE(parsed.ok());
  auto back = read_snapshot(parsed->root(), facts());
  ASSERT_TRUE(back.ok()) << back.error().where << back.error().message;
  std::swap(back->measurements[0], back->measurements[1]);
  JsonWriter second;
  write_snapshot(second, back.value(), facts(), WithTime::yes);
  EXPECT_EQ(first.view(), second.view());
  EXPECT_EQ(back->measurements.size(), 2u);
  EXPECT_EQ(back->issues, s.issues);

  JsonWriter timeless;
  write_snapshot(timeless, s, facts(), WithTime::no);
  EXPECT_EQ(timeless.view().find("as_of"), std::string_view::npos);
}

TEST(SnapshotJson, NamesAnUnknownFact) {
  auto parsed = JsonDocument::parse(R"({"measurements": [{"fact": "lab.ldl", "value": 1}, {"fact": "x", "value": 1}]})");
  auto back = read_snapshot(parsed->root(), facts());
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().where, "measurements[1].fact");
}

// FIPS 180-4 and RFC 4231 test vectors.
TEST(Digest, MatchesPublishedVectors) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const auto uuid = uuid_from(sha256("abc"));
  EXPECT_TRUE(is_uuid(uuid));
  EXPECT_EQ(uuid[14], '8');
  EXPECT_TRUE(is_uuid(random_uuid()));
  EXPECT_FALSE(is_uuid("ba7816bf8f01cfea414140de5dae2223b003"));
}

}  // namespace
}  // namespace cathgate
