#include "crypto/access_token.hpp"

#include <utility>

#include "crypto/openssl_verifier.hpp"

namespace limpid::crypto {
namespace {

constexpr const char* kAccessTokenType = "at+jwt";

}  // namespace

Result<AccessTokenPolicy> access_token_policy(const std::string& issuer,
                                              const std::string& audience,
                                              const std::string& type) {
    if (issuer.empty() || audience.empty()) {
        return fail(ErrorCode::config_invalid_value,
                    "jwt_issuer and jwt_audience must be set where tokens are accepted");
    }
    AccessTokenPolicy policy;
    policy.jwt.issuers = {issuer};
    policy.jwt.audiences = {audience};
    policy.any_type = type == "any";
    if (!policy.any_type) policy.jwt.type = type;
    return policy;
}

Result<AccessToken> verify_access_token(std::string_view text,
                                        std::span<const security::JwsKey> keys,
                                        const AccessTokenPolicy& policy,
                                        security::UnixSeconds now) {
    const OpenSslVerifier verifier;
    const security::JwsOptions options{.asymmetric = &verifier};
    auto token = security::verify_jwt(text, keys, policy.jwt, now, options);
    if (policy.any_type && !token && token.error().id() == ErrorCode::jwt_wrong_type) {
        security::JwtPolicy other = policy.jwt;
        other.type = kAccessTokenType;
        token = security::verify_jwt(text, keys, other, now, options);
    }
    if (!token) return std::unexpected(std::move(token).error());
    return AccessToken{.subject = token->claims.subject().value_or(""),
                       .scopes = token->claims.text("scope").value_or(""),
                       .expires_at = token->claims.expires_at().value_or(security::UnixSeconds())};
}

}  // namespace limpid::crypto
