#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cds-hooks/version.h"

namespace cathgate::cds_hooks {
namespace {

TEST(Version, IsTheOneOfTheBuild) {
  std::ifstream file(std::string(CATHGATE_SOURCE_DIR) + "/CMakeLists.txt");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("VERSION " + std::string(kProgramVersion) + " "), std::string::npos);
}

}  // namespace
}  // namespace cathgate::cds_hooks
