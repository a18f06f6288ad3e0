#pragma once

#include <cstddef>

namespace limpid {

/// One row of interleaved 8-bit CMYK to RGB, in integers: each of R, G, B is
/// round((255 - ink) * (255 - black) / 255). That is the device formula, without a profile: it is
/// what viewers without colour management show, and the same on every target.
///
/// @param inverted  samples say how much light is left rather than how much ink there is (255 is
///                  none), as Adobe writes CMYK and YCCK JPEG.
void cmyk_to_rgb(const std::byte* cmyk, std::byte* rgb, int width_px, bool inverted) noexcept;

}  // namespace limpid
