#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "limpid/export.hpp"
#include "limpid/security/origin.hpp"
#include "limpid/security/rate_limit.hpp"

namespace limpid::security {

/// The forms in which services have told clients about limits.
enum class RateLimitHeaders : std::uint8_t {
    /// RateLimit-Limit, -Remaining, -Reset (draft-ietf-httpapi-ratelimit-headers-06).
    draft_6,
    /// RateLimit-Policy and one RateLimit with members (draft 07).
    draft_7,
    /// Structured fields with a name for every policy (draft 08 to 10).
    draft_10,
    /// X-RateLimit-Limit, -Remaining, -Reset.
    legacy,
};

/// Headers that tell of the decisions, one for each check; without any when there is none. Forms
/// that hold one limit tell of the tightest: a refused one before others, then the fewest
/// remaining. Retry-After, in whole seconds rounded up, is added when one is refused.
///
/// Names of policies are written as RFC 9651 strings: characters beyond printable ASCII become '?'.
/// Thread-safe.
[[nodiscard]] LIMPID_API std::vector<HeaderField> rate_limit_headers(
    RateLimitHeaders form, std::span<const RateCheck> checks,
    std::span<const RateDecision> decisions);

}  // namespace limpid::security
