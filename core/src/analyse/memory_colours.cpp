#include "analyse/memory_colours.hpp"

#include <cstdint>
#include <cstdlib>

#include "kernels/hue_classes.hpp"

namespace limpid::analysis {
namespace {

struct Pixel {
    int red, green, blue;

    /// 0 .. 16383, the scale of the hue classes.
    [[nodiscard]] int luma() const { return (54 * red + 183 * green + 19 * blue) >> 10; }
};

Pixel pixel_at(const ImageView& proxy, int x, int y) {
    const auto* p = reinterpret_cast<const std::uint16_t*>(proxy.row(y)) + std::ptrdiff_t{3} * x;
    return {p[0], p[1], p[2]};
}

/// Neighbours at most 3 % of full scale apart: a sky has gradients, leaves and cloth have texture.
bool is_smooth(const ImageView& proxy, int x, int y) {
    constexpr int kSmooth = 16383 * 3 / 100;
    const int here = pixel_at(proxy, x, y).luma();
    const int right = pixel_at(proxy, x + 1 < proxy.width_px ? x + 1 : x, y).luma();
    const int below = pixel_at(proxy, x, y + 1 < proxy.height_px ? y + 1 : y).luma();
    return std::abs(right - here) <= kSmooth && std::abs(below - here) <= kSmooth;
}

}  // namespace

MemoryColourShares measure_memory_colours(const ImageView& proxy) {
    if (channels(proxy.format) == 1) return {};
    std::int64_t skin = 0;
    std::int64_t sky = 0;
    std::int64_t foliage = 0;
    for (int y = 0; y < proxy.height_px; ++y) {
        const bool may_be_sky = 3 * y < 2 * proxy.height_px;
        for (int x = 0; x < proxy.width_px; ++x) {
            const Pixel pixel = pixel_at(proxy, x, y);
            const int luma = pixel.luma();
            const int u = (pixel.blue >> 2) - luma;
            const int v = (pixel.red >> 2) - luma;
            skin += kernels::membership(kernels::kSkin, u, v);
            foliage += kernels::membership(kernels::kFoliage, u, v);
            if (may_be_sky && is_smooth(proxy, x, y))
                sky += kernels::membership(kernels::kSky, u, v);
        }
    }
    const double full =
        static_cast<double>(kernels::kFullMembership) * proxy.width_px * proxy.height_px;
    return {static_cast<double>(skin) / full, static_cast<double>(sky) / full,
            static_cast<double>(foliage) / full};
}

}  // namespace limpid::analysis
