#include "lut/evaluate.hpp"

#include <gtest/gtest.h>

#include <cstddef>

namespace limpid::lut::evaluate_test {
namespace {

/// Output = input at every point.
Lut identity(int points, double least = 0, double most = 1) {
    Lut lut;
    lut.points = points;
    lut.domain_min.fill(least);
    lut.domain_max.fill(most);
    const auto level = [&](int i) { return least + (most - least) * i / (points - 1); };
    for (int b = 0; b < points; ++b) {
        for (int g = 0; g < points; ++g) {
            for (int r = 0; r < points; ++r) {
                lut.values.insert(lut.values.end(), {level(r), level(g), level(b)});
            }
        }
    }
    return lut;
}

TEST(Evaluate, AnIdentityLatticeReturnsTheColour) {
    for (const Levels& colour : {Levels{0, 0, 0}, Levels{1, 1, 1}, Levels{0.2, 0.7, 0.45},
                                 Levels{0.9, 0.1, 0.1}, Levels{0.5, 0.5, 0.25}}) {
        const Levels result = evaluate(identity(5), colour);
        for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(result[c], colour[c], 1e-15);
    }
}

TEST(Evaluate, OutsideTheDomainTheNearestColourCounts) {
    const Levels result = evaluate(identity(3, 0.25, 0.75), {0.0, 0.5, 1.0});
    EXPECT_DOUBLE_EQ(result[0], 0.25);
    EXPECT_DOUBLE_EQ(result[1], 0.5);
    EXPECT_DOUBLE_EQ(result[2], 0.75);
}

TEST(Evaluate, CurvesAreInterpolatedPerChannel) {
    Lut lut;
    lut.is_3d = false;
    lut.points = 3;
    lut.values = {0, 1, 0, 0.5, 0.5, 0.2, 1, 0, 1};
    const Levels result = evaluate(lut, {0.25, 0.25, 0.75});
    EXPECT_DOUBLE_EQ(result[0], 0.25);
    EXPECT_DOUBLE_EQ(result[1], 0.75);
    EXPECT_DOUBLE_EQ(result[2], 0.6);
}

/// The corners that share a diagonal are the ones tetrahedra interpolate between.
TEST(Evaluate, GreyStaysOnTheDiagonal) {
    Lut lut = identity(2);
    for (const std::size_t off_diagonal : {1u, 2u, 3u, 4u, 5u, 6u}) {
        for (std::size_t c = 0; c < 3; ++c) lut.values[3 * off_diagonal + c] = 0.99;
    }
    for (const double grey : {0.0, 0.3, 0.5, 0.8, 1.0}) {
        for (const double level : evaluate(lut, {grey, grey, grey}))
            EXPECT_NEAR(level, grey, 1e-15);
    }
}

}  // namespace
}  // namespace limpid::lut::evaluate_test
