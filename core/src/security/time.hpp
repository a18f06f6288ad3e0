#pragma once

#include <cstdint>
#include <limits>

#include "limpid/security/types.hpp"

namespace limpid::security {

inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

/// Last second of the year 9999, the latest time that RFC 3339 can write.
inline constexpr std::int64_t kMaxTime = 253'402'300'799;

/// From 1970 to the year 9999: what a document of ours may say.
[[nodiscard]] constexpr bool is_time(UnixSeconds time) noexcept {
    return time.value >= 0 && time.value <= kMaxTime;
}

/// `time` and `seconds` later; the end of the scale instead of overflow.
[[nodiscard]] constexpr UnixSeconds later(UnixSeconds time, std::int64_t seconds) noexcept {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(time.value, seconds, &sum)) return {sum};
    return {seconds > 0 ? std::numeric_limits<std::int64_t>::max()
                        : std::numeric_limits<std::int64_t>::min()};
}

/// Is `time` within `tolerance_s` of `now`, on either side?
[[nodiscard]] constexpr bool is_near(UnixSeconds time, UnixSeconds now,
                                     std::int64_t tolerance_s) noexcept {
    return time >= later(now, -tolerance_s) && time <= later(now, tolerance_s);
}

}  // namespace limpid::security
