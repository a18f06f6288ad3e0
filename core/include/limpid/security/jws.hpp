#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/asymmetric_verifier.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// How JSON Web Signatures are verified.
struct JwsOptions {
    /// Longer tokens are refused before anything else; 1..1,048,576 bytes.
    std::size_t max_bytes = 8192;
    /// Verifies RS256, PS256 and ES256; borrowed. Null: such tokens are refused.
    const AsymmetricVerifier* asymmetric = nullptr;
};

/// A JSON Web Signature whose signature was verified.
struct VerifiedJws {
    /// The protected header as it was signed: one JSON object.
    std::string header_json;
    /// The header's `typ`, or nothing.
    std::string type;
    ByteBuffer payload;
    /// The id of the key that matched; may be empty.
    std::string key_id;
};

/// Verify a JSON Web Signature in compact serialisation (RFC 7515 section 7.1).
///
/// The key decides about the algorithm; `alg` must say the same. Refused whatever the signature:
/// the headers `crit`, `jwk`, `jku`, `x5u`, `x5c`, `b64` (RFC 7797), `enc` and `zip`; a `kid` other
/// than 1..64 of `A-Z a-z 0-9 _ -`; members named twice; base64url in any but its one form; JSON
/// serialisations; encrypted tokens.
///
/// @param keys  1..100. A token with `kid` is verified with the key of that id, and refused when
///              two keys have it. One without, only when there is a single key; and a single key
///              without id takes any `kid`.
/// @return key.none, jwt.too_large, jwt.malformed, jwt.encrypted, jwt.header_refused,
///         jwt.unknown_key, jwt.wrong_algorithm, jwt.unsupported_algorithm,
///         jwt.signature_mismatch, memory.exhausted. Errors hold no part of the token.
/// Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Result<VerifiedJws> verify_jws(std::string_view compact,
                                                        std::span<const JwsKey> keys,
                                                        const JwsOptions& options = {});

/// Sign `payload` with HS256 or EdDSA, whichever the key is for. Not in a library that cannot sign
/// (LIMPID_VERIFY_ONLY).
///
/// @param payload  at most 1 MiB.
/// @param type     the header's `typ`: at most 64 bytes of printable ASCII without quotes and
///                 backslash; empty for none.
/// @return the compact serialisation; its header names the key's id if it has one.
///         key.wrong_kind for a key that cannot sign; argument.invalid. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> sign_jws(Bytes payload, const JwsKey& key,
                                                      std::string_view type = {});

}  // namespace limpid::security
