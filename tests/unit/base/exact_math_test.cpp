#include "base/exact_math.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace limpid::exact_math_test {
namespace {

TEST(ExactMath, AgreesWithLibmToFourteenDigits) {
    for (int i = 0; i <= 4096; ++i) {
        const double v = i / 4096.0;
        const double linear = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
        EXPECT_NEAR(srgb_to_linear(v), linear, 1e-14 + 1e-14 * linear) << v;
        const double encoded = v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
        EXPECT_NEAR(linear_to_srgb(v), encoded, 1e-13) << v;
        EXPECT_NEAR(cbrt_exact(v), std::cbrt(v), 1e-14) << v;
    }
    for (double e = -15.9; e < 16; e += 0.0371) {
        EXPECT_NEAR(exp2_exact(e) / std::exp2(e), 1.0, 1e-11) << e;
        EXPECT_NEAR(log2_exact(std::exp2(e)), e, 1e-11) << e;
    }
}

// Digests of the exact bits: this is what makes tables the same on every target.
TEST(ExactMath, BitsAreTheSameOnEveryTarget) {
    std::uint64_t digest = 14695981039346656037ULL;  // FNV-1a, 64 bit
    const auto mix = [&digest](double value) {
        digest = (digest ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211ULL;
    };
    for (int i = 0; i <= 1000; ++i) {
        const double v = i / 1000.0;
        mix(srgb_to_linear(v));
        mix(linear_to_srgb(v));
        mix(cbrt_exact(v));
        mix(exp2_exact(v * 8 - 4));
        mix(log2_exact(v + 0.001));
        mix(angle_deg(normalised({1, v, 0.5}), normalised({v, 1, 0.7})));
    }
    EXPECT_EQ(digest, 6832528305532798630ULL);
}

TEST(ExactMath, WholeExponentsAreExact) {
    EXPECT_EQ(exp2_exact(0), 1.0);
    EXPECT_EQ(exp2_exact(3), 8.0);
    EXPECT_EQ(exp2_exact(-2), 0.25);
    EXPECT_EQ(log2_exact(1.0), 0.0);
    EXPECT_EQ(log2_exact(8.0), 3.0);
}

TEST(ExactMath, RoundTripsEvery16BitLevel) {
    for (int i = 0; i <= 65535; i += 13) {
        const double v = i / 65535.0;
        EXPECT_NEAR(linear_to_srgb(srgb_to_linear(v)), v, 1e-12);
    }
}

TEST(ExactMath, MeasuresAngles) {
    const auto at = [](double degrees) {
        const double radians = degrees * 3.14159265358979323846 / 180;
        return Vec3{std::cos(radians), std::sin(radians), 0};
    };
    for (const double degrees : {0.0, 0.001, 1.5, 30.0, 60.0, 89.0}) {
        EXPECT_NEAR(angle_deg({1, 0, 0}, at(degrees)), degrees, 1e-6) << degrees;
    }
    EXPECT_EQ(angle_deg({1, 0, 0}, {-1, 0, 0}), 90.0);
}

TEST(ExactMath, ClampsWhatLiesOutside) {
    const double nan = std::nan("");
    EXPECT_EQ(srgb_to_linear(-1), 0.0);
    EXPECT_EQ(srgb_to_linear(2), srgb_to_linear(1));
    EXPECT_EQ(srgb_to_linear(nan), 0.0);
    EXPECT_EQ(linear_to_srgb(nan), 0.0);
    EXPECT_EQ(normalised({0, 0, 0}).x, 0.0);
}

}  // namespace
}  // namespace limpid::exact_math_test
