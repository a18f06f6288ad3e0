#include <string>
#include <utility>
#include <vector>

#include "limpid/security/jwk.hpp"
#include "limpid/security/jwt.hpp"
#include "security/bindings.hpp"
#include "security/marshal.hpp"

namespace limpid::wasm {
namespace {

using emscripten::val;
using security::JwsKey;
using security::JwtPolicy;

constexpr unsigned kMaxTokenKeys = 100;

/// Adds the keys of one entry: `{hmac_sha256, id?}` a secret, `{ed25519, id?}` a public key of 32
/// bytes, `{jwk}` or `{jwks}` as JSON.
Status add_keys(const val& entry, std::vector<JwsKey>& keys) {
    std::string id;
    if (auto read = read_text(entry, "id", id); !read) return read;
    for (const char* const kind : {"hmac_sha256", "ed25519", "jwk", "jwks"}) {
        if (entry[kind].isUndefined()) continue;
        const auto bytes = InputBytes::copy_of(entry[kind]);
        if (!bytes) return std::unexpected(bytes.error());
        const std::string_view name = kind;
        if (name == "jwks") {
            auto set = security::parse_jwk_set(bytes->text());
            if (!set) return std::unexpected(set.error());
            for (JwsKey& key : set->keys) keys.push_back(std::move(key));
            return {};
        }
        auto key = name == "jwk"       ? security::parse_jwk(bytes->text())
                   : name == "ed25519" ? JwsKey::ed25519_public(bytes->span(), id)
                                       : JwsKey::hmac_sha256(bytes->span(), id);
        if (!key) return std::unexpected(key.error());
        keys.push_back(std::move(*key));
        return {};
    }
    return expected("an object with hmac_sha256, ed25519, jwk or jwks", "keys");
}

Result<std::vector<JwsKey>> read_keys(const val& options) {
    const auto entries = read_array(options, "keys", kMaxTokenKeys);
    if (!entries) return std::unexpected(entries.error());
    std::vector<JwsKey> keys;
    for (const val& entry : *entries) {
        if (auto added = add_keys(entry, keys); !added) return std::unexpected(added.error());
    }
    return keys;
}

Result<JwtPolicy> read_policy(const val& options) {
    constexpr std::int64_t kMaxLeewayS = 600;
    constexpr std::int64_t kMaxAgeS = 9007199254740991;
    JwtPolicy policy;
    Status read = read_text(options, "type", policy.type);
    if (read) read = read_texts(options, "issuers", policy.issuers);
    if (read) read = read_texts(options, "audiences", policy.audiences);
    if (read) read = read_bool(options, "require_issuer", policy.require_issuer);
    if (read) read = read_bool(options, "require_audience", policy.require_audience);
    if (read) read = read_bool(options, "require_expiry", policy.require_expiry);
    if (read) read = read_texts(options, "required_claims", policy.required_claims);
    if (read) read = read_integer(options, "leeway_s", 0, kMaxLeewayS, policy.leeway_s);
    if (read && !options["max_age_s"].isUndefined()) {
        std::int64_t max_age_s = 0;
        read = read_integer(options, "max_age_s", 1, kMaxAgeS, max_age_s);
        policy.max_age_s = max_age_s;
    }
    if (!read) return std::unexpected(read.error());
    return policy;
}

}  // namespace

val verify_json_web_token(const val& token, const val& options) {
    return answered([&]() -> Result<val> {
        const auto text = InputBytes::copy_of(token);
        if (!text) return std::unexpected(text.error());
        const auto keys = read_keys(options);
        if (!keys) return std::unexpected(keys.error());
        const auto policy = read_policy(options);
        if (!policy) return std::unexpected(policy.error());
        const auto now = read_now(options);
        if (!now) return std::unexpected(now.error());
        const auto verified = security::verify_jwt(text->text(), *keys, *policy, *now);
        if (!verified) {
            // No keys is a mistake of the caller's, not of the token's.
            if (verified.error().id() == ErrorCode::key_none) {
                return std::unexpected(verified.error());
            }
            return refused(verified.error());
        }
        val reply = val::object();
        reply.set("claims", verified->claims.json());
        reply.set("header", verified->header_json);
        reply.set("key_id", verified->key_id);
        return reply;
    });
}

}  // namespace limpid::wasm
