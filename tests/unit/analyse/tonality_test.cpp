#include "analyse/tonality.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "limpid/image.hpp"

namespace limpid::analysis::tonality_test {
namespace {

/// A gray16 image of `level`(x, y), 0..1.
template <class Level>
Image gray16(int width_px, int height_px, Level&& level) {
    Image image = std::move(Image::create(PixelFormat::gray16, width_px, height_px).value());
    for (int y = 0; y < height_px; ++y) {
        auto* row = reinterpret_cast<std::uint16_t*>(image.view().row(y));
        for (int x = 0; x < width_px; ++x) {
            row[x] = static_cast<std::uint16_t>(level(x, y) * 65535.0 + 0.5);
        }
    }
    return image;
}

Tonality of(const Image& image) { return measure_tonality(image.view()); }

TEST(Tonality, KeyIsOfWhatIsNeitherBlackNorWhite) {
    const Image lit =
        gray16(64, 64, [](int x, int) { return x < 24 ? 0.0 : (x < 40 ? 1.0 : 0.4); });
    EXPECT_NEAR(of(lit).exposure_key, 0.4, 0.005);
    EXPECT_LT(of(lit).lit_share, 0.75);
    EXPECT_GT(of(lit).lit_share, 0.5);
}

TEST(Tonality, KeyOfAPictureWithoutMidTonesIsItsMean) {
    const Image white = gray16(32, 32, [](int, int) { return 1.0; });
    EXPECT_EQ(of(white).exposure_key, 1.0);
    const Image black = gray16(32, 32, [](int, int) { return 0.0; });
    EXPECT_EQ(of(black).exposure_key, 0.0);
    EXPECT_EQ(of(black).lit_share, 0.0);
}

TEST(Tonality, CentreAndBorderAreToldApart) {
    const Image backlit = gray16(
        64, 64, [](int x, int y) { return x >= 16 && x < 48 && y >= 16 && y < 48 ? 0.2 : 0.8; });
    EXPECT_NEAR(of(backlit).luma_mean_center, 0.2, 1e-4);
    EXPECT_NEAR(of(backlit).luma_mean_border, 0.8, 1e-4);
    EXPECT_NEAR(of(backlit).luma_mean, 0.65, 1e-4);
}

TEST(Tonality, TwoGroupsAreBimodalAndOneIsNot) {
    const Image two = gray16(64, 64, [](int x, int) { return x % 2 == 0 ? 0.2 : 0.8; });
    EXPECT_GT(of(two).bimodality, 0.99);
    const Image ramp = gray16(256, 16, [](int x, int) { return x / 255.0; });
    // 3/4 for a uniform distribution; the double weight of the centre takes a little.
    EXPECT_NEAR(of(ramp).bimodality, 0.7147, 0.005);
    const Image flat = gray16(64, 64, [](int, int) { return 0.5; });
    EXPECT_EQ(of(flat).bimodality, 0.0);
}

TEST(Tonality, LocalContrastSeesStructureAndNotAGradient) {
    const Image gradient = gray16(256, 256, [](int x, int) { return x / 255.0; });
    EXPECT_LT(of(gradient).local_contrast, 0.002);
    const Image fine = gray16(256, 256, [](int x, int y) { return (x + y) % 2 == 0 ? 0.4 : 0.6; });
    EXPECT_NEAR(of(fine).local_contrast, 0.1, 0.002);
}

TEST(Tonality, OnePixelIsMeasuredLikeAny) {
    const Image one = gray16(1, 1, [](int, int) { return 0.5; });
    EXPECT_NEAR(of(one).luma_mean, 0.5, 1e-4);
    EXPECT_EQ(of(one).local_contrast, 0.0);
    EXPECT_TRUE(of(one).monochrome);
}

}  // namespace
}  // namespace limpid::analysis::tonality_test
