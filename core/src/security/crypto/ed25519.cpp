#include "security/crypto/ed25519.hpp"

#include <algorithm>

#include "security/crypto/raw.hpp"

namespace limpid::security {

bool ed25519_is_usable_key(std::span<const std::byte, 32> key) noexcept {
    return crypto_core_ed25519_is_valid_point(raw(key)) == 1;
}

bool ed25519_verify(Bytes message, std::span<const std::byte, 64> signature,
                    std::span<const std::byte, 32> key) noexcept {
    return crypto_sign_ed25519_verify_detached(raw(signature), raw(message), message.size(),
                                               raw(key)) == 0;
}

Ed25519ph::Ed25519ph() noexcept { crypto_sign_ed25519ph_init(&state_); }

void Ed25519ph::update(Bytes piece) noexcept {
    crypto_sign_ed25519ph_update(&state_, raw(piece), piece.size());
}

bool Ed25519ph::verify(std::span<const std::byte, 64> signature,
                       std::span<const std::byte, 32> key) noexcept {
    // libsodium 1.0.18 takes the signature as non-const and does not write to it.
    Ed25519Signature copy{};
    std::ranges::copy(signature, copy.begin());
    return crypto_sign_ed25519ph_final_verify(&state_, raw_mutable(copy), raw(key)) == 0;
}

}  // namespace limpid::security
