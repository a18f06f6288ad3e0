#include <gtest/gtest.h>

#include "limpid/analysis.hpp"
#include "recipe/fields.hpp"

namespace limpid {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

Percentiles spread(double p1, double p50, double p99) {
    return {.p1 = dec(p1),
            .p5 = dec(p1 + (p50 - p1) * 0.15),
            .p25 = dec(p1 + (p50 - p1) * 0.55),
            .p50 = dec(p50),
            .p75 = dec(p50 + (p99 - p50) * 0.45),
            .p95 = dec(p50 + (p99 - p50) * 0.85),
            .p99 = dec(p99)};
}

/// A photograph that nobody would touch.
Analysis good_photo() {
    Analysis a;
    a.luma = a.red = a.green = a.blue = spread(0.0, 0.47, 1.0);
    a.luma.p5 = dec(0.06);
    a.luma.p95 = dec(0.93);
    a.luma_mean = a.luma_mean_center = dec(0.47);
    const Illuminant neutral = {dec(0.3333), dec(0.3333), dec(0.3333)};
    a.illuminant_pca = a.illuminant_shades_of_gray = neutral;
    a.neutral_share = dec(0.3);
    a.chroma_mean = dec(0.26);
    a.chroma_p95 = dec(0.5);
    a.edge_width_px = dec(1.9);
    a.noise_sigma = dec(0.004);
    return a;
}

TEST(Decide, LeavesAGoodPhotoAlone) { EXPECT_TRUE(is_identity(decide(good_photo()))); }

TEST(Decide, EveryCorrectionSaysWhyAlsoWhenItDoesNothing) {
    for (const Analysis& a : {good_photo(), Analysis{}}) {
        const Recipe recipe = decide(a);
        for (const recipe::Op& op : recipe::ops()) {
            EXPECT_FALSE(op.get(recipe).reason.empty()) << op.name;
            EXPECT_FALSE(op.get(recipe).evidence.empty()) << op.name;
        }
    }
}

TEST(Decide, BrightensADarkPhotoAndSaysBySoMuch) {
    Analysis a = good_photo();
    a.luma = spread(0.0, 0.2, 0.7);
    const Recipe recipe = decide(a);
    EXPECT_GT(recipe.exposure.exposure_ev, dec(0.4));
    EXPECT_LT(recipe.exposure.exposure_ev, dec(1.3001));
    EXPECT_EQ(recipe.exposure.confidence, dec(1));
}

TEST(Decide, IsMoreCarefulWhenThereAreBrightParts) {
    Analysis a = good_photo();
    a.luma = spread(0.0, 0.2, 0.7);
    const Decimal plain = decide(a).exposure.exposure_ev;
    a.luma.p95 = dec(0.98);
    EXPECT_LT(decide(a).exposure.exposure_ev, plain);
}

TEST(Decide, NightStaysNight) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.0, 0.03, 0.9);
    a.luma.p75 = dec(0.08);
    EXPECT_LT(decide(a).exposure.exposure_ev, dec(0.5));
}

TEST(Decide, DocumentsAreLeftAlone) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.05, 0.96, 0.98);
    a.chroma_mean = dec(0.01);
    EXPECT_TRUE(is_identity(decide(a)));
}

TEST(Decide, StretchesAFlatPhotoWithoutCuttingAnyChannel) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.2, 0.45, 0.75);
    a.blue.p1 = dec(0.08);
    const Recipe recipe = decide(a);
    EXPECT_GT(recipe.tone.black_point, dec(0.03));
    EXPECT_LT(recipe.tone.black_point, dec(0.08));
    EXPECT_LT(recipe.tone.white_point, dec(0.95));
    EXPECT_GT(recipe.tone.contrast, dec(0));
}

TEST(Decide, RemovesPartOfACastThatBothEstimatesSee) {
    Analysis a = good_photo();
    a.illuminant_pca = {dec(0.37), dec(0.335), dec(0.295)};
    a.illuminant_shades_of_gray = {dec(0.365), dec(0.335), dec(0.30)};
    a.cast_deg = dec(5.0);
    a.illuminant_disagreement_deg = dec(0.7);
    const WhiteBalance wb = decide(a).white_balance;
    EXPECT_LT(wb.red_gain, dec(1));
    EXPECT_GT(wb.blue_gain, dec(1));
    // Only part of it: the whole would be 1/3 / 0.2975.
    EXPECT_LT(wb.blue_gain, dec(1.12));
}

TEST(Decide, LeavesCastsAloneThatEstimatesDisputeOrThatAreTheScene) {
    Analysis a = good_photo();
    a.illuminant_pca = {dec(0.37), dec(0.335), dec(0.295)};
    a.illuminant_shades_of_gray = {dec(0.30), dec(0.335), dec(0.365)};
    a.cast_deg = dec(5.0);
    a.illuminant_disagreement_deg = dec(9.0);
    EXPECT_EQ(decide(a).white_balance.red_gain, dec(1));
    a.illuminant_disagreement_deg = dec(0.5);
    a.cast_deg = dec(20.0);
    EXPECT_EQ(decide(a).white_balance.red_gain, dec(1));
    a.cast_deg = dec(5.0);
    a.neutral_share = dec(0.0);
    EXPECT_EQ(decide(a).white_balance.red_gain, dec(1));
}

TEST(Decide, MonochromeKeepsItsTone) {
    Analysis a = good_photo();
    a.monochrome = true;
    a.chroma_mean = a.chroma_p95 = dec(0);
    const Recipe recipe = decide(a);
    EXPECT_EQ(recipe.white_balance.red_gain, dec(1));
    EXPECT_EQ(recipe.vibrance.vibrance, dec(0));
}

TEST(Decide, DoesNotSharpenNoise) {
    Analysis a = good_photo();
    a.edge_width_px = dec(4);
    EXPECT_GT(decide(a).sharpen.amount, dec(0.3));
    a.noise_sigma = dec(0.05);
    EXPECT_EQ(decide(a).sharpen.amount, dec(0));
}

/// Whatever the numbers, the recipe is one that validate() accepts.
TEST(Decide, NeverLeavesTheRanges) {
    std::uint32_t state = 1;
    const auto next = [&state] {  // numerical recipes' LCG; the sequence is fixed
        state = state * 1664525U + 1013904223U;
        return dec(static_cast<double>(state >> 8) / (1 << 24));
    };
    for (int i = 0; i < 5000; ++i) {
        Analysis a;
        for (Percentiles* p : {&a.luma, &a.red, &a.green, &a.blue}) {
            *p = {next(), next(), next(), next(), next(), next(), next()};
        }
        a.illuminant_pca = {next(), next(), next()};
        a.illuminant_shades_of_gray = {next(), next(), next()};
        a.cast_deg = dec(next().to_double() * 20);
        a.illuminant_disagreement_deg = dec(next().to_double() * 8);
        a.neutral_share = next();
        a.chroma_mean = next();
        a.chroma_p95 = next();
        a.edge_width_px = dec(next().to_double() * 12);
        a.noise_sigma = dec(next().to_double() * 0.1);
        const Status valid = validate(decide(a));
        ASSERT_TRUE(valid.has_value()) << valid.error().message();
    }
}

}  // namespace
}  // namespace limpid
