#pragma once

#include <cstdint>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/limits.hpp"
#include "limpid/run.hpp"

namespace limpid {

/// How an image is brought into a box of other proportions.
enum class Fit : std::uint8_t {
    inside,  ///< as large as fits, proportions kept; one side may be smaller than the box
    cover,   ///< fills the box, proportions kept; what overhangs is cut off evenly
    exact,   ///< stretched to the box
};

/// What new samples are computed with. Both are stretched by the ratio where an image shrinks.
enum class ResizeFilter : std::uint8_t {
    lanczos3,                 ///< windowed sinc, 3 lobes: the sharpest, with slight ringing
    magic_kernel_sharp_2021,  ///< Costella 2021: next to no ringing, cleaner at large reductions
};

/// A size to bring an image to.
struct Resize {
    /// Of the box, in pixels; 0 means: whatever keeps the proportions. Not both may be 0.
    int width_px = 0;
    int height_px = 0;
    Fit fit = Fit::inside;
    ResizeFilter filter = ResizeFilter::lanczos3;
    /// False leaves an image that is smaller than its result would be as it is.
    bool enlarge = true;
    friend bool operator==(const Resize&, const Resize&) = default;
};

/// Sides of an image.
struct ImageSize {
    int width_px = 0;
    int height_px = 0;
    friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// The size that `resize` brings an image of `input` to: sides derived from the proportions are
/// rounded to the nearest pixel, and are at least 1.
/// @return resize.out_of_range when both sides are 0, one is negative, or a side would shrink to
///         less than 1/64 or grow to more than 8 times; image.too_large when the result is above
///         limits.max_pixels, max_width_px or max_height_px. Thread-safe.
[[nodiscard]] LIMPID_API Result<ImageSize> resized_size(ImageSize input, const Resize& resize,
                                                        const Limits& limits = {});

/// Resize pixels, in their encoding (as image editors and browsers do).
///
/// Weights have 14 bits, arithmetic is integer: the same bytes on every target, for every number of
/// threads. 8-bit images keep 6 bits more between the two passes. Samples beyond the edge repeat
/// it. Colours are weighted with alpha, so what cannot be seen does not bleed; fully transparent
/// pixels come out as black, transparent ones. An axis whose length does not change is copied.
///
/// @param pixels  any format, at least 1 x 1; borrowed for the call.
/// @return an image of the format of `pixels` and the size of resized_size(), whose errors it has;
///         memory.exhausted | run.cancelled. Thread-safe.
[[nodiscard]] LIMPID_API Result<Image> resize(const ImageView& pixels, const Resize& resize,
                                              const RunOptions& run = {},
                                              const Limits& limits = {});

}  // namespace limpid
