#pragma once

#include <array>
#include <cstdint>

#include "kernels/colour.hpp"
#include "kernels/gaussian_weights.hpp"
#include "kernels/strip.hpp"
#include "limpid/error.hpp"
#include "limpid/image.hpp"

/// What the Halide kernels do, as plain functions. Everything is integer arithmetic, or floats
/// whose every operation IEEE 754 rounds exactly: the same bytes on every CPU tier and target. None
/// of the functions starts a thread; all may be called from many threads at once on different
/// output rows, and cutting the rows differently changes no byte.
///
/// Every function returns argument.invalid when a shape, format, table or parameter is not as
/// documented (nothing is written then), and internal.failure when Halide itself reports an error.
/// Input and output must not share memory.
namespace limpid::kernels {

// --- box_downscale ---------------------------------------------------------------------------

inline constexpr int kMaxBoxFactor = 64;

/// Where box_downscale() writes. The three strips cover the same rows of the proxy.
/// The counts are taken before averaging: a box of one white and fifteen black pixels has one
/// clipped pixel although its mean is dark.
struct BoxDownscaleOutput {
    /// gray16 for grey input, rgb16 for RGB and RGBA input: the mean of each box, full scale 65535.
    OutputStrip proxy;
    /// gray16: pixels of the box with any colour channel at its largest value.
    OutputStrip clipped_high;
    /// gray16: pixels of the box with all colour channels at 0.
    OutputStrip clipped_low;
};

/// Sides of the proxy: a box per `factor` x `factor` pixels, those at the right and bottom may be
/// cut. Precondition: length_px >= 1 and 1 <= factor <= kMaxBoxFactor.
[[nodiscard]] constexpr int box_count(int length_px, int factor) noexcept {
    return (length_px + factor - 1) / factor;
}
/// Input rows that proxy rows `proxy_rows` are made of.
[[nodiscard]] RowRange box_downscale_input_rows(RowRange proxy_rows, int factor,
                                                int image_height_px) noexcept;
/// Averages boxes of pixels; alpha is ignored. 8-bit samples are scaled by 257, rounded once.
/// Identity: factor 1 on 16-bit input copies the colour channels.
/// @param input   any format.
/// @param factor  1 .. kMaxBoxFactor.
[[nodiscard]] Status box_downscale(const InputStrip& input, int factor,
                                   const BoxDownscaleOutput& output);

// --- histogram -------------------------------------------------------------------------------

/// How many pixels fall into each of 256 equal ranges (sample >> 8). For grey images all four are
/// the same. Luma is (54 R + 183 G + 19 B + 128) >> 8, Rec. 709 on gamma-encoded samples.
struct ChannelBins {
    std::array<std::uint32_t, 256> luma{};
    std::array<std::uint32_t, 256> red{};
    std::array<std::uint32_t, 256> green{};
    std::array<std::uint32_t, 256> blue{};
};

/// Adds the pixels of `rows` to `total`. Counts are exact and do not depend on the cutting.
/// @param rows  gray16 or rgb16; at most 2^32 - 1 pixels may be added to one total.
[[nodiscard]] Status add_histogram(const ImageView& rows, ChannelBins& total);

// --- unsharp ---------------------------------------------------------------------------------

/// Rows above and below that unsharp() reads.
inline constexpr int kUnsharpHaloRows = 4;

struct UnsharpParams {
    /// From gaussian_weights(); the sum is checked, and weights[0] < kBlurWeightSum.
    BlurWeights weights{};
    /// High-pass values up to this are left alone, larger ones shrink by it (coring).
    /// In 1/256 of an 8-bit step, or in 16-bit steps. 0 .. 32767.
    int threshold = 0;
    /// How far the result may leave the range of the 3 x 3 neighbours' luma. Unit as above,
    /// 0 .. 32767; 8-bit images round it down to a multiple of 8.
    int overshoot = 0;
    /// Strength; 4096 adds the high-pass once. 0 .. 32767. Identity: 0.
    int amount_q12 = 0;
};

/// Input rows that output rows `output_rows` are made of.
[[nodiscard]] RowRange unsharp_input_rows(RowRange output_rows, int image_height_px) noexcept;
/// Unsharp mask on luma with halo clamp: all colour channels move by the same amount, so hue stays.
/// The exact arithmetic is in halide-generators/detail/unsharp_generator.cpp. Alpha is copied.
/// Identity: amount 0 copies the image bit for bit.
/// @param input   any format; must hold unsharp_input_rows() of `output`.
/// @param output  the format and width of `input`.
[[nodiscard]] Status unsharp(const InputStrip& input, const UnsharpParams& params,
                             const OutputStrip& output);

}  // namespace limpid::kernels
