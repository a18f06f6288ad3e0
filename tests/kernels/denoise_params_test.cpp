#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/denoise.hpp"

namespace limpid::testing::denoise_params_test {
namespace {

using kernels::DenoiseLevels;
using kernels::make_denoise_params;

TEST(DenoiseParams, NothingToRemoveGivesZeroTables) {
    const auto params = make_denoise_params({.jpeg_quality = 30}, PixelFormat::rgb8);
    ASSERT_TRUE(params);
    EXPECT_EQ(params->luma, kernels::ShrinkTable{});
    EXPECT_EQ(params->chroma, kernels::ShrinkTable{});
    EXPECT_EQ(params->chroma_coring, 0);
}

TEST(DenoiseParams, LumaNoiseAloneLeavesChromaAndTheOtherWayRound) {
    const auto luma = make_denoise_params({.luma_sigma = 0.1}, PixelFormat::rgb16);
    ASSERT_TRUE(luma);
    EXPECT_NE(luma->luma, kernels::ShrinkTable{});
    EXPECT_EQ(luma->chroma, kernels::ShrinkTable{});
    EXPECT_EQ(luma->chroma_coring, 0);
    const auto chroma = make_denoise_params({.chroma_sigma = 0.1}, PixelFormat::rgb16);
    ASSERT_TRUE(chroma);
    EXPECT_EQ(chroma->luma, kernels::ShrinkTable{});
    EXPECT_NE(chroma->chroma, kernels::ShrinkTable{});
}

TEST(DenoiseParams, GreyHasNoChroma) {
    const auto params = make_denoise_params(
        {.luma_sigma = 0.1, .chroma_sigma = 0.1, .deblock_amount = 1, .jpeg_quality = 10},
        PixelFormat::gray8);
    ASSERT_TRUE(params);
    EXPECT_EQ(params->chroma, kernels::ShrinkTable{});
    EXPECT_EQ(params->chroma_coring, 0);
}

TEST(DenoiseParams, WhiteNoiseIsEqualOverFrequenciesButForTheTransformsFactors) {
    // 10 of 255: 160 in 16ths of a step.
    const auto params = make_denoise_params({.luma_sigma = 10.0 / 255}, PixelFormat::gray8);
    ASSERT_TRUE(params);
    EXPECT_EQ(params->luma.threshold[0], 0);
    EXPECT_EQ(params->luma.variance[0], 0);
    constexpr int kPower = 160 * 160 * 83 / 100;
    EXPECT_EQ(params->luma.variance[8 * 2 + 3], kPower);
    EXPECT_EQ(params->luma.variance[8 * 2 + 4], 2 * kPower);
    EXPECT_EQ(params->luma.variance[8 * 7 + 1], 4 * kPower);
    EXPECT_EQ(params->luma.threshold[8 * 2 + 3], 432);  // 2.7 sigma
    EXPECT_EQ(params->luma.threshold[8 * 7 + 1], 864);
}

TEST(DenoiseParams, QuantisationFollowsTheTablesOfTheQuality) {
    const auto at = [](double quality) {
        const auto params =
            make_denoise_params({.deblock_amount = 1, .jpeg_quality = quality}, PixelFormat::gray8);
        return params ? params->luma : kernels::ShrinkTable{};
    };
    // Annex K at quality 50: 10 at u = 2, v = 0 and 14 at u = 0, v = 2; both with one factor 2.
    const double ratio = static_cast<double>(at(50).variance[8 * 2]) / at(50).variance[2];
    EXPECT_NEAR(ratio, 100.0 / 196.0, 0.001);
    // Quality 10 multiplies steps by 5, powers by 25 (24 of Annex K reaches 120).
    EXPECT_NEAR(static_cast<double>(at(10).variance[8 * 4]) / at(50).variance[8 * 4], 25, 0.001);
    // Quality 1 ends at 255, quality 100 at 1.
    EXPECT_NEAR(static_cast<double>(at(1).variance[63]) / at(100).variance[63], 255 * 255,
                0.01 * 255 * 255);
}

TEST(DenoiseParams, NoiseAndQuantisationAddUp) {
    const DenoiseLevels both = {.luma_sigma = 0.02, .deblock_amount = 0.7, .jpeg_quality = 35};
    DenoiseLevels noise = both, artefacts = both;
    noise.deblock_amount = 0;
    artefacts.luma_sigma = 0;
    const auto sum = make_denoise_params(both, PixelFormat::gray8);
    const auto first = make_denoise_params(noise, PixelFormat::gray8);
    const auto second = make_denoise_params(artefacts, PixelFormat::gray8);
    ASSERT_TRUE(sum && first && second);
    for (std::size_t i = 1; i < 64; ++i) {
        EXPECT_NEAR(sum->luma.variance[i], first->luma.variance[i] + second->luma.variance[i], 1);
        EXPECT_NEAR(sum->luma.threshold[i],
                    std::hypot(first->luma.threshold[i], second->luma.threshold[i]), 2);
    }
}

TEST(DenoiseParams, TheStrongestLevelsAreWithinTheKernelsRanges) {
    const auto params = make_denoise_params(
        {.luma_sigma = 0.2, .chroma_sigma = 0.2, .deblock_amount = 1, .jpeg_quality = 1},
        PixelFormat::rgb8);
    ASSERT_TRUE(params);
    for (const kernels::ShrinkTable& table : {params->luma, params->chroma}) {
        for (std::size_t i = 0; i < 64; ++i) {
            EXPECT_GE(table.threshold[i], 0);
            EXPECT_GE(table.variance[i], 0);
            EXPECT_LE(table.variance[i], kernels::kMaxNoiseVariance);
        }
    }
    EXPECT_LE(params->chroma_coring, 2040);
}

TEST(DenoiseParams, RefusesLevelsOutOfRange) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const DenoiseLevels& levels : {
             DenoiseLevels{.luma_sigma = -0.01},
             DenoiseLevels{.luma_sigma = 0.21},
             DenoiseLevels{.luma_sigma = nan},
             DenoiseLevels{.chroma_sigma = 0.21},
             DenoiseLevels{.deblock_amount = 1.1},
             DenoiseLevels{.deblock_amount = nan},
             DenoiseLevels{.jpeg_quality = 0},
             DenoiseLevels{.jpeg_quality = 101},
         }) {
        const auto params = make_denoise_params(levels, PixelFormat::rgb8);
        ASSERT_FALSE(params);
        EXPECT_EQ(params.error().id(), ErrorCode::argument_invalid);
    }
}

}  // namespace
}  // namespace limpid::testing::denoise_params_test
