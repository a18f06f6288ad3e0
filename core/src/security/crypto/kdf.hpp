#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Keys from a key that is random already: HKDF-SHA256 (RFC 5869), extract then expand.
/// @param ikm   input keying material, secret.
/// @param salt  may be empty, which RFC 5869 defines as 32 zero bytes.
/// @param info  what the key is for; different texts give unrelated keys.
/// @param out   0..8160 bytes (255 blocks).
/// @return argument.invalid for a longer out. Thread-safe.
[[nodiscard]] Status hkdf_sha256(Bytes ikm, Bytes salt, Bytes info, std::span<std::byte> out);

/// PBKDF2-HMAC-SHA256 (RFC 8018), for formats of others: a new format takes argon2id().
/// @param iterations  1..10,000,000; the bound keeps a hostile file from taking minutes.
/// @param out         1..1024 bytes; each 32 of them cost all iterations again.
/// @return argument.invalid. Thread-safe.
[[nodiscard]] Status pbkdf2_sha256(Bytes password, Bytes salt, std::uint32_t iterations,
                                   std::span<std::byte> out);

/// Cost of argon2id(), one lane. RFC 9106 section 4 recommends 64 MiB and 3 passes where memory is
/// constrained.
struct Argon2Cost {
    std::uint32_t memory_kib = 65536;
    std::uint32_t passes = 3;
};

/// A key from a password: Argon2id version 1.3 (RFC 9106) with parallelism 1, by libsodium.
/// @param cost  memory 8..1,048,576 KiB (all of it is allocated), passes 1..64.
/// @param out   16..1024 bytes.
/// @return argument.invalid outside these; memory.exhausted. Thread-safe.
[[nodiscard]] Status argon2id(Bytes password, std::span<const std::byte, 16> salt,
                              const Argon2Cost& cost, std::span<std::byte> out);

/// Cost of scrypt() in libsodium's measure; minisign stores both in its key files.
struct ScryptCost {
    std::uint64_t operations = 0;
    std::uint64_t memory_bytes = 0;
};

/// A key from a password by scrypt (RFC 7914), for reading what others wrote; libsodium derives
/// N, r and p from the cost.
/// @param cost  at most 2^26 operations and 2^30 bytes: minisign asks for half the operations.
/// @return argument.invalid above that; memory.exhausted. Thread-safe.
[[nodiscard]] Status scrypt(Bytes password, std::span<const std::byte, 32> salt,
                            const ScryptCost& cost, std::span<std::byte> out);

}  // namespace limpid::security
