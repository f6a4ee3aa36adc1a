#include "cds-hooks/commands/case_file.h"

#include <algorithm>
#include <filesystem>

#include "core/time.h"

namespace cathgate::cds_hooks {
namespace {

namespace fs = std::filesystem;

Error lacks(const std::string& path, std::string_view what) {
  return {ErrorCode::invalid_input, path + "#/" + std::string(what), "the case lacks its \"" + std::string(what) + "\""};
}

}  // namespace

std::string CaseFile::request() const {
  JsonWriter w;
  w.value(document.root()["request"]);
  return w.take();
}

Result<CaseFile> read_case_file(const std::string& path) {
  auto document = load_json_file(path);
  if (!document) return document.error();
  CaseFile c{fs::path(path).stem().string(), std::move(*document), {}, 0, {}, {}, {}};
  const auto root = c.document.root();
  c.service = root["service"].text();
  const auto now = read_fhir_time(root["now"].text());
  if (c.service.empty()) return lacks(path, "service");
  if (!now) return lacks(path, "now");
  if (!root["request"].is_object()) return lacks(path, "request");
  c.now = now->earliest;
  c.tenant.language = root["tenant"]["language"].text();
  c.tenant.site.guideline = root["tenant"]["guideline"].text();
  c.accept_language = root["accept_language"].text();
  for (const auto name : root["tenant"]["unavailable"].elements())
    if (const auto test = read_test(name.text())) c.tenant.site.available[static_cast<std::size_t>(*test)] = false;
  const auto endotype = root["tenant"]["endotype"];
  c.tenant.site.endotype.posterior = endotype["posterior"].boolean().value_or(false);
  c.tenant.site.endotype.research = endotype["research"].boolean().value_or(false);
  c.tenant.site.endotype.ranking = endotype["ranking"].boolean().value_or(false);
  c.tenant.site.endotype.own_reference = endotype["own_reference"].boolean().value_or(false);
  for (const auto cost : endotype["test_costs"].members())
    if (const auto test = models::read_endotype_test(cost.key)) c.tenant.site.endotype.test_costs[static_cast<std::size_t>(*test)] = cost.value().number().value_or(0);
  if (const auto name = root["tenant"]["recalibration"].text(); !name.empty()) {
    const auto file = (fs::path(path).parent_path() / name).string();
    auto stored = load_json_file(file);
    if (!stored) return stored.error();
    auto recalibration = models::read_recalibration(stored->root(), file);
    if (!recalibration) return recalibration.error();
    c.tenant.site.recalibration = std::make_shared<const models::Recalibration>(std::move(recalibration).value());
  }
  for (const auto decision : root["decisions"].elements()) c.decisions.emplace_back(decision.text());
  return c;
}

std::vector<std::string> list_case_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".json") files.push_back(at->path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace cathgate::cds_hooks
