#include "tests/support/postgres.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace cathgate::test {
namespace {

// "/usr/lib/postgresql/15/bin" of the newest version, or empty.
std::string find_programs() {
  std::vector<int> versions;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
    if (std::filesystem::exists(entry.path() / "bin" / "initdb")) versions.push_back(std::atoi(entry.path().filename().c_str()));
  if (versions.empty()) return {};
  return "/usr/lib/postgresql/" + std::to_string(*std::ranges::max_element(versions)) + "/bin";
}

}  // namespace

bool Postgres::run(const std::string& program, const std::string& arguments) const {
  const std::string as = geteuid() == 0 ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : "";
  const std::string log = (folder_.path() / "log").string();
  return std::system(("cd " + folder_.path().string() + " && " + as + programs_ + "/" + program + " " + arguments + " >>" + log + " 2>&1").c_str()) == 0;
}

std::unique_ptr<Postgres> Postgres::start() {
  std::unique_ptr<Postgres> server(new Postgres);
  server->programs_ = find_programs();
  if (server->programs_.empty()) return nullptr;
  std::filesystem::permissions(server->folder_.path(), std::filesystem::perms::all);
  if (geteuid() == 0 && std::system(("chown nobody:nogroup " + server->folder_.path().string()).c_str()) != 0) return nullptr;
  if (!server->run("initdb", "-D data -A trust -U cathgate -E UTF8 --locale=C --no-sync")) return nullptr;
  return server->restart() ? std::move(server) : nullptr;
}

Postgres::~Postgres() { stop(); }

void Postgres::stop() { run("pg_ctl", "-D data -m immediate -w stop"); }

bool Postgres::restart() {
  return run("pg_ctl", "-D data -w -t 60 -l server.log -o \"-c listen_addresses='' -c unix_socket_directories='" + folder_.path().string() + "'\" start");
}

std::string Postgres::database(const std::string& name) {
  run("createdb", "-h " + folder_.path().string() + " -U cathgate " + name);
  return "postgresql:///" + name + "?host=" + folder_.path().string() + "&user=cathgate";
}

}  // namespace cathgate::test
