#pragma once

#include <array>
#include <cstdint>

#include "limpid/export.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// How many pixels have each 8-bit level.
struct Histogram {
    /// Red, green, blue, then luma: (54 R + 183 G + 19 B + 128) >> 8, Rec. 709 on encoded samples.
    std::array<std::array<std::uint32_t, 256>, 4> counts{};
    friend bool operator==(const Histogram&, const Histogram&) = default;
};

/// Count all pixels; alpha is ignored. Of 16-bit samples the high byte counts; all four rows of a
/// grey image are the same.
/// @param pixels  any format, fewer than 2^32 pixels.
/// Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Histogram histogram(const ImageView& pixels) noexcept;

}  // namespace limpid
