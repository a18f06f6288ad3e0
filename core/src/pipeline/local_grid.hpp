#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernels/colour.hpp"
#include "limpid/image.hpp"
#include "limpid/recipe.hpp"

namespace limpid::pipeline {

/// The proxy, and the picture that it was made from.
struct ProxySource {
    ImageView pixels;  ///< gray16 or rgb16, as the picture has one channel or more
    int box_factor = 1;
    int width_px = 0;
    int height_px = 0;
};

/// What stands before the local stages.
struct GradedColour {
    std::span<const std::uint16_t> tables;  ///< of kernels::ColourParams, for `format`
    PixelFormat format = PixelFormat::rgb8;
    /// airlight_after_tables(), when the recipe dehazes, with the amount 0..1 it does so.
    std::optional<kernels::HazeParams> haze;
    double haze_amount = 0;
};

/// Owns what a kernels::LocalGrid borrows.
struct LocalGridData {
    std::vector<std::int16_t> values;
    int nodes = 0;
    int rows = 0;
    int row_step_q16 = 0;
    int row_offset_q16 = 0;

    [[nodiscard]] kernels::LocalGrid view() const noexcept {
        return {values, nodes, rows, row_step_q16, row_offset_q16};
    }
};

/// The recipe's airlight, which is in the input's levels, on the scale of the tables.
[[nodiscard]] kernels::HazeParams airlight_after_tables(const Dehaze& dehaze,
                                                        std::span<const std::uint16_t> tables,
                                                        PixelFormat format);

/// The grid for rendering a picture of width_px x height_px, which may be the source or any other
/// size of it: decisions are taken on the proxy, so that a preview shows what an export will be.
///
/// Base layer: fast guided filter (He and Sun, arXiv 1505.00996, 2015) of the proxy's luma by
/// itself. Haze: dark channel, its transmission refined by the guided filter with the luma before
/// dehazing as guide. Only + - * / on doubles, in one order: the same grid on every target.
/// Takes about 10 bytes per proxy pixel and value; the work does not depend on the picture's size.
/// Precondition: valid source; sides 1..65535. Thread-safe.
[[nodiscard]] LocalGridData make_local_grid(const ProxySource& source, const GradedColour& graded,
                                            int width_px, int height_px);

}  // namespace limpid::pipeline
