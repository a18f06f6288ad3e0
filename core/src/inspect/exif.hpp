#pragma once

#include <cstddef>
#include <span>

namespace limpid {

/// The EXIF block without the "Exif\0\0" that JPEG puts before it and some WebP and PNG writers
/// leave in by mistake.
[[nodiscard]] std::span<const std::byte> without_exif_prefix(
    std::span<const std::byte> block) noexcept;

/// Orientation 1..8 of a TIFF structure; 1 when it is absent, invalid or cannot be reached.
[[nodiscard]] int read_orientation(std::span<const std::byte> exif) noexcept;

/// The copyright notice (tag 0x8298) up to its last non-blank byte; empty when there is none.
/// EXIF allows two parts, photographer and editor, with a NUL between; both are returned.
[[nodiscard]] std::span<const std::byte> read_copyright(std::span<const std::byte> exif) noexcept;

}  // namespace limpid
