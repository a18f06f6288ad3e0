#pragma once

#include <cstddef>
#include <span>

#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Bytes a sealed message is longer than its plaintext: the authentication tag, at its end.
inline constexpr std::size_t kAeadTagBytes = 16;

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): the nonce is long enough to be random.
///
/// @param key         32 secret bytes; never two plaintexts under one key and nonce.
/// @param associated  authenticated, not encrypted; the same bytes are needed to open.
/// @param sealed      plaintext.size() + kAeadTagBytes; may begin where plaintext begins.
/// @return argument.invalid when a size does not fit. Thread-safe.
[[nodiscard]] Status xchacha20poly1305_seal(std::span<const std::byte, 32> key,
                                            std::span<const std::byte, 24> nonce, Bytes associated,
                                            Bytes plaintext, std::span<std::byte> sealed);

/// The inverse. @param plaintext sealed.size() - kAeadTagBytes; zeroed when the answer is false.
/// @return false when key, nonce, associated data or a single bit are not those that were sealed,
/// or a size does not fit. Thread-safe.
[[nodiscard]] bool xchacha20poly1305_open(std::span<const std::byte, 32> key,
                                          std::span<const std::byte, 24> nonce, Bytes associated,
                                          Bytes sealed, std::span<std::byte> plaintext) noexcept;

/// ChaCha20-Poly1305 of RFC 8439, as above. The nonce is too short to be random: it must count.
[[nodiscard]] Status chacha20poly1305_ietf_seal(std::span<const std::byte, 32> key,
                                                std::span<const std::byte, 12> nonce,
                                                Bytes associated, Bytes plaintext,
                                                std::span<std::byte> sealed);
[[nodiscard]] bool chacha20poly1305_ietf_open(std::span<const std::byte, 32> key,
                                              std::span<const std::byte, 12> nonce,
                                              Bytes associated, Bytes sealed,
                                              std::span<std::byte> plaintext) noexcept;

}  // namespace limpid::security
