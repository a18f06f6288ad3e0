#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "limpid/export.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// A SHA-256 digest (FIPS 180-4), by libsodium.
using Sha256 = std::array<std::uint8_t, 32>;

/// Digest of `bytes`. Thread-safe. About 150-400 MB/s: meant for files and for proofs, not for
/// every frame.
[[nodiscard]] LIMPID_API Sha256 sha256(std::span<const std::byte> bytes) noexcept;

/// Digest of the visible pixels: rows without padding, 16-bit samples as little-endian bytes.
/// The size and format are not part of it. Thread-safe.
[[nodiscard]] LIMPID_API Sha256 sha256(const ImageView& pixels) noexcept;

/// 64 lower-case hex digits.
[[nodiscard]] LIMPID_API std::string to_hex(const Sha256& digest);

}  // namespace limpid
