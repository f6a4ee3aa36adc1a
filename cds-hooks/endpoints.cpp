#include "cds-hooks/endpoints.h"

#include "cds-hooks/cards/language.h"
#include "cds-hooks/http/outcome.h"
#include "cds-hooks/trust/tenants.h"

namespace cathgate::cds_hooks {
namespace {

using boost::asio::awaitable;

// An endpoint that answers at once, on the I/O thread.
template <class Answer>
Handler at_once(Answer answer) {
  return [answer](Request&) -> awaitable<Reply> { co_return answer(); };
}

Reply status_reply(std::string_view status) {
  Reply reply;
  reply.body = JsonWriter().start_object().member("status", status).end_object().take();
  return reply;
}

Reply discovery(const ServiceContext& context, const Request& request) {
  const auto current = context.knowledge.current();
  if (!current.discovery) return refuse_busy("The knowledge is not loaded.");
  Reply reply;
  reply.language = resolve_language({{}, context.tenant.language, request.accept_language}, current.knowledge->messages.languages());
  reply.body = current.discovery->find(reply.language)->second;
  return reply;
}

Reply openapi(const ServiceContext& context) {
  const auto text = context.knowledge.current().openapi;
  if (!text) return refuse_busy("The knowledge is not loaded.");
  Reply reply;
  reply.body = *text;
  return reply;
}

Reply ready(const ServiceContext& context) {
  if (context.draining.load(std::memory_order_relaxed)) return refuse_busy("The server is shutting down.");
  if (!context.knowledge.current().knowledge) return refuse_busy("The knowledge is not loaded.");
  if (!context.ledger.healthy()) return refuse_busy("The ledger cannot be written.");
  return status_reply("ready");
}

Reply metrics(const ServiceContext& context) {
  Reply reply;
  reply.content_type = kPlainText;
  reply.body = context.metrics.write();
  return reply;
}

}  // namespace

const TenantOptions& tenant_of(const ServiceContext& context, const Request& request) {
  return request.tenant ? request.tenant->options : context.tenant;
}

Router make_router(ServiceContext& context) {
  Router router;
  ServiceContext* shared = &context;
  router.add({Endpoint::hook, Method::post, "/cds-services/{id}", [shared](Request& request) { return handle_hook(*shared, request); }, context.authorize});
  router.add({Endpoint::feedback, Method::post, "/cds-services/{id}/feedback", [shared](Request& request) { return handle_feedback(*shared, request); }, context.authorize});
  router.add({Endpoint::discovery, Method::get, "/cds-services", [shared](Request& request) -> awaitable<Reply> { co_return discovery(*shared, request); }, {}});
  router.add({Endpoint::openapi, Method::get, "/openapi.json", at_once([shared] { return openapi(*shared); }), {}});
  router.add({Endpoint::health, Method::get, "/health/live", at_once([] { return status_reply("live"); }), {}});
  router.add({Endpoint::health, Method::get, "/health/ready", at_once([shared] { return ready(*shared); }), {}});
  router.add({Endpoint::metrics, Method::get, "/metrics", at_once([shared] { return metrics(*shared); }), {}});
  add_page_routes(router, context);
  return router;
}

}  // namespace cathgate::cds_hooks
