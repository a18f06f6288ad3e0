#pragma once

#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"
#include "security/crypto/ed25519.hpp"
#include "security/crypto/memory.hpp"

// Not part of a verify-only build (LIMPID_VERIFY_ONLY).
namespace limpid::security {

/// Both halves of a key: RFC 8032's 32-byte seed, then the public key. libsodium's secret key form.
using Ed25519SecretKey = WipedArray<64>;

/// The key pair that RFC 8032 derives from a random seed. The last 32 bytes are the public key.
[[nodiscard]] Ed25519SecretKey ed25519_from_seed(std::span<const std::byte, 32> seed) noexcept;

/// Ed25519 signature of `message`. Deterministic; constant time in the key.
[[nodiscard]] Ed25519Signature ed25519_sign(Bytes message,
                                            std::span<const std::byte, 64> secret_key) noexcept;

/// Ed25519ph signature of what went into `message`, which is used up.
[[nodiscard]] Ed25519Signature ed25519ph_sign(Ed25519ph& message,
                                              std::span<const std::byte, 64> secret_key) noexcept;

}  // namespace limpid::security
