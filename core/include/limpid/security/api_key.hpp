#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

// API keys, as a client sends them:
//
//   lmp_<id, 8 characters>_<256 random bits, 43 characters of base64url>_<check sum, 6 characters>
//
// id and check sum are Crockford's base32 in lower case; the check sum is the first 30 bits of
// SHA-256 of everything before its underscore, so that a mistyped key, and a key in a commit, is
// recognised without asking anybody. A server keeps only a hash.
namespace limpid::security {

/// What a key permits.
struct ApiKeyGrant {
    /// E.g. "enhance:read", "enhance:submit", "admin"; at most 32, [a-z0-9:_-]{1,64} each. "admin"
    /// includes every other one.
    std::vector<std::string> scopes = {};
    /// Paths must be this or below it: "/v1/jobs" permits "/v1/jobs/7", not "/v1/jobs2". Empty:
    /// any.
    std::string path_prefix = {};
    /// Most pixels of one image; 0: what the server allows anyway.
    std::uint64_t max_pixels = 0;
    /// The last second the key works; absent: until it is revoked.
    std::optional<UnixSeconds> expires_at = {};
};

/// What a server keeps of a key. Nothing in it is secret.
struct ApiKeyRecord {
    /// The public part of the key: for logs, lists and revocation.
    std::string id;
    /// SHA-256 of `limpid-apikey-v1`, id and secret, each after its length as four big-endian
    /// bytes.
    std::array<std::byte, 32> hash{};
    ApiKeyGrant grant;
    UnixSeconds created_at;
    std::optional<UnixSeconds> revoked_at;
};

/// A new key: the text is shown to its owner once, the record is kept.
struct IssuedApiKey {
    Secret text;
    ApiKeyRecord record;
};

/// Make a key. @return argument.invalid for a grant that is not of the form ApiKeyGrant says;
/// memory.exhausted. Thread-safe for distinct `random`.
[[nodiscard]] LIMPID_API Result<IssuedApiKey> issue_api_key(const ApiKeyGrant& grant,
                                                            UnixSeconds now, RandomSource& random);

/// The public part of a key that is whole: form and check sum are looked at, nothing else.
/// @return apikey.malformed.
[[nodiscard]] LIMPID_API Result<std::string> api_key_id(std::string_view presented);

/// The record that `presented` belongs to. Every record is compared, in constant time, whichever
/// matches: the time tells neither which one nor how nearly.
/// @return a pointer into `records`; apikey.malformed, apikey.mismatch, apikey.revoked,
///         apikey.expired. Answer all of them alike: kUnauthorizedBody. Thread-safe.
[[nodiscard]] LIMPID_API Result<const ApiKeyRecord*> verify_api_key(
    std::string_view presented, std::span<const ApiKeyRecord> records, UnixSeconds now);

/// What a request wants to do. Views are borrowed for the call.
struct ApiKeyUse {
    std::string_view scope = {};
    /// Absolute and normalised.
    std::string_view path = {};
    /// Of the image; 0 when there is none yet.
    std::uint64_t pixels = 0;
};

/// May the key do this? @return apikey.not_permitted saying whether scope, path or size.
[[nodiscard]] LIMPID_API Status authorise_api_key(const ApiKeyGrant& grant, const ApiKeyUse& use);

/// The key a request carries in `x-api-key` or as `Authorization: Bearer`; views into the headers.
/// Both parameters are the values of these headers, absent when there is none.
/// @return apikey.missing; apikey.malformed for two different keys or another scheme than Bearer.
[[nodiscard]] LIMPID_API Result<std::string_view> presented_api_key(
    std::optional<std::string_view> x_api_key, std::optional<std::string_view> authorization);

/// Body of a 401 answer, the same for every reason.
inline constexpr std::string_view kUnauthorizedBody = R"({"error":"Unauthorized"})";

/// A record as canonical JSON, to be stored.
[[nodiscard]] LIMPID_API std::string to_json(const ApiKeyRecord& record);

/// The inverse. @return apikey.record_malformed. Thread-safe.
[[nodiscard]] LIMPID_API Result<ApiKeyRecord> parse_api_key_record(std::string_view json);

}  // namespace limpid::security
