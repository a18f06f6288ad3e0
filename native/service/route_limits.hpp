#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/rate_limit.hpp"

namespace limpid::service {

/// Whose requests a limit counts together.
enum class RateSubject : std::uint8_t {
    ip,    ///< those from an address
    key,   ///< those with a credential, whatever its kind
    user,  ///< those of somebody who has logged in
};

/// One limit of the setting rate_limits.
struct RouteLimit {
    /// For headers: path and subject, with a blank between.
    std::string name;
    /// As in the table of routes.
    std::string path;
    RateSubject subject;
    security::RateQuota quota;
};

/// The limits of the setting: `PATH SUBJECT COUNT/SECONDS[+BURST]`, separated by commas.
/// @return config.invalid_value, which says of which one; also for a path that no route has, or
///         that is not limited, and for the same path and subject twice.
[[nodiscard]] Result<std::vector<RouteLimit>> parse_route_limits(std::string_view text);

}  // namespace limpid::service
