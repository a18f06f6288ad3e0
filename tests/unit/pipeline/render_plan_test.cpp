#include "pipeline/render_plan.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/exact_math.hpp"
#include "base/tone_curve.hpp"
#include "recipe/fields.hpp"

namespace limpid::pipeline::render_plan_test {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

RenderPlan plan_of(const Recipe& recipe, PixelFormat format = PixelFormat::rgb8) {
    auto plan = make_render_plan(recipe, {.size = {64, 48}, .format = format});
    EXPECT_TRUE(plan.has_value());
    return *plan;
}

std::vector<std::uint16_t> tables_of(const Recipe& recipe, PixelFormat format) {
    const RenderPlan plan = plan_of(recipe, format);
    EXPECT_TRUE(plan.colour.has_value());
    return plan.colour ? plan.colour->tables : std::vector<std::uint16_t>(65536);
}

TEST(RenderPlan, IdentityHasNoStage) {
    EXPECT_TRUE(plan_of({}).is_identity());
    EXPECT_TRUE(plan_of({}, PixelFormat::rgba16).is_identity());
}

TEST(RenderPlan, AgreesWithIsIdentity) {
    for (const recipe::Op& op : recipe::ops()) {
        for (const recipe::Field& field : op.fields) {
            Recipe recipe;
            field.get_mutable(recipe) = field.identity == field.max ? field.min : field.max;
            EXPECT_EQ(plan_of(recipe).is_identity(), is_identity(recipe)) << field.name;
            op.get_mutable(recipe).strength = dec(0);
            EXPECT_TRUE(plan_of(recipe).is_identity()) << field.name;
        }
    }
}

TEST(RenderPlan, OnlyLocalCorrectionsNeedAProxy) {
    Recipe recipe;
    recipe.exposure.exposure_ev = dec(1);
    recipe.vibrance.vibrance = dec(0.5);
    recipe.sharpen.amount = dec(1);
    recipe.denoise.luma_sigma = dec(0.02);
    EXPECT_FALSE(plan_of(recipe).needs_proxy());
    recipe.local_contrast.amount = dec(0.1);
    EXPECT_TRUE(plan_of(recipe).needs_proxy());
    Recipe hazy;
    hazy.dehaze.amount = dec(0.5);
    EXPECT_TRUE(plan_of(hazy).needs_proxy());
}

TEST(RenderPlan, LeavesOutASizeThatIsThereAlready) {
    RenderRequest request = {.size = {64, 48}, .resize = Resize{.width_px = 64, .height_px = 48}};
    EXPECT_TRUE(make_render_plan({}, request)->is_identity());
    request.resize->width_px = 32;
    EXPECT_FALSE(make_render_plan({}, request)->is_identity());
    request.resize->width_px = -1;
    const auto refused = make_render_plan({}, request);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::resize_out_of_range);
}

TEST(RenderPlan, TablesAreMonotoneAndSpanTheRange) {
    Recipe recipe;
    recipe.white_balance.red_gain = dec(1.3);
    recipe.white_balance.blue_gain = dec(0.7);
    recipe.exposure.exposure_ev = dec(0.8);
    recipe.tone.contrast = dec(0.4);
    for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::rgb16}) {
        const std::vector<std::uint16_t> tables = tables_of(recipe, format);
        const std::size_t entries = format == PixelFormat::rgb8 ? 256 : 65536;
        const int scale =
            format == PixelFormat::rgb8 ? kernels::kColourScale8 : kernels::kColourScale16;
        ASSERT_EQ(tables.size(), 3 * entries);
        for (std::size_t c = 0; c < 3; ++c) {
            const auto table = std::span(tables).subspan(c * entries, entries);
            EXPECT_EQ(table.front(), 0) << "black stays black";
            EXPECT_EQ(table.back(), scale) << "white stays white under any white balance";
            for (std::size_t i = 1; i < entries; ++i) ASSERT_GE(table[i], table[i - 1]);
        }
    }
}

/// One stop is a factor of two in linear light, where the shoulder has not begun.
TEST(RenderPlan, ExposureCountsInStops) {
    Recipe recipe;
    recipe.exposure.exposure_ev = dec(1);
    const std::vector<std::uint16_t> table = tables_of(recipe, PixelFormat::rgb16);
    // 400/65535 is on the straight part of sRGB before and after; 2x / (1 + x) with x tiny.
    EXPECT_NEAR(table[400], 800, 1);
}

TEST(RenderPlan, BalancesBeforeItExposes) {
    Recipe recipe;
    recipe.white_balance.red_gain = dec(1.5);
    recipe.exposure.exposure_ev = dec(1);
    const std::vector<std::uint16_t> table = tables_of(recipe, PixelFormat::rgb16);
    const double scale = kernels::kColourScale16;
    for (const std::size_t level : {400U, 20000U, 45000U, 60000U}) {
        const double linear = srgb_to_linear(static_cast<double>(level) / 65535.0);
        const double wanted = linear_to_srgb(apply_exposure(2.0, apply_white_balance(1.5, linear)));
        EXPECT_NEAR(table[level], wanted * scale, 1.0) << level;
    }
}

TEST(RenderPlan, StrengthMovesAmountsTowardsIdentity) {
    Recipe full;
    full.exposure.exposure_ev = dec(1);
    Recipe doubled_at_half;
    doubled_at_half.exposure.exposure_ev = dec(2);
    doubled_at_half.exposure.strength = dec(0.5);
    EXPECT_EQ(tables_of(full, PixelFormat::rgb8), tables_of(doubled_at_half, PixelFormat::rgb8));
}

TEST(RenderPlan, GrayImagesHaveOneTableAndNoVibrance) {
    Recipe recipe;
    recipe.vibrance.vibrance = dec(1);
    EXPECT_TRUE(plan_of(recipe, PixelFormat::gray8).is_identity());
    recipe.exposure.exposure_ev = dec(1);
    EXPECT_EQ(tables_of(recipe, PixelFormat::gray8).size(), 256u);
    EXPECT_EQ(tables_of(recipe, PixelFormat::gray16).size(), 65536u);
}

}  // namespace
}  // namespace limpid::pipeline::render_plan_test
