#include "security/crypto/ed25519_sign.hpp"

#include "security/crypto/raw.hpp"

namespace limpid::security {

Ed25519SecretKey ed25519_from_seed(std::span<const std::byte, 32> seed) noexcept {
    Ed25519SecretKey secret_key;
    Ed25519PublicKey public_key{};
    crypto_sign_ed25519_seed_keypair(raw_mutable(public_key), raw_mutable(secret_key.span()),
                                     raw(seed));
    return secret_key;
}

Ed25519Signature ed25519_sign(Bytes message, std::span<const std::byte, 64> secret_key) noexcept {
    Ed25519Signature signature{};
    crypto_sign_ed25519_detached(raw_mutable(signature), nullptr, raw(message), message.size(),
                                 raw(secret_key));
    return signature;
}

Ed25519Signature ed25519ph_sign(Ed25519ph& message,
                                std::span<const std::byte, 64> secret_key) noexcept {
    Ed25519Signature signature{};
    crypto_sign_ed25519ph_final_create(&message.state_, raw_mutable(signature), nullptr,
                                       raw(secret_key));
    return signature;
}

}  // namespace limpid::security
