#pragma once

#include <cstdint>
#include <functional>

#include "limpid/image.hpp"

namespace limpid::testing {

/// An rgb8 image from a function of the position that gives 0xRRGGBB.
inline Image make_rgb8(int width_px, int height_px,
                       const std::function<std::uint32_t(int, int)>& color) {
    Image image = std::move(Image::create(PixelFormat::rgb8, width_px, height_px).value());
    const MutableImageView view = image.view();
    for (int y = 0; y < height_px; ++y) {
        for (int x = 0; x < width_px; ++x) {
            const std::uint32_t c = color(x, y);
            view.row(y)[3 * x] = static_cast<std::byte>(c >> 16);
            view.row(y)[3 * x + 1] = static_cast<std::byte>(c >> 8 & 255);
            view.row(y)[3 * x + 2] = static_cast<std::byte>(c & 255);
        }
    }
    return image;
}

/// Noise without a library: the same on every target.
class Random {
public:
    explicit Random(std::uint32_t seed) : state_(seed) {}
    /// Uniform in [0, bound).
    [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
        state_ = state_ * 1664525U + 1013904223U;  // Numerical Recipes' constants
        return static_cast<std::uint32_t>((std::uint64_t{state_ >> 8} * bound) >> 24);
    }

private:
    std::uint32_t state_;
};

}  // namespace limpid::testing
