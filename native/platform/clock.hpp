#pragma once

#include <chrono>
#include <string>

#include "limpid/security/rate_limit.hpp"
#include "limpid/security/types.hpp"

namespace limpid::platform {

/// What the system's clock says. Can be wrong, and set back: nothing that must not be deceived may
/// rest on it alone.
[[nodiscard]] security::UnixSeconds wall_clock();

/// What the same clock says as RFC 3339 writes it, in UTC with milliseconds:
/// 2026-01-31T09:05:00.250Z. Texts of this form sort as the moments do, until the year 9999.
[[nodiscard]] std::string utc_timestamp();
/// The same of another moment.
[[nodiscard]] std::string utc_timestamp(std::chrono::sys_time<std::chrono::milliseconds> moment);

/// What a clock says that nobody sets.
[[nodiscard]] security::MonotonicNanoseconds monotonic_now();

}  // namespace limpid::platform
