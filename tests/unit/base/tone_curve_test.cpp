#include "base/tone_curve.hpp"

#include <gtest/gtest.h>

namespace limpid::tone_curve_test {
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

TEST(ToneCurve, IsMonotoneAndReachesBothEndsAtTheExtremes) {
    for (const double black : {0.0, 0.03, 0.25}) {
        for (const double white : {0.5, 0.9, 1.0}) {
            for (const double contrast : {-1.0, -0.3, 0.0, 0.5, 1.0}) {
                const LevelsAndContrast tone = {black, white, contrast};
                EXPECT_NEAR(apply_tone(tone, 0.0), 0.0, 1e-15);
                EXPECT_NEAR(apply_tone(tone, 1.0), 1.0, 1e-15);
                double last = -1e-15;
                for (int i = 0; i <= 1000; ++i) {
                    const double y = apply_tone(tone, i / 1000.0);
                    ASSERT_GE(y, last) << black << " " << white << " " << contrast << " " << i;
                    last = y;
                }
            }
        }
    }
}

TEST(ToneCurve, LevelsBeyondThePointsStayDistinct) {
    const LevelsAndContrast tone = {.black = 0.05, .white = 0.9, .contrast = 0.0};
    EXPECT_GT(apply_tone(tone, 0.95) - apply_tone(tone, 0.92), 0.01);
    EXPECT_GT(apply_tone(tone, 0.04) - apply_tone(tone, 0.02), 0.004);
    EXPECT_LT(apply_tone(tone, 0.05), 0.03) << "the black point looks black";
    EXPECT_GT(apply_tone(tone, 0.9), 0.93) << "the white point looks white";
}

TEST(ToneCurve, HasNoKink) {
    const LevelsAndContrast tone = {.black = 0.08, .white = 0.8, .contrast = 0.3};
    constexpr double kStep = 1e-4;
    double last = (apply_tone(tone, kStep) - apply_tone(tone, 0.0)) / kStep;
    for (double x = kStep; x < 1.0 - kStep; x += kStep) {
        const double slope = (apply_tone(tone, x + kStep) - apply_tone(tone, x)) / kStep;
        ASSERT_NEAR(slope, last, 0.02) << x;
        last = slope;
    }
}

}  // namespace
}  // namespace limpid::tone_curve_test
