// A PostgreSQL server of its own for a test: Debian's programs, an empty cluster in a temporary folder, reached by a Unix
// socket there, run by an unprivileged user (it refuses to run as root).
#pragma once

#include <memory>
#include <string>

#include "tests/support/server_process.h"

namespace cathgate::test {

class Postgres {
 public:
  // Null when it is not installed or does not start.
  static std::unique_ptr<Postgres> start();
  ~Postgres();

  // The connection text of a database in it, which is made when it is new.
  std::string database(const std::string& name);
  // Stops it at once, as a crash would, and starts it again.
  void stop();
  bool restart();

 private:
  Postgres() = default;
  bool run(const std::string& program, const std::string& arguments) const;

  TemporaryFolder folder_{"postgres"};
  std::string programs_;  // folder of initdb and pg_ctl
};

}  // namespace cathgate::test
