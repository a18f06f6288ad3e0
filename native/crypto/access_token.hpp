#pragma once

#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/jwt.hpp"

namespace limpid::crypto {

/// What the tokens of clients must say.
struct AccessTokenPolicy {
    security::JwtPolicy jwt;
    /// Access tokens of RFC 9068 are accepted beside those of jwt.type.
    bool any_type = false;
};

/// The policy that settings ask for. @param type  JWT, at+jwt, or any: either of the two.
/// @return config.invalid_value without issuer or audience. Thread-safe.
[[nodiscard]] Result<AccessTokenPolicy> access_token_policy(const std::string& issuer,
                                                            const std::string& audience,
                                                            const std::string& type);

/// Who a token is for.
struct AccessToken {
    std::string subject;
    /// One text with blanks between (RFC 8693 section 4.2).
    std::string scopes;
    /// 1970 for one that says nothing of it.
    security::UnixSeconds expires_at{};
};

/// Verify a token, whatever its algorithm. @return the errors of security::verify_jwt().
/// Thread-safe.
[[nodiscard]] Result<AccessToken> verify_access_token(std::string_view text,
                                                      std::span<const security::JwsKey> keys,
                                                      const AccessTokenPolicy& policy,
                                                      security::UnixSeconds now);

}  // namespace limpid::crypto
