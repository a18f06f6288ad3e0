#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid::security {

/// A header of a response.
struct HeaderField {
    std::string name;
    std::string value;

    bool operator==(const HeaderField&) const = default;
};

/// The one text of a web origin (RFC 6454): scheme, host and port, in lower case, without the
/// scheme's default port. Browsers send exactly this.
///
/// @param text  `https://example.org:8443`; schemes http and https. No path, user, wildcard, blank.
/// @return origin.malformed, also for `null`, which is nobody's origin. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> parse_origin(std::string_view text);

/// How cross-origin requests are answered, as configurations say it.
struct CorsSettings {
    /// Origins, compared whole; or the single entry "*": everybody, without credentials.
    std::vector<std::string> origins;
    /// Echo every origin that asks (`origin: true` of Express): for development only.
    bool reflect_any_origin = false;
    bool credentials = false;
    std::vector<std::string> methods = {"GET", "POST", "PUT", "DELETE", "OPTIONS"};
    std::vector<std::string> allowed_headers = {"Content-Type", "Authorization"};
    std::vector<std::string> exposed_headers;
    std::uint32_t max_age_s = 86'400;
    /// Refuse what is fit for development only: everybody's origin.
    bool production = true;
    /// Overrides that for "*", where an interface is meant for everybody.
    bool everybody_is_meant = false;
};

/// Settings that have been checked. Thread-safe.
class LIMPID_API CorsPolicy {
public:
    /// @return policy.unsafe for "*" with credentials (which would open the service to every page a
    ///         user visits), for "*" beside other origins, and in production for reflect_any_origin
    ///         and for a "*" that is not meant; origin.malformed for an origin that is not one,
    ///         `null` among them; policy.malformed for a method or header name that is no token
    ///         (RFC 9110).
    [[nodiscard]] static Result<CorsPolicy> make(const CorsSettings& settings);

    /// Is the value of a request's Origin header one that is allowed?
    [[nodiscard]] bool allows(std::string_view origin) const noexcept;

    /// Headers for the response to a request that has this Origin header, or none when absent. A
    /// refused origin gets `Vary: Origin` and nothing else: caches must not mix the two.
    [[nodiscard]] std::vector<HeaderField> response_headers(
        std::optional<std::string_view> origin) const;

    /// Headers for the response to OPTIONS with Access-Control-Request-Method.
    [[nodiscard]] std::vector<HeaderField> preflight_headers(
        std::optional<std::string_view> origin) const;

private:
    explicit CorsPolicy(CorsSettings settings) : settings_(std::move(settings)) {}
    [[nodiscard]] bool anybody() const noexcept;
    CorsSettings settings_;
};

}  // namespace limpid::security
