// The endpoints of the server as a table. Here requests meet the knowledge, the ledger and the clock.
#pragma once

#include <atomic>
#include <functional>

#include "cds-hooks/hooks/knowledge_store.h"
#include "cds-hooks/hooks/service.h"
#include "cds-hooks/http/pages.h"
#include "cds-hooks/http/router.h"
#include "cds-hooks/http/worker_pool.h"
#include "cds-hooks/metrics.h"
#include "cds-hooks/read-back/read_back.h"
#include "quality/ledger.h"

namespace cathgate::cds_hooks {

// What the endpoints share; outlives the server. All of it is thread-safe or constant.
struct ServiceContext {
  KnowledgeStore& knowledge;
  quality::Ledger& ledger;
  WorkerPool& workers;
  Metrics& metrics;
  TenantOptions tenant;  // of a request that carries no tenant of its own
  bool chest_pain_service = false;
  std::chrono::milliseconds ledger_wait{50};
  std::chrono::milliseconds feedback_wait{2'000};
  std::function<UnixSeconds()> now{};  // the system's clock, except in tests
  ReadBack* read_back = nullptr;  // null: nothing is read back
  std::chrono::milliseconds read_back_deadline{2'000};
  Authorize authorize{};  // who may call hooks and feedback; empty: anybody
  PageOptions pages{};
  std::atomic<bool> draining{false};
};

// The options of the tenant whose call it is.
const TenantOptions& tenant_of(const ServiceContext& context, const Request& request);

Router make_router(ServiceContext& context);

// The addresses of the pages. What `context.pages` switches off is answered like an address that does not exist.
void add_page_routes(Router& router, ServiceContext& context);

// POST /cds-services/{id}: answers on a worker, then waits for the ledger, but never longer than `ledger_wait`: an answer
// that is not durable by then goes out marked "not recorded" and is spilled.
boost::asio::awaitable<Reply> handle_hook(ServiceContext& context, Request& request);

// POST /cds-services/{id}/feedback: 200 {"accepted": n} only when all n elements are durable.
boost::asio::awaitable<Reply> handle_feedback(ServiceContext& context, Request& request);

}  // namespace cathgate::cds_hooks
