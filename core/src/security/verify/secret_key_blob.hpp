#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/types.hpp"
#include "security/crypto/memory.hpp"

// The binary content of secret key files. Not part of a verify-only build.
namespace limpid::security {

/// minisign: "Ed", "Sc" or two zeros (no password), "B2", salt[32], scrypt's operation and memory
/// limits (little-endian, 8 bytes each), then what the password encrypts: id[8], key pair[64], and
/// BLAKE2b-256 of "Ed", id and key pair.
inline constexpr std::size_t kMinisignSecretBytes = 158;

/// signify: "Ed", "BK", rounds[4] (big-endian, 0: no passphrase), salt[16], the first 8 bytes of
/// SHA-512 of the key pair, id[8], key pair[64].
inline constexpr std::size_t kSignifySecretBytes = 104;

[[nodiscard]] WipedArray<kMinisignSecretBytes> minisign_blob(const SigningKey& key);
[[nodiscard]] WipedArray<kSignifySecretBytes> signify_blob(const SigningKey& key);

/// Bytes of a secret key file's second line. @return key.malformed.
[[nodiscard]] Status decode_secret(std::string_view base64, std::span<std::byte> out);

/// The key in it; `blob` is decrypted in place. @return see parse_minisign_secret_key().
[[nodiscard]] Result<SigningKey> read_minisign_blob(WipedArray<kMinisignSecretBytes>& blob,
                                                    Bytes password);

/// @return see parse_signify_secret_key().
[[nodiscard]] Result<SigningKey> read_signify_blob(
    std::span<const std::byte, kSignifySecretBytes> blob);

}  // namespace limpid::security
