#include "limpid/security/api_key.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "limpid/security/encoding.hpp"
#include "security/crypto/hash.hpp"
#include "security/crypto/memory.hpp"
#include "security/secrets/api_key_grant.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::string_view kApiKeyPrefix = "lmp_";
constexpr std::size_t kIdChars = 8;
constexpr std::size_t kSecretChars = 43;
constexpr std::size_t kCheckSumChars = 6;
constexpr std::size_t kIdAt = kApiKeyPrefix.size();
constexpr std::size_t kSecretAt = kIdAt + kIdChars + 1;
constexpr std::size_t kCheckSumAt = kSecretAt + kSecretChars + 1;
constexpr std::size_t kKeyChars = kCheckSumAt + kCheckSumChars;

/// Crockford's base32 without i, l, o and u, which are mistaken for other characters.
constexpr std::string_view kBase32 = "0123456789abcdefghjkmnpqrstvwxyz";

/// The first `count` groups of five bits. Precondition: `bytes` holds them, and count <= 12.
std::string base32(Bytes bytes, std::size_t count) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        bits = bits << 8 | (i < bytes.size() ? std::to_integer<std::uint64_t>(bytes[i]) : 0);
    }
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += kBase32[bits >> (59 - 5 * i) & 31];
    return text;
}

std::string check_sum(std::string_view before) {
    return base32(sha256(as_bytes(before)), kCheckSumChars);
}

/// The parts of a key that is whole; views into it.
struct Parts {
    std::string_view id, secret;
};

std::optional<Parts> split_api_key(std::string_view key) {
    if (key.size() != kKeyChars || !key.starts_with(kApiKeyPrefix) || key[kSecretAt - 1] != '_' ||
        key[kCheckSumAt - 1] != '_') {
        return std::nullopt;
    }
    const Parts parts{key.substr(kIdAt, kIdChars), key.substr(kSecretAt, kSecretChars)};
    const bool base32_id = parts.id.find_first_not_of(kBase32) == std::string_view::npos;
    // What the check sum lets through is compared by its hash: which text, not which bytes.
    if (!base32_id || key.substr(kCheckSumAt) != check_sum(key.substr(0, kCheckSumAt - 1))) {
        return std::nullopt;
    }
    return parts;
}

Digest256 hash_of(const Parts& parts) {
    std::string text = length_prefixed({"limpid-apikey-v1", parts.id, parts.secret});
    const WipeAtEnd wiped(text);
    return sha256(as_bytes(text));
}

bool is_below(std::string_view path, std::string_view prefix) {
    if (prefix.empty()) return true;
    if (!path.starts_with(prefix)) return false;
    return path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/';
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        const std::string_view segment = take_until(path, '/');
        if (segment == "." || segment == "..") return true;
    }
    return false;
}

}  // namespace

Result<IssuedApiKey> issue_api_key(const ApiKeyGrant& grant, UnixSeconds now,
                                   RandomSource& random) {
    Status fits = check_grant(grant);
    if (!fits) return std::unexpected(std::move(fits).error());
    std::array<std::byte, 5> id{};
    random.fill(id);
    const Result<Secret> secret = Secret::random(32, random);
    if (!secret) return std::unexpected(secret.error());
    std::string encoded = encode_base64(secret->expose(), Base64::url_unpadded);
    const WipeAtEnd wiped(encoded);
    std::string text;
    text.reserve(kKeyChars);
    text += kApiKeyPrefix;
    text += base32(id, kIdChars);
    text += '_';
    text += encoded;
    text += '_' + check_sum(text);
    ApiKeyRecord record;
    record.id = text.substr(kIdAt, kIdChars);
    record.hash = hash_of({record.id, encoded});
    record.grant = grant;
    record.created_at = now;
    Result<Secret> shown = Secret::take(text);
    if (!shown) return std::unexpected(shown.error());
    return IssuedApiKey{std::move(*shown), std::move(record)};
}

Result<std::string> api_key_id(std::string_view presented) {
    const auto parts = split_api_key(presented);
    if (!parts) return fail(ErrorCode::apikey_malformed);
    return std::string(parts->id);
}

Result<const ApiKeyRecord*> verify_api_key(std::string_view presented,
                                           std::span<const ApiKeyRecord> records, UnixSeconds now) {
    const auto parts = split_api_key(presented);
    if (!parts) return fail(ErrorCode::apikey_malformed);
    const Digest256 hash = hash_of(*parts);
    const ApiKeyRecord* match = nullptr;
    for (const ApiKeyRecord& record : records) {
        if (equal_constant_time(record.hash, hash)) match = &record;
    }
    const std::string id(parts->id);
    if (match == nullptr) return fail(ErrorCode::apikey_mismatch, "key " + id);
    if (match->revoked_at) return fail(ErrorCode::apikey_revoked, "key " + id);
    if (match->grant.expires_at && now > *match->grant.expires_at) {
        return fail(ErrorCode::apikey_expired, "key " + id);
    }
    return match;
}

Status authorise_api_key(const ApiKeyGrant& grant, const ApiKeyUse& use) {
    const auto holds = [&](std::string_view scope) {
        return std::ranges::find(grant.scopes, scope) != grant.scopes.end();
    };
    if (use.scope.empty() || (!holds(use.scope) && !holds("admin"))) {
        return fail(ErrorCode::apikey_not_permitted, "scope '" + excerpt(use.scope) + "'");
    }
    if (!is_below(use.path, grant.path_prefix) ||
        (!grant.path_prefix.empty() && has_dot_segment(use.path))) {
        return fail(ErrorCode::apikey_not_permitted, "path '" + excerpt(use.path) + "'");
    }
    if (grant.max_pixels != 0 && use.pixels > grant.max_pixels) {
        return fail(ErrorCode::apikey_not_permitted, std::to_string(use.pixels) +
                                                         " pixels; the key permits " +
                                                         std::to_string(grant.max_pixels));
    }
    return {};
}

Result<std::string_view> presented_api_key(std::optional<std::string_view> x_api_key,
                                           std::optional<std::string_view> authorization) {
    if (authorization) {
        constexpr std::string_view kScheme = "bearer ";
        const bool bearer =
            authorization->size() > kScheme.size() &&
            std::ranges::equal(
                authorization->substr(0, kScheme.size()), kScheme,
                [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
        if (!bearer) return fail(ErrorCode::apikey_malformed, "the scheme is not Bearer");
        authorization->remove_prefix(kScheme.size());
    }
    if (!x_api_key && !authorization) return fail(ErrorCode::apikey_missing);
    if (x_api_key && authorization &&
        !equal_constant_time(as_bytes(*x_api_key), as_bytes(*authorization))) {
        return fail(ErrorCode::apikey_malformed, "the request carries two keys");
    }
    return x_api_key ? *x_api_key : *authorization;
}

}  // namespace limpid::security
