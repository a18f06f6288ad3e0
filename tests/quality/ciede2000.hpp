#pragma once

#include <cstdint>

#include "limpid/image.hpp"

namespace limpid::quality {

/// CIE 1976 L*a*b*, D65.
struct Lab {
    double l, a, b;
};

/// Of an sRGB colour.
[[nodiscard]] Lab lab_of(std::uint8_t red, std::uint8_t green, std::uint8_t blue);

/// Colour difference CIEDE2000 with unit weights (Sharma, Wu, Dalal, Color Res. Appl. 30(1), 2005).
[[nodiscard]] double ciede2000(const Lab& one, const Lab& other);

/// Mean CIEDE2000 of two rgb8 images of the same size, at every second pixel of every second row: a
/// quarter of the time for a mean that differs in the third digit.
[[nodiscard]] double mean_difference(const ImageView& one, const ImageView& other);

}  // namespace limpid::quality
