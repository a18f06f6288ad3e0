#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"
#include "security/crypto/raw.hpp"

namespace limpid::security {

/// Digests as bytes. Messages may have any length; every function here is thread-safe.
using Digest256 = std::array<std::byte, 32>;
using Digest512 = std::array<std::byte, 64>;

/// SHA-256 and SHA-512 (FIPS 180-4).
[[nodiscard]] Digest256 sha256(Bytes message) noexcept;
[[nodiscard]] Digest512 sha512(Bytes message) noexcept;

/// BLAKE2b (RFC 7693) without key, of 32 and of 64 bytes. The two are unrelated values.
[[nodiscard]] Digest256 blake2b_256(Bytes message) noexcept;
[[nodiscard]] Digest512 blake2b_512(Bytes message) noexcept;

/// A digest of a message that comes in pieces: update() any number of times, then finish() once.
template <class State, class Digest, auto kInit, auto kUpdate, auto kFinal>
class HashStream {
public:
    HashStream() noexcept { kInit(&state_); }
    void update(Bytes piece) noexcept { kUpdate(&state_, raw(piece), piece.size()); }
    [[nodiscard]] Digest finish() noexcept {
        Digest digest{};
        kFinal(&state_, raw_mutable(digest));
        return digest;
    }

private:
    State state_{};
};

using Sha256Stream = HashStream<crypto_hash_sha256_state, Digest256, crypto_hash_sha256_init,
                                crypto_hash_sha256_update, crypto_hash_sha256_final>;
using Sha512Stream = HashStream<crypto_hash_sha512_state, Digest512, crypto_hash_sha512_init,
                                crypto_hash_sha512_update, crypto_hash_sha512_final>;

/// BLAKE2b of 64 bytes in pieces, as HashStream.
class Blake2b512Stream {
public:
    Blake2b512Stream() noexcept;
    void update(Bytes piece) noexcept;
    [[nodiscard]] Digest512 finish() noexcept;

private:
    crypto_generichash_blake2b_state state_{};
};

}  // namespace limpid::security
