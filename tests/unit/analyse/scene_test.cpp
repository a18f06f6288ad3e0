#include <gtest/gtest.h>

#include "limpid/analysis.hpp"
#include "limpid/recipe.hpp"
#include "unit/analyse/synthetic.hpp"

// From pixels to the kind of picture, on pictures that are nothing but their kind.

namespace limpid::scene_test {
namespace {

using testing::make_rgb8;
using testing::Random;

SceneClass scene_of(const Image& image) { return analyse_pixels(image.view()).value().scene; }

std::uint32_t rgb(int r, int g, int b) {
    const auto bits = [](int v) {
        return static_cast<std::uint32_t>(v < 0 ? 0 : (v > 255 ? 255 : v));
    };
    return bits(r) << 16 | bits(g) << 8 | bits(b);
}

TEST(Scene, APageWithTextIsADocument) {
    const Image page = make_rgb8(600, 800, [](int x, int y) {
        return y % 20 < 8 && x % 9 < 4 && x > 60 && x < 540 ? rgb(20, 20, 20) : rgb(250, 250, 250);
    });
    EXPECT_EQ(scene_of(page), SceneClass::document);
    EXPECT_TRUE(is_identity(decide(analyse_pixels(page.view()).value())));
}

TEST(Scene, AChartIsAGraphic) {
    const Image chart = make_rgb8(640, 480, [](int x, int y) {
        return x / 80 % 2 == 0 && y > 480 - x / 2 ? rgb(40, 90, 180) : rgb(225, 225, 215);
    });
    EXPECT_EQ(scene_of(chart), SceneClass::graphic);
    EXPECT_TRUE(is_identity(decide(analyse_pixels(chart.view()).value())));
}

TEST(Scene, LampsInTheDarkAreNight) {
    Random random(9);
    const Image night = make_rgb8(640, 480, [&](int x, int y) {
        const int noise = static_cast<int>(random.below(5));
        return x % 160 < 12 && y % 120 < 12 ? rgb(250, 220, 150)
                                            : rgb(4 + noise, 4 + noise, 6 + noise);
    });
    EXPECT_EQ(scene_of(night), SceneClass::night);
}

TEST(Scene, GreyEverywhereIsMonochrome) {
    Random random(5);
    const Image grey = make_rgb8(640, 480, [&](int x, int) {
        const int v = x / 3 + static_cast<int>(random.below(30));
        return rgb(v, v, v);
    });
    EXPECT_EQ(scene_of(grey), SceneClass::monochrome);
}

TEST(Scene, ALowSunOverDarkGroundIsASunset) {
    Random random(6);
    const Image sunset = make_rgb8(640, 480, [&](int x, int y) {
        const int noise = static_cast<int>(random.below(6));
        if (y > 300) return rgb(6 + noise, 4 + noise, 3 + noise);
        const int dx = x - 320;
        const int dy = y - 250;
        const int glow = 230 - (dx * dx + dy * dy) / 250;
        return glow > 200 ? rgb(255, 235, 190)
                          : rgb(60 + (glow > 0 ? glow : 0) + noise,
                                25 + (glow > 0 ? glow / 2 : 0) + noise, 8 + noise);
    });
    EXPECT_EQ(scene_of(sunset), SceneClass::silhouette_sunset);
}

TEST(Scene, AThinVeilOverFaintShapesIsFog) {
    Random random(8);
    const Image fog = make_rgb8(640, 480, [&](int x, int y) {
        const int v = 150 + (x / 120) * 6 - y / 12 + static_cast<int>(random.below(4));
        return rgb(v, v + 3, v + 6);
    });
    EXPECT_EQ(scene_of(fog), SceneClass::fog);
}

TEST(Scene, NoRedIsUnderwater) {
    Random random(4);
    const Image reef = make_rgb8(640, 480, [&](int x, int y) {
        const int v = 60 + static_cast<int>(random.below(60)) + (x / 40 + y / 40) % 2 * 40;
        return rgb(v / 4, v, v + 20);
    });
    EXPECT_EQ(scene_of(reef), SceneClass::underwater);
}

}  // namespace
}  // namespace limpid::scene_test
