#include "sheet/histogram.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace limpid::sheet {
namespace {

constexpr std::array<Colour, 3> kLamps = {Colour{206, 62, 62}, Colour{62, 168, 72},
                                          Colour{66, 110, 226}};
constexpr int kPadding = 10;

/// Height of a curve at a column, in pixels: between levels the counts are interpolated. Square
/// roots show small counts beside large ones.
double height_at(const std::array<std::uint32_t, 256>& counts, int column, int width,
                 double full_height, int full_px) {
    const double position = 255.0 * column / std::max(width - 1, 1);
    const auto low = static_cast<std::size_t>(std::min(position, 254.0));
    const double share = position - static_cast<double>(low);
    const double count = counts[low] * (1.0 - share) + counts[low + 1] * share;
    return std::min(std::sqrt(count / full_height), 1.0) * full_px;
}

}  // namespace

double scale_of(const Histogram& histogram) {
    std::uint32_t most = 1;
    for (const auto& counts : histogram.counts) {
        most = std::max(most, *std::max_element(counts.begin() + 2, counts.end() - 2));
    }
    return most;
}

void draw_histogram(Canvas& canvas, const Rect& panel, const Histogram& histogram,
                    double full_height) {
    canvas.fill(panel, kPanel);
    const Rect plot = {panel.x + kPadding, panel.y + kPadding, panel.width - 2 * kPadding,
                       panel.height - 2 * kPadding};
    for (int quarter = 1; quarter < 4; ++quarter) {
        canvas.fill({plot.x + plot.width * quarter / 4, plot.y, 1, plot.height}, kLine);
    }
    for (int column = 0; column < plot.width; ++column) {
        const auto height = [&](std::size_t c) {
            return height_at(histogram.counts[c], column, plot.width, full_height, plot.height);
        };
        const int x = plot.x + column, bottom = plot.y + plot.height;
        for (std::size_t c = 0; c < 3; ++c) {
            const double top = height(c);
            const int whole = static_cast<int>(top);
            for (int row = 1; row <= whole; ++row) canvas.add(x, bottom - row, kLamps[c], 150);
            // The topmost pixel as far as the curve covers it.
            canvas.add(x, bottom - whole - 1, kLamps[c], static_cast<int>((top - whole) * 150));
        }
        // A luma line about 1.5 px thick, from this column's height to the next one's.
        const double here = height(3);
        const double next = height_at(histogram.counts[3], std::min(column + 1, plot.width - 1),
                                      plot.width, full_height, plot.height);
        const double low = std::min(here, next) - 0.75, high = std::max(here, next) + 0.75;
        for (int row = static_cast<int>(std::floor(low)); row <= static_cast<int>(high); ++row) {
            const double covered = std::min(high, row + 1.0) - std::max(low, row * 1.0);
            canvas.blend(x, std::clamp(bottom - 1 - row, plot.y, bottom - 1), kBright,
                         static_cast<int>(std::clamp(covered, 0.0, 1.0) * 220));
        }
    }
}

}  // namespace limpid::sheet
