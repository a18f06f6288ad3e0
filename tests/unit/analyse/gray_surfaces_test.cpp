#include "analyse/gray_surfaces.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "unit/analyse/synthetic.hpp"

namespace limpid::analysis {
namespace {

using testing::Random;

const Vec3 kNeutral = normalised({1, 1, 1});

/// `colour(x, y)` in linear light under `light`, in shades from dark to bright.
template <class Colour>
Image lit(const Vec3& light, Colour&& colour) {
    constexpr int kSide = 128;
    Image image = std::move(Image::create(PixelFormat::rgb16, kSide, kSide).value());
    Random random(7);
    for (int y = 0; y < kSide; ++y) {
        auto* row = reinterpret_cast<std::uint16_t*>(image.view().row(y));
        for (int x = 0; x < kSide; ++x) {
            const double shade = 0.1 + 0.7 * random.below(1000) / 1000.0;
            const Vec3 c = colour(x, y);
            const double rgb[3] = {c.x * light.x, c.y * light.y, c.z * light.z};
            for (int i = 0; i < 3; ++i) {
                row[3 * x + i] = static_cast<std::uint16_t>(
                    linear_to_srgb(std::min(shade * rgb[i], 1.0)) * 65535.0 + 0.5);
            }
        }
    }
    return image;
}

/// A large orange subject, with something grey in the rest of the picture.
Vec3 subject_before_gray(int x, int y) {
    const bool subject = x > 24 && x < 104 && y > 24 && y < 104;
    return subject ? Vec3{1, 0.55, 0.3} : Vec3{1, 1, 1};
}

TEST(GraySurfaces, FindsTheLightAroundALargeColouredSubject) {
    for (const Vec3& light : {Vec3{1, 0.9, 0.8}, Vec3{0.82, 0.93, 1}, Vec3{0.92, 1, 0.9}}) {
        const GraySurfaces found =
            find_gray_surfaces(lit(light, subject_before_gray).view(), normalised(light));
        EXPECT_LT(angle_deg(found.light, normalised(light)), 1.5);
        EXPECT_GT(found.odds, 1.3);
    }
}

TEST(GraySurfaces, GreyThingsKeepTheLightNeutral) {
    const GraySurfaces found =
        find_gray_surfaces(lit({1, 1, 1}, subject_before_gray).view(), kNeutral);
    EXPECT_LT(angle_deg(found.light, kNeutral), 0.5);
    EXPECT_LT(found.odds, 1.3);
}

TEST(GraySurfaces, DoesNotTakeStrongColoursForGrey) {
    const GraySurfaces found = find_gray_surfaces(
        lit({1, 1, 1}, [](int, int) { return Vec3{0.2, 0.3, 1}; }).view(), kNeutral);
    EXPECT_LT(angle_deg(found.light, kNeutral), 0.5);
    EXPECT_EQ(found.odds, 1.0);
}

TEST(GraySurfaces, SaysNothingOfBlack) {
    Image image = std::move(Image::create(PixelFormat::rgb16, 64, 64).value());
    std::ranges::fill_n(image.view().row(0), 64 * 64 * 6, std::byte{0});
    const GraySurfaces found = find_gray_surfaces(image.view(), kNeutral);
    EXPECT_EQ(angle_deg(found.light, kNeutral), 0.0);
    EXPECT_EQ(found.odds, 1.0);
}

TEST(GraySurfaces, TakesPicturesOfOnePixelInHeight) {
    Image image = std::move(Image::create(PixelFormat::rgb16, 256, 1).value());
    std::ranges::fill_n(image.view().row(0), 256 * 6, std::byte{0x80});
    EXPECT_EQ(find_gray_surfaces(image.view(), kNeutral).odds, 1.0);
}

}  // namespace
}  // namespace limpid::analysis
