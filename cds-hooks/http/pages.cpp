#include "cds-hooks/http/pages.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "cds-hooks/http/web_address.h"
#include "core/digest.h"

namespace cathgate::cds_hooks {
namespace {

struct Kind {
  std::string_view extension;
  std::string_view content_type;
};
constexpr std::array<Kind, 4> kKinds = {{{".html", "text/html; charset=utf-8"},
                                         {".js", "text/javascript; charset=utf-8"},
                                         {".css", "text/css; charset=utf-8"},
                                         {".json", "application/json"}}};

std::optional<std::string_view> content_type_of(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  for (const Kind& kind : kKinds)
    if (kind.extension == extension) return kind.content_type;
  return std::nullopt;
}

}  // namespace

Pages Pages::load(const std::string& folder) {
  Pages pages;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const auto type = content_type_of(at->path());
    if (!type || !at->is_regular_file()) continue;
    std::ifstream file(at->path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) continue;
    Page page{bytes.str(), *type, {}};
    page.etag = "\"" + to_hex(sha256(page.body)).substr(0, 32) + "\"";
    pages.pages_.emplace(at->path().filename().string(), std::move(page));
  }
  return pages;
}

const Page* Pages::find(std::string_view name) const {
  const auto found = pages_.find(name);
  return found == pages_.end() ? nullptr : &found->second;
}

std::string page_policy(std::string_view token_url) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types dompurify; connect-src 'self'";
  if (const auto address = read_web_address(token_url)) policy.append(" ").append(address->origin());
  return policy;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    std::string_view tag = if_none_match.substr(0, if_none_match.find(','));
    if_none_match.remove_prefix(std::min(tag.size() + 1, if_none_match.size()));
    tag.remove_prefix(std::min(tag.find_first_not_of(" \t"), tag.size()));
    tag = tag.substr(0, tag.find_last_not_of(" \t") + 1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

}  // namespace cathgate::cds_hooks
