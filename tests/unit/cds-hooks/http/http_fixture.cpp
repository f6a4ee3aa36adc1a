#include "http_fixture.h"

#include "cds-hooks/http/outcome.h"

namespace cathgate::test {

boost::asio::awaitable<cds_hooks::Reply> HttpTest::slow(Request& request) {
  auto compute = [this, body = std::move(request.body)]() -> Result<std::string> {
    while (hold_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (body == "\"throw\"") throw std::runtime_error("a secret detail");
    return body;
  };
  auto body = co_await cds_hooks::compute_on(workers_, request.deadline, std::move(compute));
  if (!body) co_return cds_hooks::refuse(body.error());
  Reply reply;
  reply.body = *body;
  co_return reply;
}

}  // namespace cathgate::test
