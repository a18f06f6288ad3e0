#include "analyse/illuminant.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "unit/analyse/synthetic.hpp"

namespace limpid::analysis::illuminant_test {
namespace {

using testing::Random;

/// Random surfaces with some grey ones, under a light.
Image surfaces(const Vec3& light) {
    Image image = std::move(Image::create(PixelFormat::rgb16, 128, 128).value());
    Random random(42);
    const double brightest = std::max({light.x, light.y, light.z});
    for (int y = 0; y < 128; ++y) {
        auto* row = reinterpret_cast<std::uint16_t*>(image.view().row(y));
        for (int x = 0; x < 128; ++x) {
            const double shade = 0.1 + 0.75 * random.below(1000) / 1000.0;
            const bool grey = random.below(3) == 0;
            const auto reflect = [&] {
                return grey ? shade : shade * (0.5 + 0.5 * random.below(1000) / 1000.0);
            };
            const double rgb[3] = {reflect() * light.x, reflect() * light.y, reflect() * light.z};
            for (int c = 0; c < 3; ++c) {
                row[3 * x + c] =
                    static_cast<std::uint16_t>(linear_to_srgb(rgb[c] / brightest) * 65535.0 + 0.5);
            }
        }
    }
    return image;
}

TEST(Illuminant, EveryEstimateFindsTheLight) {
    for (const Vec3& light : {Vec3{1, 1, 1}, Vec3{1, 0.8, 0.6}, Vec3{0.7, 0.9, 1}}) {
        const IlluminantEstimates found = estimate_illuminant(surfaces(light).view());
        EXPECT_LT(angle_deg(found.pca, normalised(light)), 3.0);
        EXPECT_LT(angle_deg(found.shades_of_gray, normalised(light)), 3.0);
        EXPECT_LT(angle_deg(found.gray_edge, normalised(light)), 3.0);
        EXPECT_GT(found.pixels_used, 10'000);
    }
}

TEST(Illuminant, SaysNothingWhenEverythingIsClippedOrBlack) {
    Image image = std::move(Image::create(PixelFormat::rgb16, 64, 64).value());
    EXPECT_EQ(estimate_illuminant(image.view()).pixels_used, 0);
    EXPECT_EQ(angle_deg(estimate_illuminant(image.view()).pca, normalised({1, 1, 1})), 0.0);
    std::ranges::fill_n(image.view().row(0), 64 * 64 * 6, std::byte{0xFF});
    EXPECT_EQ(estimate_illuminant(image.view()).pixels_used, 0);
}

}  // namespace
}  // namespace limpid::analysis::illuminant_test
