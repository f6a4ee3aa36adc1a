#include <cstdio>
#include <filesystem>

#include "cds-hooks/cli.h"
#include "cds-hooks/cli_io.h"
#include "cds-hooks/service.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {

std::string find_knowledge_root(std::string_view given, std::string_view configured, std::string_view source_tree) {
  if (!given.empty()) return std::string(given);
  if (!configured.empty()) return std::string(configured);
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  const auto installed = program.parent_path().parent_path() / "share/cathgate";
  if (!failed && std::filesystem::exists(installed / "core/facts.json", failed)) return installed.string();
  return std::string(source_tree);
}

int check_knowledge(const std::string& root) {
  const auto loaded = ServiceKnowledge::load(root);
  if (!loaded.ok()) {
    print_problems(loaded.errors);
    std::fprintf(stderr, "%zu problems in the knowledge at %s\n", loaded.errors.size(), root.c_str());
    return 1;
  }
  const ServiceKnowledge& all = **loaded.value;
  const Knowledge& engine = *all.engine;
  std::size_t unsigned_files = 0;
  for (const auto& file : engine.rules.files()) unsigned_files += !file.approved;
  std::printf("knowledge   %s\n", root.c_str());
  std::printf("facts       %zu\n", engine.facts.size());
  std::printf("rules       %zu in %zu files; %zu examples hold\n", engine.rules.rule_count(), engine.rules.files().size(), engine.rules.example_count());
  std::printf("scores      %zu; %zu golden rows hold\n", engine.scores.score_count(), engine.scores.golden_count());
  std::printf("terms       version %s; %zu prefetch templates\n", std::string(all.terms.version()).c_str(), all.terms.prefetch_templates().size());
  for (const auto& language : all.languages) {
    std::printf("language    %s: %zu of %zu texts%s\n", language.language.c_str(), language.texts - language.missing.size(), language.texts,
                language.reviewed ? "" : "; not reviewed by a clinician");
    for (const auto& place : language.missing) std::printf("            lacks %s\n", place.c_str());
  }
  std::printf("signed off  %zu of %zu rule files\n", engine.rules.files().size() - unsigned_files, engine.rules.files().size());
  std::printf("digest      %s\n", all.digest.c_str());
  return 0;
}

}  // namespace cathgate::cds_hooks
