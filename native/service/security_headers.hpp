#pragma once

#include <optional>
#include <vector>

#include "limpid/error.hpp"
#include "service/http_message.hpp"
#include "service/settings.hpp"

namespace limpid::service {

/// The security headers of every response, whatever its status: those of Helmet 8 for an interface
/// that serves no pages, or Imagor's four, less what `headers_off` names.
class HeaderPolicy {
public:
    /// @return config.invalid_value for a name that is no switch of Helmet's, with the nearest, and
    ///         for a referrer_policy that is none;
    ///         policy.unsafe, policy.malformed for a content_security_policy that browsers would
    ///         take for another one, such as `self` without its quotes.
    [[nodiscard]] static Result<HeaderPolicy> make(const Settings& settings);

    /// HSTS goes over TLS only, as RFC 6797 section 7.2 wants.
    [[nodiscard]] std::vector<HeaderField> fields(bool encrypted) const;

private:
    HeaderPolicy() = default;
    std::vector<HeaderField> always_;
    std::optional<HeaderField> over_tls_;
};

}  // namespace limpid::service
