#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// Public half of an Ed25519 key and a signature, as RFC 8032 encodes them.
using Ed25519PublicKey = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;

/// Is `key` the canonical encoding of a point of prime order? Every honest key is.
[[nodiscard]] bool ed25519_is_usable_key(std::span<const std::byte, 32> key) noexcept;

/// Is `signature` Ed25519 (RFC 8032 section 5.1) of `message` by the owner of `key`?
///
/// libsodium's rules: S below the group order, no small-order or non-canonical key, no small-order
/// R; the equation without cofactor. Thread-safe. Not constant-time: nothing here is secret.
[[nodiscard]] bool ed25519_verify(Bytes message, std::span<const std::byte, 64> signature,
                                  std::span<const std::byte, 32> key) noexcept;

/// Ed25519ph (RFC 8032 section 5.1, phflag 1, empty context) of a message that comes in pieces:
/// update() any number of times, then verify() or ed25519ph_sign() once.
/// Unrelated to Ed25519: a signature of one is never one of the other.
class Ed25519ph {
public:
    Ed25519ph() noexcept;
    void update(Bytes piece) noexcept;
    [[nodiscard]] bool verify(std::span<const std::byte, 64> signature,
                              std::span<const std::byte, 32> key) noexcept;

private:
    friend Ed25519Signature ed25519ph_sign(Ed25519ph& message,
                                           std::span<const std::byte, 64> secret_key) noexcept;
    crypto_sign_ed25519ph_state state_{};
};

}  // namespace limpid::security
