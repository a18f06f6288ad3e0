#include <array>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/jwt.hpp"

namespace limpid::fuzz {
namespace {

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";

security::JwtPolicy open_policy() {
    security::JwtPolicy policy;
    policy.type = "";
    policy.require_issuer = false;
    policy.require_audience = false;
    policy.require_expiry = false;
    return policy;
}

}  // namespace

/// A token under a fixed key; what is none may be a set of keys.
std::string jwt(Input input) {
    const std::string_view text = text_of(input);
    const auto key = security::JwsKey::hmac_sha256(security::as_bytes(kSecret));
    require(key.has_value(), "a key of 32 bytes is one");
    const auto verified =
        security::verify_jwt(text, {&*key, 1}, open_policy(), security::UnixSeconds{1'700'000'000});
    if (verified) return "ok " + verified->claims.json();
    const std::string verdict = verdict_of(verified.error());
    const auto set = security::parse_jwk_set(text);
    return verdict + (set ? " set" : " " + verdict_of(set.error()));
}

}  // namespace limpid::fuzz
