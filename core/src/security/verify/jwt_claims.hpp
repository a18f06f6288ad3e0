#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/jwt.hpp"

namespace limpid::security {

/// Registered claims with their types checked (RFC 7519 section 4.1). Times are rounded to the
/// stricter side: exp down, nbf and iat up.
struct RegisteredClaims {
    std::optional<std::string> issuer;
    std::optional<std::string> subject;
    std::optional<std::string> token_id;
    std::vector<std::string> audiences;
    std::optional<UnixSeconds> expires_at;
    std::optional<UnixSeconds> not_before;
    std::optional<UnixSeconds> issued_at;
};

struct JwtClaims::Data {
    std::string json;
    nlohmann::json tree;
    RegisteredClaims registered;
};

/// Makes claims of a verified payload.
class JwtReader {
public:
    /// @return jwt.malformed for what is no JSON object; jwt.malformed_claim.
    [[nodiscard]] static Result<JwtClaims> read(Bytes payload);
    [[nodiscard]] static const RegisteredClaims& registered(const JwtClaims& claims) noexcept {
        return claims.data_->registered;
    }
};

}  // namespace limpid::security
