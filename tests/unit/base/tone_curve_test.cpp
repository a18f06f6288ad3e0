#include "base/tone_curve.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/exact_math.hpp"

namespace limpid::tone_curve_test {
namespace {

constexpr double kGains[] = {0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0};

TEST(WhiteBalanceCurve, KeepsBlackAndWhiteAndIsMonotone) {
    for (const double gain : kGains) {
        EXPECT_EQ(apply_white_balance(gain, 0.0), 0.0);
        EXPECT_NEAR(apply_white_balance(gain, 1.0), 1.0, 1e-15);
        double last = 0.0;
        for (int i = 1; i <= 1000; ++i) {
            const double y = apply_white_balance(gain, i / 1000.0);
            ASSERT_GT(y, last) << gain << " " << i;
            last = y;
        }
    }
}

TEST(WhiteBalanceCurve, GainOfOneChangesNothing) {
    for (int i = 0; i <= 65535; ++i) {
        const double x = i / 65535.0;
        ASSERT_EQ(apply_white_balance(1.0, x), x);
    }
}

TEST(WhiteBalanceCurve, IsTheGainUpToTheShoulder) {
    for (const double gain : kGains) {
        for (const double x : {0.01, 0.18, 0.5, 0.74}) {
            if (gain * x >= 0.75) continue;
            EXPECT_EQ(apply_white_balance(gain, x), gain * x);
        }
    }
}

TEST(WhiteBalanceCurve, HasNoKink) {
    constexpr double kStep = 1e-6;
    for (const double gain : kGains) {
        const double start = 0.75 / std::max(gain, 1.0);
        const auto slope = [&](double x) {
            return (apply_white_balance(gain, x + kStep) - apply_white_balance(gain, x)) / kStep;
        };
        EXPECT_NEAR(slope(start - 2 * kStep), gain, 1e-4) << gain;
        EXPECT_NEAR(slope(start + kStep), gain, 1e-3) << gain;
    }
}

/// Of the gains that casts of 10 degrees ask for.
TEST(WhiteBalanceCurve, TearsTheLastLevelsBeforeWhiteApartByFewLevels) {
    for (const double gain : {0.8, 0.9, 1.25}) {
        for (int i = 1; i <= 255; ++i) {
            const auto seen = [&](int level) {
                return 255.0 *
                       linear_to_srgb(apply_white_balance(gain, srgb_to_linear(level / 255.0)));
            };
            ASSERT_LT(seen(i) - seen(i - 1), 3.2) << gain << " " << i;
        }
    }
}

TEST(WhiteBalanceCurve, TheReciprocalGainUndoesIt) {
    for (const double gain : kGains) {
        for (const double x : {0.02, 0.3, 0.6, 0.8, 0.99}) {
            const double there = apply_white_balance(gain, x);
            EXPECT_NEAR(apply_white_balance(1.0 / gain, there), x, 1e-14) << gain;
        }
    }
}

TEST(ExposureCurve, KeepsBlackAndWhiteAndIsMonotone) {
    for (const double gain : {0.06, 0.5, 1.0, 2.0, 16.0}) {
        EXPECT_EQ(apply_exposure(gain, 0.0), 0.0);
        EXPECT_NEAR(apply_exposure(gain, 1.0), 1.0, 1e-15);
        double last = 0.0;
        for (double x = 0.01; x <= 1.0; x += 0.01) {
            const double y = apply_exposure(gain, x);
            EXPECT_GT(y, last) << gain << " " << x;
            last = y;
        }
    }
}

TEST(ExposureCurve, GainsMultiply) {
    EXPECT_NEAR(apply_exposure(1.3, apply_exposure(2.0, 0.2)), apply_exposure(2.6, 0.2), 1e-15);
}

TEST(ExposureCurve, GainTakesFromToTo) {
    for (const double from : {0.01, 0.18, 0.7}) {
        for (const double to : {0.05, 0.18, 0.9}) {
            EXPECT_NEAR(apply_exposure(exposure_gain(from, to), from), to, 1e-14);
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
