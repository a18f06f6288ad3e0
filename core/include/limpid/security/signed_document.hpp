#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/trusted_keys.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/verified.hpp"

// A JSON value and its Ed25519 signature in one text:
//
//   {"payload":...,"signature":{"algorithm":"ed25519","counter":7,"expires_at":1798761600,
//    "issued_at":1767225600,"key_id":"8F7D...","purpose":"limpid.recipe","signature":"..."}}
//
// docs/security.md gives the exact bytes that are signed.
namespace limpid::security {

/// Largest document that is read, in bytes.
inline constexpr std::size_t kMaxDocumentBytes = 1U << 20U;

/// What a verifier accepts.
struct DocumentPolicy {
    /// The purpose the document must have been signed for; see is_purpose().
    std::string_view purpose;
    /// How far the clocks of signer and verifier may differ, 0..86400 seconds; it widens both ends.
    std::int64_t leeway_s = 60;
    /// The counter of the newest version seen so far: a document with a smaller one, or without
    /// one, is refused. Absent: counters are not looked at.
    std::optional<std::uint64_t> min_counter = std::nullopt;
    /// Refused above this; at most kMaxDocumentBytes.
    std::size_t max_bytes = kMaxDocumentBytes;
};

/// Verify a signed document.
///
/// Only canonical text is accepted (RFC 8785; one line feed may follow), so that a document has one
/// spelling: any changed byte is refused.
///
/// @param now  handed in; compared with issued_at and expires_at.
/// @return the payload as canonical JSON, or the first of
///     signature.malformed        not such a text, not canonical, or too large
///     signature.unsupported      another algorithm than ed25519
///     signature.wrong_purpose    signed for another purpose, or by a key that is trusted for
///     others signature.unknown_key      no trusted key has this id signature.mismatch content,
///     times, purpose, counter, key or signature was changed signature.not_yet_valid    issued
///     after `now`, leeway included signature.expired          expired at `now`, leeway included
///     signature.rolled_back      counter below min_counter
///     argument.invalid           a policy outside its ranges
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<Verified<std::string>> verify_document(std::string_view text,
                                                                       const TrustedKeys& keys,
                                                                       const DocumentPolicy& policy,
                                                                       UnixSeconds now);

}  // namespace limpid::security
