#include "cds-hooks/trust/tenants.h"

#include <algorithm>

namespace cathgate::cds_hooks {

bool RateLimit::admit(SteadyTime now) {
  if (rate_ == 0) return true;
  const std::lock_guard lock(mutex_);
  if (last_ != SteadyTime{}) left_ = std::min(rate_, left_ + rate_ * std::chrono::duration<double>(now - last_).count());
  last_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

namespace {

EndotypeOptions endotype_options(const TenantConfig::Endotype& config) {
  EndotypeOptions options;
  options.card = config.card;
  options.posterior = config.posterior;
  options.research = config.research;
  options.ranking = config.ranking;
  options.own_reference = config.own_reference;
  options.invasive_available = config.invasive_testing;
  options.ttde_available = config.doppler_echo;
  options.rule_set = config.rule_set;
  std::copy(config.test_costs.begin(), config.test_costs.end(), options.test_costs.begin());
  if (config.site) options.calibration = std::make_shared<const CalibratedEndotype>(*config.site);
  return options;
}

}  // namespace

TenantOptions tenant_options(const TenantConfig& config, bool development_mode) {
  TenantOptions options;
  options.tenant = config.id;
  options.language = config.language;
  options.site.guideline = config.guideline;
  options.site.available.fill(false);
  options.site.recalibration = config.local_score;
  for (const std::string& name : config.tests) {
    if (const auto test = read_test(name)) options.site.available[static_cast<std::size_t>(*test)] = true;
  }
  options.development_mode = development_mode;
  options.offer_suggestions = config.suggestions;
  options.source_url = config.source_url;
  options.assess_url = config.assess_url;
  options.site.endotype = endotype_options(config.endotype);
  return options;
}

Tenant::Tenant(const TenantConfig& tenant_config, bool development_mode)
    : config(tenant_config), options(tenant_options(tenant_config, development_mode)), limit(tenant_config.requests_per_second) {
  for (const std::string& text : config.private_networks) {
    if (const auto network = read_network(text)) private_networks.push_back(*network);
  }
}

void TenantStore::load(const Config& config) {
  std::vector<TenantPtr> tenants;
  const auto add = [&](const TenantConfig& tenant) {
    tenants.push_back(std::make_shared<const Tenant>(tenant, config.development_mode));
    return tenants.back();
  };
  const TenantPtr first = add(config.tenant);
  for (const TenantConfig& tenant : config.tenants) add(tenant);
  const bool any = std::ranges::any_of(tenants, [](const TenantPtr& tenant) { return !tenant->config.issuer.empty(); });
  const std::lock_guard lock(mutex_);
  tenants_ = std::move(tenants);
  development_ = config.development_mode ? first : nullptr;
  any_issuer_ = any;
}

TenantPtr TenantStore::find(std::string_view issuer, std::string_view claim) const {
  if (issuer.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  TenantPtr whole;  // serves every tenant claim of this issuer
  for (const TenantPtr& tenant : tenants_) {
    if (tenant->config.issuer != issuer) continue;
    if (tenant->config.issuer_tenant == claim) return tenant;
    if (tenant->config.issuer_tenant.empty()) whole = tenant;
  }
  return whole;
}

TenantPtr TenantStore::development() const {
  const std::lock_guard lock(mutex_);
  return development_;
}

bool TenantStore::any_issuer() const {
  const std::lock_guard lock(mutex_);
  return any_issuer_;
}

std::vector<TenantPtr> TenantStore::all() const {
  const std::lock_guard lock(mutex_);
  return tenants_;
}

}  // namespace cathgate::cds_hooks
