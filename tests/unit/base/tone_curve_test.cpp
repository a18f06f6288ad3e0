#include "base/tone_curve.hpp"

#include <gtest/gtest.h>

namespace limpid {
namespace {

TEST(LightCurve, KeepsBlackAndWhiteAndIsMonotone) {
    for (const double gain : {0.06, 0.5, 1.0, 2.0, 16.0}) {
        EXPECT_EQ(apply_light(gain, 0.0), 0.0);
        EXPECT_NEAR(apply_light(gain, 1.0), 1.0, 1e-15);
        double last = 0.0;
        for (double x = 0.01; x <= 1.0; x += 0.01) {
            const double y = apply_light(gain, x);
            EXPECT_GT(y, last) << gain << " " << x;
            last = y;
        }
    }
}

TEST(LightCurve, GainsMultiply) {
    EXPECT_NEAR(apply_light(1.3, apply_light(2.0, 0.2)), apply_light(2.6, 0.2), 1e-15);
}

TEST(LightCurve, GainTakesFromToTo) {
    for (const double from : {0.01, 0.18, 0.7}) {
        for (const double to : {0.05, 0.18, 0.9}) {
            EXPECT_NEAR(apply_light(light_gain(from, to), from), to, 1e-14);
        }
    }
}

TEST(ToneCurve, IdentityChangesNothing) {
    for (int i = 0; i <= 65535; ++i) {
        const double v = i / 65535.0;
        ASSERT_EQ(apply_tone({}, v), v);
    }
}

TEST(ToneCurve, IsMonotoneAndStaysInRangeAtTheExtremes) {
    for (const double contrast : {-1.0, -0.3, 0.5, 1.0}) {
        const LevelsAndContrast tone = {.black = 0.25, .white = 0.5, .contrast = contrast};
        double last = 0.0;
        for (int i = 0; i <= 1000; ++i) {
            const double y = apply_tone(tone, i / 1000.0);
            EXPECT_GE(y, last);
            EXPECT_LE(y, 1.0);
            last = y;
        }
        EXPECT_EQ(apply_tone(tone, 0.25), 0.0);
        EXPECT_EQ(apply_tone(tone, 0.5), 1.0);
    }
}

}  // namespace
}  // namespace limpid
