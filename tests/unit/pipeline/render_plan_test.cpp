#include "pipeline/render_plan.hpp"

#include <gtest/gtest.h>

#include "recipe/fields.hpp"

namespace limpid::pipeline {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

RenderPlan plan_of(const Recipe& recipe, PixelFormat format = PixelFormat::rgb8) {
    auto plan = make_render_plan(recipe, format);
    EXPECT_TRUE(plan.has_value());
    return *plan;
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

TEST(RenderPlan, TablesAreMonotoneAndSpanTheRange) {
    Recipe recipe;
    recipe.white_balance.red_gain = dec(1.3);
    recipe.white_balance.blue_gain = dec(0.7);
    recipe.exposure.exposure_ev = dec(0.8);
    recipe.tone.contrast = dec(0.4);
    for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::rgb16}) {
        const RenderPlan plan = plan_of(recipe, format);
        const std::size_t entries = format == PixelFormat::rgb8 ? 256 : 65536;
        const int scale =
            format == PixelFormat::rgb8 ? kernels::kColourScale8 : kernels::kColourScale16;
        ASSERT_EQ(plan.colour_tables.size(), 3 * entries);
        for (std::size_t c = 0; c < 3; ++c) {
            const auto table = std::span(plan.colour_tables).subspan(c * entries, entries);
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
    const RenderPlan plan = plan_of(recipe, PixelFormat::rgb16);
    // 400/65535 is on the straight part of sRGB before and after; 2x / (1 + x) with x tiny.
    EXPECT_NEAR(plan.colour_tables[400], 800, 1);
}

TEST(RenderPlan, StrengthMovesAmountsTowardsIdentity) {
    Recipe full;
    full.exposure.exposure_ev = dec(1);
    Recipe doubled_at_half;
    doubled_at_half.exposure.exposure_ev = dec(2);
    doubled_at_half.exposure.strength = dec(0.5);
    EXPECT_EQ(plan_of(full).colour_tables, plan_of(doubled_at_half).colour_tables);
}

TEST(RenderPlan, GrayImagesHaveOneTableAndNoVibrance) {
    Recipe recipe;
    recipe.vibrance.vibrance = dec(1);
    EXPECT_TRUE(plan_of(recipe, PixelFormat::gray8).is_identity());
    recipe.exposure.exposure_ev = dec(1);
    EXPECT_EQ(plan_of(recipe, PixelFormat::gray8).colour_tables.size(), 256u);
    EXPECT_EQ(plan_of(recipe, PixelFormat::gray16).colour_tables.size(), 65536u);
}

}  // namespace
}  // namespace limpid::pipeline
