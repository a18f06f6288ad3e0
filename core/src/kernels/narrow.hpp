#pragma once

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/kernels.hpp"
#include "kernels/strip_checks.hpp"
#include "limpid/image.hpp"

namespace limpid::kernels {

/// Kernels over interleaved rows need images at least this wide (kTileWidth of
/// halide-generators/common/fixed_point.h; Halide's own bounds check refuses less).
inline constexpr int kMinKernelWidthPx = 512;
/// How much of a narrow image is widened at a time.
inline constexpr int kNarrowBandRows = 64;

inline void copy_rows(const ImageView& from, const MutableImageView& to) {
    for (int y = 0; y < from.height_px; y++) {
        std::memcpy(to.row(y), from.row(y), std::min(from.row_bytes(), to.row_bytes()));
    }
}

/// Calls `kernel(input, output)` -> Status, on copies with wider rows where the image is too
/// narrow. What the copies hold beyond the image's width does not matter: kernels clamp to the
/// width they are given, and nothing beyond it is copied back.
/// @param needed  rows of input for rows of output.
template <class NeededRows, class Kernel>
Status at_least_tile_wide(const InputStrip& input, const OutputStrip& output, NeededRows&& needed,
                          Kernel&& kernel) {
    if (input.rows.width_px >= kMinKernelWidthPx) return kernel(input, output);
    const RowRange all = rows_of(output);
    for (int y = all.begin; y < all.end; y += kNarrowBandRows) {
        const RowRange band = {y, std::min(y + kNarrowBandRows, all.end)};
        const RowRange source = needed(band);
        auto wide_input = Image::create(input.rows.format, kMinKernelWidthPx, source.count());
        if (!wide_input) return std::unexpected(std::move(wide_input).error());
        auto wide_output = Image::create(output.rows.format, kMinKernelWidthPx, band.count());
        if (!wide_output) return std::unexpected(std::move(wide_output).error());

        const RowRange local = {source.begin - input.first_row, source.end - input.first_row};
        copy_rows(strip(input.rows, local).rows, wide_input->view());
        Status done = kernel(
            InputStrip{std::as_const(*wide_input).view(), source.begin, input.image_height_px},
            OutputStrip{wide_output->view(), band.begin});
        if (!done) return done;
        const RowRange target = {band.begin - all.begin, band.end - all.begin};
        copy_rows(std::as_const(*wide_output).view(), strip(output.rows, target).rows);
    }
    return {};
}

}  // namespace limpid::kernels
