#pragma once

#include <array>
#include <cstdint>

#include "limpid/image.hpp"
#include "sheet/canvas.hpp"

namespace limpid::sheet {

/// Pixels per 8-bit level.
struct Histogram {
    /// Red, green, blue, then luma (Rec. 709 on the encoded samples).
    std::array<std::array<std::uint32_t, 256>, 4> counts{};
};

[[nodiscard]] Histogram histogram_of(const ImageView& pixels);

/// The count that fills a panel's height: the highest peak of all, but peaks of clipped levels.
[[nodiscard]] double scale_of(const Histogram& histogram);

/// Curves of red, green and blue as overlapping light, luma as a line. Two panels with one
/// `full_height` can be compared.
void draw_histogram(Canvas& canvas, const Rect& panel, const Histogram& histogram,
                    double full_height);

}  // namespace limpid::sheet
