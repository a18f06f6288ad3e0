#include "kernels/gaussian_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace limpid::testing::gaussian_weights_test {
namespace {

using kernels::BlurWeights;
using kernels::gaussian_weights;

int sum_of(const BlurWeights& weights) {
    int sum = weights[0];
    for (std::size_t i = 1; i < weights.size(); i++) sum += 2 * weights[i];
    return sum;
}

TEST(GaussianWeights, SumExactlyAndFallOff) {
    for (int i = 300; i <= 2000; i++) {
        const auto weights = gaussian_weights(i / 1000.0);
        ASSERT_TRUE(weights) << i;
        EXPECT_EQ(sum_of(*weights), kernels::kBlurWeightSum) << i;
        EXPECT_LT((*weights)[0], kernels::kBlurWeightSum) << i;
        for (std::size_t j = 1; j < weights->size(); j++) {
            EXPECT_GE((*weights)[j - 1], (*weights)[j]) << i;
        }
    }
}

TEST(GaussianWeights, AreTheGaussian) {
    for (const double radius_px : {0.3, 0.5, 0.8, 1.0, 1.37, 2.0}) {
        const auto weights = gaussian_weights(radius_px);
        ASSERT_TRUE(weights);
        double total = 0.0;
        for (int i = -4; i <= 4; i++) total += std::exp(-i * i / (2 * radius_px * radius_px));
        for (int i = 0; i <= 4; i++) {
            const double exact =
                std::exp(-i * i / (2 * radius_px * radius_px)) / total * kernels::kBlurWeightSum;
            // The centre also takes the rounding of the eight other taps.
            EXPECT_NEAR((*weights)[static_cast<std::size_t>(i)], exact, i == 0 ? 4.5 : 0.5001)
                << radius_px;
        }
    }
}

TEST(GaussianWeights, AreTheSameOnEveryTarget) {
    EXPECT_EQ(*gaussian_weights(1.0), (BlurWeights{13074, 7929, 1769, 145, 4}));
    EXPECT_EQ(*gaussian_weights(2.0), (BlurWeights{6690, 5904, 4058, 2172, 905}));
}

TEST(GaussianWeights, RefuseOtherRadii) {
    for (const double radius_px :
         {0.0, -1.0, 0.2999, 2.0001, 1e300, std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()}) {
        const auto weights = gaussian_weights(radius_px);
        ASSERT_FALSE(weights) << radius_px;
        EXPECT_EQ(weights.error().id(), ErrorCode::argument_invalid);
    }
}

}  // namespace
}  // namespace limpid::testing::gaussian_weights_test
