// The services that Cathgate publishes and the hooks of each. One id for two hooks: a later card replaces an earlier
// one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cathgate::cds_hooks {

enum class ServiceKind : std::uint8_t {
  angiography,  // about an order for invasive coronary angiography
  chest_pain,   // about a patient with chest pain, without an order
};

enum class Hook : std::uint8_t { order_sign, order_select, patient_view, encounter_start, order_dispatch };

struct ServiceHook {
  ServiceKind service;
  Hook hook;
  std::string_view service_id;
  std::string_view hook_name;
  std::string_view hook_version;  // as the CDS Hooks library publishes it
};

inline constexpr std::array<ServiceHook, 5> kServiceHooks = {{
    {ServiceKind::angiography, Hook::order_sign, "cathgate-angiography", "order-sign", "1.0"},
    {ServiceKind::angiography, Hook::order_select, "cathgate-angiography", "order-select", "1.0"},
    {ServiceKind::chest_pain, Hook::patient_view, "cathgate-chest-pain", "patient-view", "1.0"},
    {ServiceKind::chest_pain, Hook::encounter_start, "cathgate-chest-pain", "encounter-start", "1.0"},
    {ServiceKind::angiography, Hook::order_dispatch, "cathgate-angiography", "order-dispatch", "1.1"},
}};

constexpr std::string_view service_id(ServiceKind kind) {
  return kind == ServiceKind::angiography ? kServiceHooks[0].service_id : kServiceHooks[2].service_id;
}

constexpr std::optional<ServiceKind> find_service(std::string_view id) {
  for (const auto& entry : kServiceHooks)
    if (entry.service_id == id) return entry.service;
  return std::nullopt;
}

}  // namespace cathgate::cds_hooks
