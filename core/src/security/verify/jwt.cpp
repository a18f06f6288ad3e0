#include "limpid/security/jwt.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "security/ascii.hpp"
#include "security/time.hpp"
#include "security/verify/jwt_claims.hpp"

namespace limpid::security {
namespace {

Status check_policy(const JwtPolicy& policy) {
    constexpr std::int64_t kMaxLeeway = 600;
    if (policy.leeway_s < 0 || policy.leeway_s > kMaxLeeway) {
        return fail(ErrorCode::argument_invalid,
                    "leeway_s is " + std::to_string(policy.leeway_s) + "; 0..600");
    }
    if (policy.max_age_s && *policy.max_age_s < 1) {
        return fail(ErrorCode::argument_invalid, "max_age_s is less than 1");
    }
    if (policy.require_issuer && policy.issuers.empty()) {
        return fail(ErrorCode::argument_invalid, "an issuer is demanded, and issuers is empty");
    }
    if (policy.require_audience && policy.audiences.empty()) {
        return fail(ErrorCode::argument_invalid, "an audience is demanded, and audiences is empty");
    }
    return {};
}

std::string_view without_application(std::string_view type) {
    constexpr std::string_view kPrefix = "application/";
    const bool long_form = equal_ignoring_case(type.substr(0, kPrefix.size()), kPrefix);
    return long_form ? type.substr(kPrefix.size()) : type;
}

Status check_type(std::string_view type, const JwtPolicy& policy) {
    if (policy.type.empty() ||
        equal_ignoring_case(without_application(type), without_application(policy.type))) {
        return {};
    }
    return fail(ErrorCode::jwt_wrong_type, "typ is not " + policy.type);
}

std::unexpected<Error> missing(std::string_view claim) {
    return fail(ErrorCode::jwt_missing_claim, std::string(claim));
}

Status check_times(const RegisteredClaims& claims, const JwtPolicy& policy, UnixSeconds now) {
    if (policy.require_expiry && !claims.expires_at) return missing("exp");
    if (policy.max_age_s && !claims.issued_at) return missing("iat");
    const UnixSeconds latest = later(now, policy.leeway_s);
    if (claims.expires_at && later(*claims.expires_at, policy.leeway_s) <= now) {
        return fail(ErrorCode::jwt_expired);
    }
    if (claims.not_before && *claims.not_before > latest) {
        return fail(ErrorCode::jwt_not_yet_valid, "nbf");
    }
    if (claims.issued_at && *claims.issued_at > latest) {
        return fail(ErrorCode::jwt_not_yet_valid, "iat");
    }
    if (policy.max_age_s &&
        later(later(*claims.issued_at, *policy.max_age_s), policy.leeway_s) < now) {
        return fail(ErrorCode::jwt_too_old, "max_age_s is " + std::to_string(*policy.max_age_s));
    }
    return {};
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

Status check_parties(const RegisteredClaims& claims, const JwtPolicy& policy) {
    if (policy.require_issuer && !claims.issuer) return missing("iss");
    if (policy.require_audience && claims.audiences.empty()) return missing("aud");
    if (!policy.issuers.empty() && claims.issuer && !contains(policy.issuers, *claims.issuer)) {
        return fail(ErrorCode::jwt_wrong_issuer);
    }
    const bool addressed = std::ranges::any_of(
        claims.audiences, [&](const std::string& a) { return contains(policy.audiences, a); });
    // RFC 7519 section 4.1.3: a token that names audiences is for nobody else.
    if (!claims.audiences.empty() && !policy.audiences.empty() && !addressed) {
        return fail(ErrorCode::jwt_wrong_audience);
    }
    return {};
}

Status check_claims(const JwtClaims& claims, const JwtPolicy& policy, UnixSeconds now) {
    const RegisteredClaims& registered = JwtReader::registered(claims);
    if (Status times = check_times(registered, policy, now); !times) return times;
    if (Status parties = check_parties(registered, policy); !parties) return parties;
    for (const std::string& name : policy.required_claims) {
        if (!claims.contains(name)) return missing(name);
    }
    return {};
}

}  // namespace

Result<VerifiedJwt> verify_jwt(std::string_view token, std::span<const JwsKey> keys,
                               const JwtPolicy& policy, UnixSeconds now,
                               const JwsOptions& options) {
    if (Status usable = check_policy(policy); !usable) return std::unexpected(usable.error());
    Result<VerifiedJws> jws = verify_jws(token, keys, options);
    if (!jws) return std::unexpected(jws.error());
    if (Status type = check_type(jws->type, policy); !type) return std::unexpected(type.error());
    Result<JwtClaims> claims = JwtReader::read(jws->payload.span());
    if (!claims) return std::unexpected(claims.error());
    if (Status accepted = check_claims(*claims, policy, now); !accepted) {
        return std::unexpected(accepted.error());
    }
    return VerifiedJwt{.claims = *std::move(claims),
                       .header_json = std::move(jws->header_json),
                       .key_id = std::move(jws->key_id)};
}

}  // namespace limpid::security
