// GET /demo, GET /assess and GET /pages/{name}: what a browser loads. The pages hold nothing of a patient; what they call
// afterwards is the hook service, with the same token check as for every other client.
#include "cds-hooks/endpoints.h"
#include "cds-hooks/http/outcome.h"
#include "cds-hooks/version.h"

namespace cathgate::cds_hooks {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kNotBuilt =
    "The pages were not built: they need Node 18 and npm (Debian: nodejs and npm), then \"npm ci && npm run build\" in web/. "
    "./run does this; SIGHUP or a restart loads them.";

Reply nothing_here() { return refuse(404, "http.request-target", "Nothing lives at this address."); }

// Whether a file belongs to a page that is served: a file is its page's by its name, the rest is shared.
bool is_served(const PageOptions& options, std::string_view name) {
  if (name.starts_with("demo")) return options.demo;
  if (name.starts_with("assess")) return options.assess;
  return options.demo || options.assess;
}

// What the pages must know of this server before anybody signs in.
Reply settings(const ServiceContext& context) {
  JsonWriter json;
  json.start_object().member("version", kProgramVersion).member("development_mode", context.tenant.development_mode);
  json.member("demo", context.pages.demo).member("assess", context.pages.assess);
  json.member("token_url", std::string_view(context.pages.token_url)).end_object();
  Reply reply;
  reply.body = json.take();
  return reply;
}

// A document itself is never kept by the browser; the files it loads are asked for again by their tag.
Reply page(const ServiceContext& context, const Request& request, std::string_view name, bool is_document) {
  if (!is_served(context.pages, name)) return nothing_here();
  const auto pages = context.knowledge.current().pages;
  if (!pages || pages->empty()) return refuse_busy(kNotBuilt);
  const Page* found = pages->find(name);
  if (!found) return nothing_here();
  Reply reply;
  reply.content_type = found->content_type;
  reply.page_policy = page_policy(context.pages.token_url);
  if (!is_document) reply.etag = found->etag;
  if (!is_document && names_etag(request.if_none_match, found->etag)) reply.status = 304;
  else reply.body = found->body;
  return reply;
}

}  // namespace

void add_page_routes(Router& router, ServiceContext& context) {
  ServiceContext* shared = &context;
  const auto document = [shared](std::string_view name) {
    return [shared, name](Request& request) -> awaitable<Reply> { co_return page(*shared, request, name, true); };
  };
  router.add({Endpoint::page, Method::get, "/demo", document("demo.html"), {}});
  router.add({Endpoint::page, Method::get, "/assess", document("assess.html"), {}});
  router.add({Endpoint::page, Method::get, "/pages/settings", [shared](Request&) -> awaitable<Reply> {
                if (!shared->pages.demo && !shared->pages.assess) co_return nothing_here();
                co_return settings(*shared);
              }, {}});
  router.add({Endpoint::page, Method::get, "/pages/{id}", [shared](Request& request) -> awaitable<Reply> {
                const std::string name = request.service_id;
                co_return page(*shared, request, name.ends_with(".html") ? std::string_view() : std::string_view(name), false);
              }, {}});
}

}  // namespace cathgate::cds_hooks
