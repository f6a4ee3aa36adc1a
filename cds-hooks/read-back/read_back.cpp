#include "cds-hooks/read-back/read_back.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <random>

#include "cds-hooks/hooks/prefetch_state.h"
#include "cds-hooks/http/delivery.h"

namespace cathgate::cds_hooks {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kLeastPause{50}, kMostPause{150};  // before the one retry

constexpr std::chrono::milliseconds kHopMargin{50};

bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }
bool may_pass(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }
bool is_json(std::string_view type) { return type == kJson || type == kFhirJson; }

std::chrono::milliseconds jittered_pause() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(kLeastPause.count(), kMostPause.count())(engine));
}

ReadBackFailure failure_of(OutboundProblem problem) {
  switch (problem) {
    case OutboundProblem::none: return ReadBackFailure::none;
    case OutboundProblem::late:
    case OutboundProblem::busy: return ReadBackFailure::late;
    case OutboundProblem::too_large:
    case OutboundProblem::encoded: return ReadBackFailure::faulty;
    default: return ReadBackFailure::unreachable;
  }
}

// One key on its way: belongs to the outbound thread.
class KeyFetch {
 public:
  KeyFetch(Outbound& outbound, const ReadBackOptions& options, const ReadBackPlan& plan, const KeyQuery& query, SteadyTime deadline)
      : outbound_(outbound), options_(options), plan_(plan), query_(query), deadline_(deadline) {}

  asio::awaitable<FetchedKey> run() {
    FetchedKey result;
    result.key = query_.key;
    auto address = resolve_below(plan_.base, query_.url);
    if (!query_.first_page.empty()) take_first_page();
    for (std::size_t page = 0; address && page < options_.max_pages; ++page) {
      const ReadBackFailure failure = co_await get(*address);
      if (failure != ReadBackFailure::none) {
        if (pages_ == 0) {
          result.failure = failure;
          co_return result;
        }
        break;  // what was read stays, and is known to be a part
      }
      if (query_.instance) co_return instance(std::move(result));
      address = take_page();
      if (faulty_) break;
    }
    if (pages_ == 0) result.failure = ReadBackFailure::faulty;
    else result.body = finish_bundle();
    co_return result;
  }

 private:
  // GETs once, follows one redirect within the base, and tries once more where that may help. The answer is in response_.
  asio::awaitable<ReadBackFailure> get(WebAddress address) {
    bool retried = false, redirected = false;
    for (;;) {
      OutboundResult result = co_await outbound_.get(request_to(address));
      response_ = std::move(result.response);
      const bool transport = result.problem == OutboundProblem::unreachable || result.problem == OutboundProblem::broken;
      if (result.problem == OutboundProblem::none && is_redirect(response_.status) && !redirected) {
        redirected = true;
        const auto next = resolve_below(plan_.base, response_.location);
        if (!next || response_.location.empty()) co_return ReadBackFailure::faulty;
        address = *next;
        continue;
      }
      const bool again = !retried && (transport || (result.problem == OutboundProblem::none && may_pass(response_.status)));
      if (!again) co_return result.problem == OutboundProblem::none ? judge() : failure_of(result.problem);
      retried = true;
      const auto asked = read_retry_after(response_.retry_after, static_cast<UnixSeconds>(std::time(nullptr)));
      const auto pause = asked ? std::chrono::milliseconds(*asked) + jittered_pause() : jittered_pause();
      if (SteadyClock::now() + pause >= deadline_) co_return result.problem == OutboundProblem::none ? ReadBackFailure::faulty : failure_of(result.problem);
      asio::steady_timer timer(outbound_.context(), pause);
      co_await timer.async_wait(kAwait);
    }
  }

  OutboundRequest request_to(const WebAddress& address) const {
    OutboundRequest request;
    request.pool = "fhir " + plan_.tenant->config.id;
    request.address = address;
    request.bearer = plan_.token;
    request.accept = kFhirJson;
    request.max_bytes = options_.max_response_bytes;
    request.deadline = deadline_;
    request.allowed_networks = plan_.tenant->private_networks;
    return request;
  }

  // What the status and the body say; a resource is left in document_, a record that does not exist in missing_.
  ReadBackFailure judge() {
    document_.reset();
    missing_ = query_.instance && (response_.status == 404 || response_.status == 410);
    if (missing_) return ReadBackFailure::none;
    if (response_.status == 401 || response_.status == 403) return ReadBackFailure::not_permitted;
    if (response_.status != 200 || !is_json(response_.content_type)) return ReadBackFailure::faulty;
    auto parsed = JsonDocument::parse(query_.instance ? response_.body : std::move(response_.body));
    if (!parsed) return ReadBackFailure::faulty;
    const auto type = parsed->root()["resourceType"].text();
    if (type != (query_.instance ? std::string_view(query_.type) : "Bundle")) return ReadBackFailure::faulty;
    document_.emplace(std::move(*parsed));
    return ReadBackFailure::none;
  }

  FetchedKey instance(FetchedKey result) {
    if (missing_) {
      result.body = "null";
      return result;
    }
    const bool other = query_.type == "Patient" && document_->root()["id"].text() != plan_.patient_id;
    if (other) result.failure = ReadBackFailure::faulty;
    else result.body = std::move(response_.body);
    return result;
  }

  void take_first_page() {
    auto parsed = JsonDocument::parse(query_.first_page);
    if (!parsed) return;
    document_.emplace(std::move(*parsed));
    take_page();
  }

  // Takes the entries of document_; the address of the next page, or nothing when there is none or it must not be followed.
  std::optional<WebAddress> take_page() {
    const auto root = document_->root();
    if (pages_++ == 0) bundle_.start_object().member("resourceType", "Bundle").member("type", "searchset").key("entry").start_array();
    for (const auto entry : root["entry"].elements()) bundle_.value(entry);
    const std::string next(next_link(root));
    more_ = !next.empty();
    if (!more_) return std::nullopt;
    if (bundle_.view().size() > options_.max_response_bytes) {
      faulty_ = true;
      return std::nullopt;
    }
    return resolve_below(plan_.base, next);
  }

  // A list that is not whole says so, in FHIR's own words.
  std::string finish_bundle() {
    if (query_.restricted) bundle_.raw(R"({"resource":{"resourceType":"OperationOutcome"},"search":{"mode":"outcome"}})");
    bundle_.end_array();
    if (more_) bundle_.key("link").raw(R"([{"relation":"next","url":"urn:cathgate:not-followed"}])");
    return bundle_.end_object().take();
  }

  Outbound& outbound_;
  const ReadBackOptions& options_;
  const ReadBackPlan& plan_;
  const KeyQuery& query_;
  const SteadyTime deadline_;
  OutboundResponse response_;
  std::optional<JsonDocument> document_;
  JsonWriter bundle_;
  std::size_t pages_ = 0;
  bool missing_ = false, more_ = false, faulty_ = false;
};

// All keys of one call. Kept alive by its coroutines: those that are late end by their own deadline.
struct CallFetch : std::enable_shared_from_this<CallFetch> {
  CallFetch(Outbound& out, const ReadBackOptions& given, ReadBackPlan planned, SteadyTime until, Delivery<std::vector<FetchedKey>> delivery)
      : outbound(out), options(given), plan(std::move(planned)), deadline(until), deliver(std::move(delivery)), results(plan.queries.size()) {}

  asio::awaitable<void> run_key(std::size_t index) {
    KeyFetch key(outbound, options, plan, plan.queries[index], deadline);
    results[index] = co_await key.run();
    if (++done == results.size()) deliver(std::move(results));
  }
  void start() {
    for (std::size_t i = 0; i < plan.queries.size(); ++i) {
      auto run = [self = shared_from_this(), i]() -> asio::awaitable<void> { return self->run_key(i); };
      asio::co_spawn(outbound.context(), std::move(run), [self = shared_from_this()](std::exception_ptr) {});
    }
  }

  Outbound& outbound;
  const ReadBackOptions options;
  const ReadBackPlan plan;
  const SteadyTime deadline;
  const Delivery<std::vector<FetchedKey>> deliver;
  std::vector<FetchedKey> results;
  std::size_t done = 0;
};

}  // namespace

std::optional<std::chrono::seconds> read_retry_after(std::string_view field, UnixSeconds now) {
  if (field.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, ec] = std::from_chars(field.data(), field.data() + field.size(), seconds);
  if (ec == std::errc() && end == field.data() + field.size()) return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86'400));
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::array<char, 4> month{};
  std::tm date{};
  const std::string text(field);
  if (std::sscanf(text.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &date.tm_mday, month.data(), &date.tm_year, &date.tm_hour, &date.tm_min, &date.tm_sec) != 6) return std::nullopt;
  const auto at = kMonths.find(month.data());
  if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
  date.tm_mon = static_cast<int>(at / 3);
  date.tm_year -= 1900;
  return std::chrono::seconds(std::clamp<std::int64_t>(static_cast<std::int64_t>(timegm(&date)) - now, 0, 86'400));
}

asio::awaitable<std::vector<FetchedKey>> ReadBack::fetch(ReadBackPlan plan, SteadyTime deadline) {
  const SteadyTime now = SteadyClock::now();
  const SteadyTime until = std::min(deadline, now + plan.token_life);
  std::vector<FetchedKey> late;
  for (const KeyQuery& query : plan.queries) late.push_back({query.key, ReadBackFailure::late, {}});
  if (plan.queries.empty() || until <= now) co_return late;
  // Every step ends at `until`, so all keys have come back by then, the late ones as late; the margin is for the hop.
  auto start = [&](Delivery<std::vector<FetchedKey>> deliver) {
    asio::post(outbound_.context(), [call = std::make_shared<CallFetch>(outbound_, options_, std::move(plan), until, std::move(deliver))] { call->start(); });
  };
  auto fetched = co_await await_delivery<std::vector<FetchedKey>>(until + kHopMargin, std::move(start));
  co_return fetched ? std::move(*fetched) : std::move(late);
}

}  // namespace cathgate::cds_hooks
