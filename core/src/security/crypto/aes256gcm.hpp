#pragma once

#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// Bytes of the tag at the end of a message sealed with AES-256-GCM.
inline constexpr std::size_t kAesGcmTagBytes = 16;

/// Open AES-256-GCM (NIST SP 800-38D, 96-bit nonce, 128-bit tag). For reading formats of others
/// only: what limpid writes is XChaCha20-Poly1305, and there is no function that seals.
///
/// Uses the CPU's instructions where libsodium can, and otherwise, so always in WebAssembly,
/// aes256gcm_open_portable().
///
/// @param sealed     ciphertext and tag.
/// @param plaintext  sealed.size() - kAesGcmTagBytes; must not overlap; zero when the answer is
///                   false.
/// @return false when key, nonce, associated data or a single bit are not those that were sealed,
/// or a size does not fit. Thread-safe.
[[nodiscard]] bool aes256gcm_open(std::span<const std::byte, 32> key,
                                  std::span<const std::byte, 12> nonce, Bytes associated,
                                  Bytes sealed, std::span<std::byte> plaintext) noexcept;

/// The same by plain integer arithmetic: no table is indexed and no branch taken by anything
/// secret, so that neither caches nor timing tell the key. Some MB/s at best.
[[nodiscard]] bool aes256gcm_open_portable(std::span<const std::byte, 32> key,
                                           std::span<const std::byte, 12> nonce, Bytes associated,
                                           Bytes sealed, std::span<std::byte> plaintext) noexcept;

}  // namespace limpid::security
