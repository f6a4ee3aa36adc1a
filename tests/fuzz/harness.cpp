#include "tests/fuzz/harness.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  cathgate::fuzz::knowledge();
  return 0;
}

namespace cathgate::fuzz {

void fail(std::string_view property, std::string_view detail) {
  std::fprintf(stderr, "broken property: %.*s\n%.*s\n", static_cast<int>(property.size()), property.data(), static_cast<int>(detail.size()), detail.data());
  std::abort();
}

const cds_hooks::ServiceKnowledge& knowledge() {
  static const auto kKnowledge = [] {
    const auto loaded = cds_hooks::ServiceKnowledge::load(CATHGATE_SOURCE_DIR);
    for (const Error& error : loaded.errors) std::fprintf(stderr, "%s: %s\n", error.where.c_str(), error.message.c_str());
    require(loaded.ok(), "the knowledge loads");
    return *loaded.value;
  }();
  return *kKnowledge;
}

std::string request_of(std::string_view input) {
  const auto document = JsonDocument::parse(std::string(input));
  const JsonValue request = document ? document->root()["request"] : JsonValue();
  if (!request.is_object()) return std::string(input);
  return JsonWriter().value(request).take();
}

}  // namespace cathgate::fuzz
