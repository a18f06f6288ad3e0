#pragma once

#include <chrono>
#include <string>

namespace limpid::service {

/// RFC 3339 with milliseconds, UTC: "2026-01-31T23:59:59.999Z".
[[nodiscard]] std::string rfc3339(std::chrono::sys_time<std::chrono::milliseconds> moment);

}  // namespace limpid::service
