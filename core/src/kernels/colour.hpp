#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kernels/strip.hpp"
#include "limpid/error.hpp"

namespace limpid::kernels {

/// Full scale of the tables of colour() for 8-bit images: 255 with 6 fraction bits.
inline constexpr int kColourScale8 = 255 * 64;
/// Full scale of the tables of colour() for 16-bit images.
inline constexpr int kColourScale16 = 65535;
inline constexpr int kMaxVibranceQ15 = 32767;
inline constexpr int kOneQ15 = 32767;

/// Pixels between two nodes of a LocalGrid along x.
inline constexpr int kGridCellPx = 16;

/// Nodes that a LocalGrid needs for an image of this width; narrow images are worked on as if they
/// were 512 wide.
[[nodiscard]] constexpr int grid_nodes(int width_px) noexcept {
    return ((width_px > 512 ? width_px : 512) + kGridCellPx - 1) / kGridCellPx + 1;
}

/// Linear models of low-frequency decisions, to be interpolated between nodes. Borrowed.
/// Node i of a row stands at pixel 16 i; pixel row y is at grid row
/// (y * row_step_q16 + row_offset_q16) / 65536, clamped to the rows there are.
struct LocalGrid {
    /// Four runs of `nodes` values for each of `rows` rows, in this order:
    /// base slope      0 .. 32767, in 1/32768: base layer = slope * luma + offset
    /// base offset     0 .. 16320, the scale of kColourScale8 for 8- and 16-bit images
    /// haze slope      -16383 .. 16383; haze gain - 1 = slope * luma + offset, in 1/8192 per full
    /// haze offset     -16383 .. 16383, in 1/4096                                  scale of luma
    /// Values outside give wrong colours, but nothing worse.
    std::span<const std::int16_t> values;
    int nodes = 0;  ///< grid_nodes() of the image
    int rows = 0;   ///< 1 .. 16384
    int row_step_q16 = 0;
    int row_offset_q16 = 0;
};

/// Dehaze: c' = A + (c - A) * gain, with the gain of the grid's haze fields held in 1 .. 3.33.
struct HazeParams {
    /// The airlight after the tables, R, G, B (grey: red), on the scale of the tables.
    int red = 0, green = 0, blue = 0;
};

/// Largest and smallest amounts of LocalToneParams, in 1/16384: within them brighter stays
/// brighter.
inline constexpr int kMaxToneQ14 = 24576;
inline constexpr int kMinToneQ14 = -12288;

/// Shadows, highlights and local contrast about the grid's base layer B (0..1):
///   gain = 1 + shadows (1 - B)^3 - highlights B^2 (1 - B), the same for all channels, and limited
///   so that none leaves the range; black and white stay. Local contrast adds a share of luma - B.
struct LocalToneParams {
    int shadows_q14 = 0;     ///< kMinToneQ14 .. kMaxToneQ14; positive lifts
    int highlights_q14 = 0;  ///< kMinToneQ14 .. kMaxToneQ14; positive lowers
    /// -kOneQ15 .. kOneQ15; 1 doubles what is finer than the base layer.
    int local_contrast_q15 = 0;
};

/// How far the hue of each class is turned to the preferred one: 0 .. kOneQ15.
struct MemoryColourParams {
    int skin_q15 = 0;
    int sky_q15 = 0;
    int foliage_q15 = 0;
};

struct ColourParams {
    /// One table per colour channel, R then G then B (grey: one), each with an entry per sample
    /// value: 256 entries of 0 .. kColourScale8 for 8-bit images, 65536 of 0 .. kColourScale16 for
    /// 16-bit ones. Identity: entry i is 64 i, or i.
    std::span<const std::uint16_t> tables;
    /// -kMaxVibranceQ15 .. kMaxVibranceQ15 stand for -1 .. 1. Identity: 0. Ignored for grey.
    int vibrance_q15 = 0;
    /// Share of the vibrance that skin tones are spared, 0 .. kOneQ15. Ignored for grey.
    int skin_protection_q15 = 0;
    MemoryColourParams memory_colours{};  ///< Ignored for grey.
    /// Needed by `haze` and `local_tone`, unused without both. Not null then.
    const LocalGrid* grid = nullptr;
    std::optional<HazeParams> haze{};
    std::optional<LocalToneParams> local_tone{};
    /// Ordered dither when 8-bit samples are rounded; changes none that needs no rounding.
    /// Ignored for 16-bit images.
    bool dither = false;
};

/// One pass over the image: tables, dehaze, local tone, vibrance with skin protection, memory
/// colours, dither. A stage that is off costs nothing. Saturation grows most where it is small, and
/// not at the gamut's edge. The exact arithmetic is in
/// halide-generators/color/colour_generator.cpp. Alpha is copied.
/// Identity: identity tables and every amount 0 copy the image bit for bit.
/// @param input   any format; needs exactly the rows of `output`.
/// @param output  the format and width of `input`.
/// @return argument.invalid when a shape or a parameter is not as documented (nothing is written
///         then), memory.exhausted, or internal.failure. Thread-safe on different output rows.
[[nodiscard]] Status colour(const InputStrip& input, const ColourParams& params,
                            const OutputStrip& output);

}  // namespace limpid::kernels
