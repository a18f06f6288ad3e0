#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

// Tokens that mean nothing by themselves: 256 random bits in base64url after `lms_` (a session) or
// `lmt_` (a ticket). A server keeps a hash and what it stands for; whoever steals the store cannot
// log in with it.
namespace limpid::security {

/// A session is used again and again until it ends; a ticket once: for a WebSocket upgrade, where
/// browsers cannot send a header, or a first set-up.
enum class TokenKind : std::uint8_t { session, ticket };

/// SHA-256 of `limpid-token-v1` and the token, each after its length as four big-endian bytes.
using TokenHash = std::array<std::byte, 32>;

/// What a store keeps. Nothing in it is secret.
struct TokenRecord {
    TokenHash hash{};
    TokenKind kind = TokenKind::session;
    /// Whom or what it stands for, 1..256 bytes.
    std::string subject;
    UnixSeconds issued_at;
    /// The last second it works.
    UnixSeconds expires_at;
};

/// Where records are kept: in memory, or in a database that several processes share.
class LIMPID_API TokenStore {
public:
    TokenStore() = default;
    TokenStore(const TokenStore&) = delete;
    TokenStore& operator=(const TokenStore&) = delete;
    virtual ~TokenStore();

    /// Keep a record. @param now  for forgetting what has expired. @return token.store_full, or the
    /// store's own failure: no token is issued then.
    virtual Status put(const TokenRecord& record, UnixSeconds now) = 0;
    /// The record with this hash, or nothing.
    virtual Result<std::optional<TokenRecord>> find(const TokenHash& hash) = 0;
    /// Remove the record with this hash and give it, as one step: of two callers at a time only
    /// one gets it.
    virtual Result<std::optional<TokenRecord>> take(const TokenHash& hash) = 0;
    /// Remove every record of a subject, e.g. at a change of password.
    virtual Status remove_subject(std::string_view subject) = 0;
};

/// A store in memory with a bound. Full of live tokens it refuses new ones: nobody is logged out by
/// somebody else's logging in. Not thread-safe.
class LIMPID_API MemoryTokenStore final : public TokenStore {
public:
    /// @param capacity  records it holds at most.
    explicit MemoryTokenStore(std::size_t capacity = 10'000) noexcept : capacity_(capacity) {}

    /// As TokenStore says; put() takes room from what has expired.
    Status put(const TokenRecord& record, UnixSeconds now) override;
    Result<std::optional<TokenRecord>> find(const TokenHash& hash) override;
    Result<std::optional<TokenRecord>> take(const TokenHash& hash) override;
    Status remove_subject(std::string_view subject) override;
    /// Records held, expired ones included until the next put() that needs room.
    [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }

private:
    std::size_t capacity_;
    std::vector<TokenRecord> records_;  // ordered by hash
};

/// Issue a token. At a log-in always issue a new one and end the old: a session that was known
/// before must not become an authenticated one.
/// @param lifetime_s  1..31536000; 30 s suit a ticket, a day a session.
/// @return argument.invalid; what the store gives; memory.exhausted.
[[nodiscard]] LIMPID_API Result<Secret> issue_token(TokenKind kind, std::string_view subject,
                                                    std::int64_t lifetime_s, UnixSeconds now,
                                                    RandomSource& random, TokenStore& store);

/// Whose session it is. @return token.malformed, token.unknown, token.expired.
[[nodiscard]] LIMPID_API Result<TokenRecord> verify_session(std::string_view token, UnixSeconds now,
                                                            TokenStore& store);

/// Use a ticket up: the second time, and after its end, it is refused. @return as verify_session().
[[nodiscard]] LIMPID_API Result<TokenRecord> redeem_ticket(std::string_view token, UnixSeconds now,
                                                           TokenStore& store);

/// Log out. No error when there is no such session. @return token.malformed; what the store gives.
[[nodiscard]] LIMPID_API Status end_session(std::string_view token, TokenStore& store);

}  // namespace limpid::security
