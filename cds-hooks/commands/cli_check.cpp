#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cds-hooks/commands/cli.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/hooks/service.h"
#include "core/json.h"
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

namespace {

// The library's file of the same id is replaced by a file of it; any other file or folder is a site's.
KnowledgePlaces places_for_check(KnowledgePlaces places, const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (path.empty()) return places;
  if (fs::exists(fs::path(path) / "core/facts.json", ignored)) return KnowledgePlaces(path);
  if (fs::is_directory(path, ignored)) {
    places.site = path;
    return places;
  }
  const auto file = load_json_file(path);
  const auto id = file ? std::string(file->root()["id"].text()) : std::string();
  const auto engine = Knowledge::load(KnowledgePlaces(places.root));
  const auto holds = [&](const auto& known) { return known.id == id; };
  const bool in_library = engine.ok() && std::any_of((*engine.value)->rules.files().begin(), (*engine.value)->rules.files().end(), holds);
  (in_library || !engine.ok() ? places.replacement : places.site) = path;
  return places;
}

}  // namespace

int check_knowledge(const KnowledgePlaces& configured, const std::string& path) {
  const KnowledgePlaces places = places_for_check(configured, path);
  const auto loaded = ServiceKnowledge::load(places);
  if (!loaded.ok()) {
    print_problems(loaded.errors);
    std::fprintf(stderr, "%zu problems in the knowledge at %s\n", loaded.errors.size(), (path.empty() ? places.root : path).c_str());
    return 1;
  }
  const ServiceKnowledge& all = **loaded.value;
  const Knowledge& engine = *all.engine;
  std::size_t unsigned_files = 0;
  for (const auto& file : engine.rules.files()) unsigned_files += !file.approved;
  std::printf("knowledge   %s\n", places.root.c_str());
  if (!places.site.empty()) std::printf("site        %s\n", places.site.c_str());
  std::printf("facts       %zu\n", engine.facts.size());
  std::printf("rules       %zu in %zu files; %zu examples hold\n", engine.rules.rule_count(), engine.rules.files().size(), engine.rules.example_count());
  std::printf("scores      %zu; %zu golden rows hold\n", engine.scores.score_count(), engine.scores.golden_count());
  const auto& endotype = engine.endotype;
  std::printf("endotype    %s %s; %zu draws; %zu golden rows hold; %zu inputs are off\n", endotype.data().id.c_str(), endotype.data().version.c_str(), endotype.draw_count(), endotype.golden_count(), endotype.data().off.size());
  std::printf("terms       version %s; %zu prefetch templates\n", std::string(all.terms.version()).c_str(), all.terms.prefetch_templates().size());
  for (const auto& language : all.languages) {
    std::printf("language    %s: %zu of %zu texts%s\n", language.language.c_str(), language.texts - language.missing.size(), language.texts,
                language.reviewed ? "" : "; not reviewed by a clinician");
    for (const auto& place : language.missing) std::printf("            lacks %s\n", place.c_str());
  }
  std::printf("signed off  %zu of %zu rule files\n", engine.rules.files().size() - unsigned_files, engine.rules.files().size());
  for (const auto& id : engine.rules.disabled()) std::printf("switched off %s\n", id.c_str());
  for (const auto& notice : engine.rules.notices()) std::printf("notice      %s\n", notice.c_str());
  std::printf("digest      %s\n", all.digest.c_str());
  const bool translated = std::all_of(all.languages.begin(), all.languages.end(), [](const auto& language) { return language.missing.empty(); });
  return translated ? 0 : 1;
}

}  // namespace cathgate::cds_hooks
