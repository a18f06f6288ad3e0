#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/jws.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// What a JSON Web Token must say to be accepted. The defaults demand everything RFC 8725 wants:
/// what is not demanded must be switched off by name.
struct JwtPolicy {
    /// The header's `typ`, compared without regard to case, `application/` before it left out
    /// (RFC 7515 section 4.1.9): keeps one kind of token from passing as another. OAuth 2.0 access
    /// tokens have "at+jwt" (RFC 9068). Empty: not looked at.
    std::string type = "JWT";
    /// `iss` must be one of these. Must not be empty while require_issuer is set.
    std::vector<std::string> issuers = {};
    /// `aud` must hold one of these. Must not be empty while require_audience is set.
    std::vector<std::string> audiences = {};
    bool require_issuer = true;
    bool require_audience = true;
    bool require_expiry = true;
    /// Claims that must be there besides: e.g. "sub", "jti".
    std::vector<std::string> required_claims = {};
    /// How far clocks may differ, in seconds; 0..600.
    std::int64_t leeway_s = 60;
    /// If set, `iat` must be there and no further back; seconds from 1 on. Whatever is set, an
    /// `iat` in the future is refused.
    std::optional<std::int64_t> max_age_s = {};
};

/// The claims of a token that was verified. Immutable; copies share them.
class LIMPID_API JwtClaims {
public:
    /// All claims as they were signed: one JSON object.
    [[nodiscard]] const std::string& json() const noexcept;

    /// Registered claims of RFC 7519 section 4.1; nothing when absent.
    [[nodiscard]] std::optional<std::string> issuer() const;
    [[nodiscard]] std::optional<std::string> subject() const;
    [[nodiscard]] std::vector<std::string> audiences() const;
    [[nodiscard]] std::optional<UnixSeconds> expires_at() const;
    [[nodiscard]] std::optional<UnixSeconds> not_before() const;
    [[nodiscard]] std::optional<UnixSeconds> issued_at() const;
    [[nodiscard]] std::optional<std::string> token_id() const;

    /// A claim of the caller's own; nothing when it is absent or has another type. Integers beyond
    /// 64 bits and fractions are not integers.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
    [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
    /// An array of texts; one text counts as an array of one.
    [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name) const;
    /// Is there a claim of this name, of whatever type?
    [[nodiscard]] bool contains(std::string_view name) const;

private:
    friend class JwtReader;
    struct Data;
    explicit JwtClaims(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

/// A token that was verified: signature, type, issuer, audience and times.
struct VerifiedJwt {
    JwtClaims claims;
    /// The header as it was signed: one JSON object.
    std::string header_json;
    /// The id of the key that matched; may be empty.
    std::string key_id;
};

/// Verify a JSON Web Token (RFC 7519) by the rules of RFC 8725.
///
/// First verify_jws(), then the claims. Times may have fractions, which are rounded to the stricter
/// side. The claims must be one strict JSON object; registered claims must have their types even
/// where the policy does not look at them.
///
/// @param now  the time to hold against `exp`, `nbf` and `iat`.
/// @return the errors of verify_jws(), and jwt.wrong_type, jwt.malformed_claim, jwt.missing_claim,
///         jwt.wrong_issuer, jwt.wrong_audience, jwt.expired, jwt.not_yet_valid, jwt.too_old;
///         argument.invalid for a policy that demands an issuer or audience and names none.
/// Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Result<VerifiedJwt> verify_jwt(std::string_view token,
                                                        std::span<const JwsKey> keys,
                                                        const JwtPolicy& policy, UnixSeconds now,
                                                        const JwsOptions& options = {});

/// What a new token says.
struct JwtContents {
    /// The header's `typ`.
    std::string type = "JWT";
    /// Registered claims; an empty one is left out.
    std::string issuer = {};
    std::string subject = {};
    std::vector<std::string> audiences = {};
    std::string token_id = {};
    /// Seconds from `now` until it expires; 1..315,360,000. Default 168 hours.
    std::int64_t lifetime_s = std::int64_t{168} * 3600;
    /// If set, before then the token is refused.
    std::optional<UnixSeconds> not_before = {};
    /// Further claims: one JSON object, at most 8192 bytes, none of them among the seven registered
    /// ones.
    std::string claims_json = "{}";
};

/// Issue a token, signed with HS256 or EdDSA. `iat` and `exp` are always among its claims. Not in a
/// library that cannot sign (LIMPID_VERIFY_ONLY).
///
/// @param key  give it an id: during a rotation receivers have several keys, and a token without
///             `kid` is then refused.
/// @param now  0..99,999,999,999.
/// @return key.wrong_kind for a key that cannot sign; argument.invalid. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> issue_jwt(const JwtContents& contents,
                                                       const JwsKey& key, UnixSeconds now);

}  // namespace limpid::security
