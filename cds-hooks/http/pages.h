// The pages for a browser, /demo and /assess, and the files they need, as web/ builds them. Read into memory once: a name
// is looked up, never a path, so nothing beside them can be reached. Immutable after load and safe to share.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cds-hooks/http/http_message.h"

namespace cathgate::cds_hooks {

struct Page {
  std::string body;
  std::string_view content_type;  // static storage
  std::string etag;               // strong, with its quotes: a digest of the body
};

class Pages {
 public:
  // Every .html, .js, .css and .json file that lies directly in `folder`; none when the pages were not built.
  static Pages load(const std::string& folder);

  // Null when there is none of that name.
  const Page* find(std::string_view name) const;
  bool empty() const { return pages_.empty(); }

 private:
  std::map<std::string, Page, std::less<>> pages_;
};

// Which pages are served, and how /assess signs in.
struct PageOptions {
  bool demo = false;      // development mode only: it plays an EHR with synthetic patients
  bool assess = false;
  std::string token_url;  // where /assess fetches a token for each call; empty: it is handed one
};

// The Content-Security-Policy of the pages: their own files, calls to this server and to the origin of `token_url`, nothing
// else; no inline script, no frame, no form target.
std::string page_policy(std::string_view token_url);

// Whether `if_none_match`, a request's header, names the tag: then the client has the body already.
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace cathgate::cds_hooks
