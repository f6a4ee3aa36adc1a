#include "cds-hooks/trust/key_cache.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxKeySetBytes = 256 * 1024;
constexpr int kStaleLives = 4;  // how many lifetimes an old set serves while none newer can be had

std::chrono::seconds life_of(std::string_view cache_control, const KeyCacheOptions& options) {
  constexpr std::string_view kWord = "max-age=";
  const auto at = cache_control.find(kWord);
  if (at == std::string_view::npos) return options.refresh;
  std::int64_t seconds = options.refresh.count();
  const char* const digits = cache_control.data() + at + kWord.size();
  std::from_chars(digits, cache_control.data() + cache_control.size(), seconds);
  return std::clamp(std::chrono::seconds(seconds), std::min(options.pause, options.refresh), options.refresh);
}

Result<KeySet> read_response(const OutboundResult& result) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::unavailable, "jwks", std::move(message)}; };
  if (result.problem != OutboundProblem::none) return refuse("The key set was not fetched: " + std::string(outbound_problem_name(result.problem)) + ".");
  if (result.response.status != 200) return refuse("The key set was not fetched: status " + std::to_string(result.response.status) + ".");
  return read_key_set(result.response.body);
}

}  // namespace

std::uint64_t KeyCache::fetches() const {
  const std::lock_guard lock(mutex_);
  return fetches_;
}

KeySetPtr KeyCache::look(const std::string& name, std::string_view kid, bool& again) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[name];
  const SteadyTime now = SteadyClock::now();
  const bool fresh = entry.keys && now < entry.good_until;
  const bool known = entry.keys && entry.keys->find(kid);
  again = (!fresh || !known) && (entry.fetching || now >= entry.next_fetch);
  return entry.keys && now < entry.stale_until ? entry.keys : nullptr;
}

boost::asio::awaitable<KeySetPtr> KeyCache::find(TenantPtr tenant, std::string kid, SteadyTime deadline) {
  const std::string name = name_of(tenant->config);
  bool again = false;
  KeySetPtr keys = look(name, kid, again);
  if (!again) co_return keys;
  if (!tenant->config.jwks_file.empty()) {
    read_file(name, tenant);
  } else {
    auto start = [&](Delivery<bool> delivery) { wait_for_fetch(name, tenant, std::move(delivery)); };
    co_await await_delivery<bool>(deadline, std::move(start));
  }
  co_return look(name, kid, again);
}

void KeyCache::read_file(const std::string& name, const TenantPtr& tenant) {
  {
    const std::lock_guard lock(mutex_);
    entries_[name].next_fetch = SteadyClock::now() + options_.pause;
    ++fetches_;
  }
  std::ifstream file(tenant->config.jwks_file, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  store(name, tenant, read_key_set(text.str()), options_.refresh);
}

void KeyCache::wait_for_fetch(const std::string& name, const TenantPtr& tenant, Delivery<bool> delivery) {
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[name];
    entry.waiting.push_back(std::move(delivery));
    if (entry.fetching) return;
    entry.fetching = true;
    entry.next_fetch = SteadyClock::now() + options_.pause;
    ++fetches_;
  }
  asio::co_spawn(outbound_.context(), fetch(name, tenant), asio::detached);
}

boost::asio::awaitable<void> KeyCache::fetch(std::string name, TenantPtr tenant) {
  const auto address = read_web_address(tenant->config.jwks_url);
  OutboundResult result{OutboundProblem::unreachable};
  if (address) {
    OutboundRequest request;
    request.pool = "jwks " + tenant->config.id;
    request.address = *address;
    request.max_bytes = kMaxKeySetBytes;
    request.deadline = SteadyClock::now() + options_.fetch_limit;
    request.allowed_networks = tenant->private_networks;
    result = co_await outbound_.get(std::move(request));
  }
  store(name, tenant, read_response(result), life_of(result.response.cache_control, options_));
}

void KeyCache::store(const std::string& name, const TenantPtr& tenant, Result<KeySet> keys, std::chrono::seconds life) {
  std::vector<Delivery<bool>> waiting;
  const bool good = keys.ok();
  if (!good) log_(tenant->config.id, keys.error().message);
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[name];
    entry.fetching = false;
    waiting.swap(entry.waiting);
    if (good) {
      const SteadyTime now = SteadyClock::now();
      entry.keys = std::make_shared<const KeySet>(std::move(*keys));
      entry.good_until = now + life;
      entry.stale_until = now + kStaleLives * life;
    }
  }
  for (const auto& deliver : waiting) deliver(good);
}

}  // namespace cathgate::cds_hooks
