// The stages of a request one by one, in this thread alone: parse, read, assess, card, and all of them with the validator.
// Every stage's answer is checked before it is timed.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "cds-hooks/hooks/answer_case.h"
#include "core/snapshot_json.h"
#include "engine/knowledge.h"
#include "fhir/snapshot_reader.h"
#include "tests/bench/loaded.h"
#include "tests/bench/make_request.h"

namespace {

using namespace cathgate;
using namespace cathgate::cds_hooks;
using bench::knowledge;
using bench::require;

constexpr std::string_view kServiceId = "cathgate-angiography";

UnixSeconds now() {
  static const UnixSeconds kNow = std::time(nullptr);
  return kNow;
}

std::string body_of(const benchmark::State& state) {
  return bench::make_request({.bytes = static_cast<std::size_t>(state.range(0)) * 1024, .now = now()});
}

JsonDocument parsed(const std::string& body) {
  auto document = JsonDocument::parse(body);
  require(document.ok(), "the request does not parse");
  return std::move(document).value();
}

PatientSnapshot snapshot_of(JsonValue root) {
  auto snapshot = fhir::read_snapshot(knowledge().terms, knowledge().engine->facts,
                                      {.prefetch = root["prefetch"], .patient_id = "p1", .as_of = now(), .encounter_id = {}, .tally = nullptr});
  require(snapshot.ok() && snapshot->measurements.size() > 10, "the record is not read");
  return std::move(snapshot).value();
}

void finish(benchmark::State& state, const std::string& body) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void parse(benchmark::State& state) {
  const std::string body = body_of(state);
  require(parsed(body).root()["hook"].text() == "order-sign", "the request is another");
  for (auto _ : state) {
    auto document = JsonDocument::parse(body);
    benchmark::DoNotOptimize(document);
  }
  finish(state, body);
}

void read_snapshot(benchmark::State& state) {
  const std::string body = body_of(state);
  const auto document = parsed(body);
  snapshot_of(document.root());
  for (auto _ : state) benchmark::DoNotOptimize(snapshot_of(document.root()));
  finish(state, body);
}

void assess_patient(benchmark::State& state) {
  const std::string body = body_of(state);
  const auto document = parsed(body);
  const PatientSnapshot snapshot = snapshot_of(document.root());
  require(assess(snapshot, knowledge().engine, {}).decision == Decision::defer, "the decision is another");
  for (auto _ : state) benchmark::DoNotOptimize(assess(snapshot, knowledge().engine, {}));
  finish(state, body);
}

// Assessment and card together, as the server makes them.
void write_card(benchmark::State& state) {
  const std::string body = body_of(state);
  const auto document = parsed(body);
  AnswerCase input;
  input.patient_id = "p1";
  input.as_of = now();
  input.snapshot = snapshot_of(document.root());
  JsonWriter text;
  write_snapshot(text, *input.snapshot, knowledge().engine->facts, WithTime::no);
  input.snapshot_text = text.take();
  input.orders = fhir::read_angiography_orders(knowledge().terms, knowledge().engine->facts, document.root()["context"]["draftOrders"], "p1",
                                               document.root()["prefetch"]);
  require(write_cards(knowledge(), {}, input).card_ids.size() == 1, "there is not one card");
  for (auto _ : state) benchmark::DoNotOptimize(write_cards(knowledge(), {}, input));
  finish(state, body);
}

void whole_answer(benchmark::State& state) {
  const std::string body = body_of(state);
  const auto answer = answer_hook(knowledge(), {}, kServiceId, body, now());
  require(answer && answer->decisions == std::vector<std::string>{"defer"}, "the answer is another");
  for (auto _ : state) {
    auto again = answer_hook(knowledge(), {}, kServiceId, body, now());
    benchmark::DoNotOptimize(again);
  }
  finish(state, body);
}

BENCHMARK(parse)->Arg(8)->Arg(50)->Arg(450)->Unit(benchmark::kMicrosecond);
BENCHMARK(read_snapshot)->Arg(8)->Arg(50)->Arg(450)->Unit(benchmark::kMicrosecond);
BENCHMARK(assess_patient)->Arg(8)->Arg(50)->Arg(450)->Unit(benchmark::kMicrosecond);
BENCHMARK(write_card)->Arg(8)->Arg(50)->Arg(450)->Unit(benchmark::kMicrosecond);
BENCHMARK(whole_answer)->Arg(8)->Arg(50)->Arg(450)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
