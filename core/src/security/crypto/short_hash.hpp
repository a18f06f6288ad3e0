#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// SipHash-2-4 (libsodium's crypto_shorthash): for tables whose keys an attacker chooses. Who does
/// not know `key` cannot make collisions; 64 bits are no proof of anything else.
[[nodiscard]] std::uint64_t short_hash(const std::array<std::byte, 16>& key,
                                       Bytes message) noexcept;

}  // namespace limpid::security
