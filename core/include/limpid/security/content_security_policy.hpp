#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid::security {

/// A Content-Security-Policy's directives, in order: {"default-src", {"'none'"}}.
struct CspDirective {
    std::string name;
    std::vector<std::string> values;
};

/// For an interface that serves no pages.
inline constexpr std::string_view kApiContentSecurityPolicy =
    "default-src 'none'; frame-ancestors 'none'";

/// The value of a Content-Security-Policy header (CSP level 3).
/// @return policy.malformed for a name that is not a directive's, a name given twice, or a value
/// with
///         blank, comma or semicolon; policy.unsafe for a keyword, nonce or hash without its
///         quotes, which a browser would take for a host: `self` instead of `'self'`. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> content_security_policy(
    const std::vector<CspDirective>& directives);

}  // namespace limpid::security
