#include "limpid/security/token.hpp"

#include <algorithm>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/crypto/hash.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::int64_t kMaxLifetime = 31'536'000;
constexpr std::size_t kMaxSubjectBytes = 256;

std::string_view prefix_of(TokenKind kind) { return kind == TokenKind::session ? "lms_" : "lmt_"; }

TokenHash hash_of(std::string_view token) {
    std::string text = length_prefixed({"limpid-token-v1", token});
    const WipeAtEnd wiped(text);
    return sha256(as_bytes(text));
}

/// The hash of a token that is whole.
Result<TokenHash> hash_of_presented(TokenKind kind, std::string_view token) {
    const std::string_view prefix = prefix_of(kind);
    if (!token.starts_with(prefix)) return fail(ErrorCode::token_malformed);
    auto bytes = decode_base64(token.substr(prefix.size()), Base64::url_unpadded);
    if (!bytes) return fail(ErrorCode::token_malformed);
    const WipeAtEnd wiped(*bytes);
    if (bytes->size() != kTokenBytes) return fail(ErrorCode::token_malformed);
    return hash_of(token);
}

Result<TokenRecord> live(const Result<std::optional<TokenRecord>>& found, TokenKind kind,
                         UnixSeconds now) {
    if (!found) return std::unexpected(found.error());
    if (!*found || (*found)->kind != kind) return fail(ErrorCode::token_unknown);
    if (now > (*found)->expires_at) return fail(ErrorCode::token_expired);
    return **found;
}

}  // namespace

TokenStore::~TokenStore() = default;

Status MemoryTokenStore::put(const TokenRecord& record, UnixSeconds now) {
    if (records_.size() >= capacity_) {
        std::erase_if(records_, [&](const TokenRecord& r) { return now > r.expires_at; });
    }
    if (records_.size() >= capacity_) {
        return fail(ErrorCode::token_store_full, std::to_string(capacity_) + " tokens");
    }
    const auto place = std::ranges::lower_bound(records_, record.hash, {}, &TokenRecord::hash);
    records_.insert(place, record);
    return {};
}

Result<std::optional<TokenRecord>> MemoryTokenStore::find(const TokenHash& hash) {
    // Hashes of what an attacker cannot choose: the order of comparison tells nothing.
    const auto place = std::ranges::lower_bound(records_, hash, {}, &TokenRecord::hash);
    if (place == records_.end() || place->hash != hash) return std::nullopt;
    return *place;
}

Result<std::optional<TokenRecord>> MemoryTokenStore::take(const TokenHash& hash) {
    const auto place = std::ranges::lower_bound(records_, hash, {}, &TokenRecord::hash);
    if (place == records_.end() || place->hash != hash) return std::nullopt;
    std::optional<TokenRecord> record = std::move(*place);
    records_.erase(place);
    return record;
}

Status MemoryTokenStore::remove_subject(std::string_view subject) {
    std::erase_if(records_, [&](const TokenRecord& r) { return r.subject == subject; });
    return {};
}

Result<Secret> issue_token(TokenKind kind, std::string_view subject, std::int64_t lifetime_s,
                           UnixSeconds now, RandomSource& random, TokenStore& store) {
    std::int64_t expires_at = 0;
    if (subject.empty() || subject.size() > kMaxSubjectBytes || lifetime_s < 1 ||
        lifetime_s > kMaxLifetime || __builtin_add_overflow(now.value, lifetime_s, &expires_at)) {
        return fail(ErrorCode::argument_invalid,
                    "a token needs a subject of 1..256 bytes and lives 1..31536000 s");
    }
    const Result<Secret> bytes = Secret::random(kTokenBytes, random);
    if (!bytes) return std::unexpected(bytes.error());
    std::string encoded = encode_base64(bytes->expose(), Base64::url_unpadded);
    const WipeAtEnd wiped(encoded);
    std::string text;
    text.reserve(4 + encoded.size());
    text += prefix_of(kind);
    text += encoded;
    Status kept =
        store.put({hash_of(text), kind, std::string(subject), now, UnixSeconds{expires_at}}, now);
    Result<Secret> token = Secret::take(text);
    if (!kept) return std::unexpected(std::move(kept).error());
    return token;
}

Result<TokenRecord> verify_session(std::string_view token, UnixSeconds now, TokenStore& store) {
    const Result<TokenHash> hash = hash_of_presented(TokenKind::session, token);
    if (!hash) return std::unexpected(hash.error());
    return live(store.find(*hash), TokenKind::session, now);
}

Result<TokenRecord> redeem_ticket(std::string_view token, UnixSeconds now, TokenStore& store) {
    const Result<TokenHash> hash = hash_of_presented(TokenKind::ticket, token);
    if (!hash) return std::unexpected(hash.error());
    return live(store.take(*hash), TokenKind::ticket, now);
}

Status end_session(std::string_view token, TokenStore& store) {
    const Result<TokenHash> hash = hash_of_presented(TokenKind::session, token);
    if (!hash) return std::unexpected(hash.error());
    const auto taken = store.take(*hash);
    if (!taken) return std::unexpected(taken.error());
    return {};
}

}  // namespace limpid::security
