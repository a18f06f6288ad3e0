#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/resize.hpp"

namespace limpid::kernels {

/// One in the weights of resample().
inline constexpr int kResampleOne = 16384;
/// Ratios of lengths that resampling accepts: 1/64 to 8.
inline constexpr int kMaxReduction = 64;
inline constexpr int kMaxEnlargement = 8;

/// How the samples of one axis are made: output sample i is the sum of taps() input samples from
/// first[i] on, each times its weight / kResampleOne.
struct ResampleAxis {
    int input_length = 0;
    int output_length = 0;
    /// Even, at least 2.
    int taps = 0;
    /// Per output sample; taps with a weight other than 0 lie in [0, input_length).
    std::vector<std::int32_t> first;
    /// Rows of `taps` weights; each row sums to kResampleOne.
    std::vector<std::int16_t> weights;

    [[nodiscard]] std::span<const std::int16_t> row(int i) const noexcept {
        return std::span(weights).subspan(
            static_cast<std::size_t>(i) * static_cast<std::size_t>(taps),
            static_cast<std::size_t>(taps));
    }
};

/// Part of an axis that becomes the output, in input samples; may be fractional.
struct AxisWindow {
    double begin = 0;
    double length = 0;
};

/// Weights of an axis: the filter, stretched by the ratio where the image shrinks, sampled at the
/// input samples' centres. Beyond the ends the last sample repeats. Rounding errors are carried
/// from tap to tap (error diffusion), so every row sums exactly. A window of the whole axis whose
/// length does not change is copied, whatever the filter. Only + - * / and floor: the same weights
/// on every target.
/// @return resize.out_of_range when a length is not 1..65535, the window is not inside the axis, or
///         the ratio is outside 1/kMaxReduction .. kMaxEnlargement.
[[nodiscard]] Result<ResampleAxis> resample_axis(int input_length, int output_length,
                                                 AxisWindow window, ResizeFilter filter);

/// Value of a filter at a distance of `x` samples; 0 beyond filter_support().
///
/// Lanczos3: sinc(x) sinc(x / 3). Magic Kernel Sharp 2021: J. P. Costella, "The Magic Kernel"
/// (2021), piecewise quadratic: the quadratic B-spline convolved with a seven-tap sharpening.
[[nodiscard]] double filter_value(ResizeFilter filter, double x) noexcept;
/// 3 or 4.5 samples.
[[nodiscard]] double filter_support(ResizeFilter filter) noexcept;

}  // namespace limpid::kernels
