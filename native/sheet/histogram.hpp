#pragma once

#include "limpid/histogram.hpp"
#include "sheet/canvas.hpp"

namespace limpid::sheet {

/// The count that fills a panel's height: the highest peak of all, but peaks of clipped levels.
[[nodiscard]] double scale_of(const Histogram& histogram);

/// Curves of red, green and blue as overlapping light, luma as a line. Two panels with one
/// `full_height` can be compared.
void draw_histogram(Canvas& canvas, const Rect& panel, const Histogram& histogram,
                    double full_height);

}  // namespace limpid::sheet
