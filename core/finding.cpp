#include "core/finding.h"

#include <array>

namespace cathgate {
namespace {

constexpr std::array<std::string_view, 5> kStatuses = {"verified", "implementation", "derived", "secondary", "unconfirmed"};
constexpr std::array<std::string_view, 3> kSeverities = {"info", "warning", "critical"};

template <class E, std::size_t N>
std::optional<E> read_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace

std::optional<EvidenceStatus> read_evidence_status(std::string_view name) { return read_name<EvidenceStatus>(kStatuses, name); }
std::string_view evidence_status_name(EvidenceStatus status) { return kStatuses[static_cast<std::size_t>(status)]; }
std::optional<Severity> read_severity(std::string_view name) { return read_name<Severity>(kSeverities, name); }
std::string_view severity_name(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }

}  // namespace cathgate
