#pragma once

#include <utility>

#include "kernels/kernels.hpp"

/// What every kernel demands of its arguments, so that Halide never sees a wrong one.
namespace limpid::kernels {

/// Rows that `strip` holds.
[[nodiscard]] constexpr RowRange rows_of(const InputStrip& strip) noexcept {
    return {strip.first_row, strip.first_row + strip.rows.height_px};
}
[[nodiscard]] constexpr RowRange rows_of(const OutputStrip& strip) noexcept {
    return {strip.first_row, strip.first_row + strip.rows.height_px};
}

/// Sides 1..65535, stride no shorter than a row, 16-bit rows aligned, fewer than 2^31 samples
/// (Halide indexes with 32 bits).
[[nodiscard]] Status check_pixels(const ImageView& rows, const char* what);
/// check_pixels(), and the rows lie inside the image.
[[nodiscard]] Status check_input(const InputStrip& input);
/// check_pixels(), and `output` has this shape and shares no memory with `input`.
[[nodiscard]] Status check_output(const OutputStrip& output, PixelFormat format, int width_px,
                                  int image_height_px, const ImageView& input, const char* what);
/// `input` holds all of `needed`.
[[nodiscard]] Status check_rows_at_hand(const InputStrip& input, RowRange needed);
/// `value` is in [least, most].
[[nodiscard]] Status check_range(int value, int least, int most, const char* what);

/// The first failure of several checks.
template <class... Statuses>
[[nodiscard]] Status first_failure(Status first, Statuses... rest) {
    if constexpr (sizeof...(rest) == 0) {
        return first;
    } else {
        if (!first) return first;
        return first_failure(std::move(rest)...);
    }
}

}  // namespace limpid::kernels
