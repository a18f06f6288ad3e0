#include "security/crypto/hash.hpp"

namespace limpid::security {
namespace {

template <class Digest>
Digest blake2b(Bytes message) noexcept {
    Digest digest{};
    crypto_generichash_blake2b(raw_mutable(digest), digest.size(), raw(message), message.size(),
                               nullptr, 0);
    return digest;
}

}  // namespace

Digest256 sha256(Bytes message) noexcept {
    Digest256 digest{};
    crypto_hash_sha256(raw_mutable(digest), raw(message), message.size());
    return digest;
}

Digest512 sha512(Bytes message) noexcept {
    Digest512 digest{};
    crypto_hash_sha512(raw_mutable(digest), raw(message), message.size());
    return digest;
}

Digest256 blake2b_256(Bytes message) noexcept { return blake2b<Digest256>(message); }
Digest512 blake2b_512(Bytes message) noexcept { return blake2b<Digest512>(message); }

Blake2b512Stream::Blake2b512Stream() noexcept {
    crypto_generichash_blake2b_init(&state_, nullptr, 0, sizeof(Digest512));
}

void Blake2b512Stream::update(Bytes piece) noexcept {
    crypto_generichash_blake2b_update(&state_, raw(piece), piece.size());
}

Digest512 Blake2b512Stream::finish() noexcept {
    Digest512 digest{};
    crypto_generichash_blake2b_final(&state_, raw_mutable(digest), digest.size());
    return digest;
}

}  // namespace limpid::security
