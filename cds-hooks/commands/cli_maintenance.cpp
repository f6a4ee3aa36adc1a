#include <cstdio>
#include <ctime>

#include "cds-hooks/app.h"
#include "cds-hooks/commands/cli.h"
#include "cds-hooks/commands/cli_io.h"
#include "quality/maintenance.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::int64_t kDay = 86'400;

int print_count(const Result<std::int64_t>& count, const char* what) {
  if (!count) return print_problem(count.error());
  std::printf("%s %lld\n", what, static_cast<long long>(*count));
  return 0;
}

}  // namespace

int backup_ledger(const Config& config, const std::string& to) {
  const int code = print_count(quality::copy_ledger(ledger_options(config), to), "rows copied");
  if (code == 0) std::fprintf(stderr, "the copy can only be read with the key file, which is not in it: %s\n", config.ledger.key_file.c_str());
  return code;
}

int restore_ledger(const Config& config, const std::string& from) {
  quality::LedgerOptions source = ledger_options(config);
  const std::string target = source.database;
  source.database = from;
  return print_count(quality::copy_ledger(source, target), "rows restored");
}

int export_ledger(const Config& config, const std::string& tenant, bool payloads) {
  const auto line = [](std::string_view text) { print(std::string(text) + "\n"); };
  const auto problem = quality::export_ledger(ledger_options(config), {tenant, payloads}, line);
  return problem ? print_problem(*problem) : 0;
}

int erase_ledger(const Config& config, const EraseOptions& options) {
  quality::EraseSelection selection;
  selection.tenant = options.tenant.empty() ? config.tenant.id : options.tenant;
  selection.patient_id = options.patient;
  selection.row = options.row;
  const auto now = static_cast<UnixSeconds>(std::time(nullptr));
  if (options.older_than_days > 0) selection.before = now - options.older_than_days * kDay;
  return print_count(quality::erase(ledger_options(config), selection, options.reason, now), "payloads erased");
}

}  // namespace cathgate::cds_hooks
