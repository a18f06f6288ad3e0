#pragma once

#include <chrono>
#include <cstdint>

namespace limpid::service::jobs {

/// What the system's clock says, in milliseconds since 1970. For people and for how long a job is
/// kept; nothing that must not be deceived rests on it.
[[nodiscard]] inline std::int64_t wall_time_ms() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace limpid::service::jobs
