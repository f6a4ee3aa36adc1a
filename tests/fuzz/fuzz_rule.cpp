// Any bytes as a rule file. Whatever they are: no crash; a file that does not load says why and where; and one that loads
// evaluates on an empty record, on which no rule of a fact that nobody knows may fire by accident of memory.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/knowledge.h"
#include "rules/rule_library.h"
#include "tests/fuzz/harness.h"

namespace {

using namespace cathgate;
using namespace cathgate::fuzz;

// The loader reads folders; this one lies in memory where there is such a place.
const std::filesystem::path& library_folder() {
  static const std::filesystem::path kFolder = [] {
    const std::filesystem::path memory = "/dev/shm";
    const auto base = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    const auto root = base / ("cathgate-fuzz-" + std::to_string(::getpid()));
    static const struct Remover {
      std::filesystem::path path;
      ~Remover() { std::error_code ignored; std::filesystem::remove_all(path, ignored); }
    } kRemover{root};
    std::filesystem::create_directories(root / "rules" / "library");
    return root / "rules" / "library";
  }();
  return kFolder;
}

// Evaluates every stage; the outcomes as text, for comparison.
std::string evaluate(const rules::RuleLibrary& library, const FactCatalogue& facts) {
  FactView view(facts, kNow);
  std::vector<rules::RuleOutcome> outcomes;
  for (std::size_t stage = 0; stage < kStages; ++stage) library.evaluate(static_cast<Stage>(stage), view, outcomes);
  std::string text;
  for (const auto& outcome : outcomes) {
    require(outcome.fired != Truth::no, "a silent rule leaves no outcome");
    text.append(outcome.finding.id).append(outcome.fired == Truth::yes ? " fired " : " unknown ").append(outcome.step).append("\n");
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ofstream(library_folder() / "input.json", std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const FactCatalogue& facts = knowledge().engine->facts;
  const auto library = rules::RuleLibrary::load(library_folder().string(), facts);
  if (!library.ok()) {
    require(!library.errors.empty(), "a file that does not load says why");
    for (const Error& error : library.errors)
      require(error.where.starts_with("rules/library") && !error.message.empty(), "a problem has a place and a sentence", error.where + ": " + error.message);
    return 0;
  }
  require(library.value->rule_count() > 0, "a library that loads holds a rule");
  require(library.value->run_examples(facts).empty(), "the examples of a library that loads hold");
  require(evaluate(*library.value, facts) == evaluate(*library.value, facts), "rules say the same of the same record");
  return 0;
}
