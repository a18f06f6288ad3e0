#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace limpid::kernels {

/// Sides of the tile; pixel (x, y) of an image has the threshold at (x % 32, y % 32).
inline constexpr int kDitherSide = 32;

/// Blue-noise thresholds, row by row: each of 0 .. 63 sixteen times, and wherever a threshold is
/// cut the pixels above it are spread evenly (void-and-cluster, Ulichney, SPIE 1913, 1993).
[[nodiscard]] std::span<const std::uint8_t> dither_tile() noexcept;

}  // namespace limpid::kernels
