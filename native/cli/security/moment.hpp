#pragma once

#include <string>
#include <string_view>

#include "limpid/security/types.hpp"

namespace limpid::cli {

/// What --help says a moment is.
inline constexpr std::string_view kMomentForms =
    "a date (2027-12-31, its first second in UTC), a time\n"
    "(2027-12-31T23:59:59Z) or how long from now (90d, 12h)";

/// A moment as kMomentForms says; also 30m and 45s. Throws ValueError.
[[nodiscard]] security::UnixSeconds parse_moment(std::string_view option, std::string_view text);

/// A length of time in seconds: 90d, 12h, 30m, 45s. Throws ValueError.
[[nodiscard]] std::int64_t parse_duration(std::string_view option, std::string_view text);

/// "2027-12-31T23:59:59Z".
[[nodiscard]] std::string to_rfc3339(security::UnixSeconds moment);

}  // namespace limpid::cli
