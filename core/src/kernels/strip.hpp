#pragma once

#include "limpid/image.hpp"

namespace limpid::kernels {

/// Rows [begin, end).
struct RowRange {
    int begin = 0;
    int end = 0;
    [[nodiscard]] constexpr int count() const noexcept { return end - begin; }
    friend constexpr bool operator==(const RowRange&, const RowRange&) = default;
};

/// Consecutive whole rows of an image, read-only. A kernel clamps coordinates to the whole image,
/// never to the rows at hand, so a strip must hold every row the kernel's *_input_rows() names.
struct InputStrip {
    ImageView rows;
    /// Row of the image that `rows` begins with.
    int first_row = 0;
    /// Height of the whole image.
    int image_height_px = 0;
};

/// Consecutive whole rows of an image to be written: all of `rows`, nothing else, no padding.
struct OutputStrip {
    MutableImageView rows;
    int first_row = 0;
};

/// The whole image as one strip.
[[nodiscard]] InputStrip whole(const ImageView& image) noexcept;
[[nodiscard]] OutputStrip whole(const MutableImageView& image) noexcept;
/// Some rows of an image that is entirely in memory.
/// Precondition: 0 <= rows.begin < rows.end <= image.height_px.
[[nodiscard]] InputStrip strip(const ImageView& image, RowRange rows) noexcept;
[[nodiscard]] OutputStrip strip(const MutableImageView& image, RowRange rows) noexcept;

}  // namespace limpid::kernels
