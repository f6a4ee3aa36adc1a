// One posterior of the endotype model with its 90 % interval, and what the second card adds to a whole answer. Each answer
// is checked before it is timed.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"
#include "core/time.h"
#include "engine/knowledge.h"
#include "tests/bench/loaded.h"

namespace {

using namespace cathgate;
using namespace cathgate::cds_hooks;
using bench::knowledge;
using bench::require;

// Bolus CFR 2.4, IMR 18, acetylcholine negative, FFR 0.90 in a woman: 0.543 for reduced reserve (published vector 15).
void posterior(benchmark::State& state) {
  const auto& model = knowledge().engine->endotype;
  models::EndotypeInputs in;
  in.female = true;
  in.ffr = 0.9;
  in.readings[static_cast<std::size_t>(models::FlowIndex::cfr_bolus)] = 2.4;
  in.readings[static_cast<std::size_t>(models::FlowIndex::imr)] = 18;
  in.acetylcholine = models::Spasm::none;
  const models::EndotypeQuestion question{2.5, false, true};
  require(std::abs(model.posterior(in, question).reserve_reduced.value - 0.543344) < 1e-5, "the posterior is wrong");
  for (auto _ : state) benchmark::DoNotOptimize(model.posterior(in, question));
}
BENCHMARK(posterior)->Unit(benchmark::kMillisecond);

// A case of tests/cases as a whole answer; `range` says whether the second card and its model take part.
void answer(benchmark::State& state) {
  const auto document = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/endotype-structural.json");
  require(document.ok(), "the case does not load");
  JsonWriter request;
  request.value(document->root()["request"]);
  const auto now = read_fhir_time(document->root()["now"].text())->earliest;
  TenantOptions tenant;
  tenant.site.endotype.card = state.range(0) > 0;
  tenant.site.endotype.posterior = tenant.site.endotype.own_reference = state.range(0) > 1;
  const auto checked = answer_hook(knowledge(), tenant, "cathgate-chest-pain", std::string(request.view()), now);
  require(checked.ok(), "there is no answer");
  const auto cards = JsonDocument::parse(checked->body);
  require(cards.ok() && cards->root()["cards"].size() == (state.range(0) > 0 ? 2U : 1U), "the answer has other cards");
  for (auto _ : state) benchmark::DoNotOptimize(answer_hook(knowledge(), tenant, "cathgate-chest-pain", std::string(request.view()), now));
}
BENCHMARK(answer)->Arg(0)->Arg(1)->Arg(2)->ArgName("endotype")->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
