#include "codec/cmyk.hpp"

#include <cstdint>

namespace limpid {
namespace {

/// round(a * b / 255) for a, b in 0..255, exactly (the division by 255 as two shifts).
std::uint32_t scale_by(std::uint32_t a, std::uint32_t b) noexcept {
    const std::uint32_t product = a * b + 128;
    return (product + (product >> 8)) >> 8;
}

}  // namespace

void cmyk_to_rgb(const std::byte* cmyk, std::byte* rgb, int width_px, bool inverted) noexcept {
    const std::uint32_t flip = inverted ? 0 : 255;
    for (int x = 0; x < width_px; ++x, cmyk += 4, rgb += 3) {
        const std::uint32_t light = std::to_integer<std::uint32_t>(cmyk[3]) ^ flip;
        for (int c = 0; c < 3; ++c) {
            const std::uint32_t color = std::to_integer<std::uint32_t>(cmyk[c]) ^ flip;
            rgb[c] = static_cast<std::byte>(scale_by(color, light));
        }
    }
}

}  // namespace limpid
