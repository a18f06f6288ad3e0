#include "limpid/preset.hpp"

#include <gtest/gtest.h>

namespace limpid::preset_test {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

constexpr Preset kAll[] = {Preset::natural,   Preset::vivid,    Preset::portrait,
                           Preset::landscape, Preset::document, Preset::restore};

TEST(Preset, NaturalIsTheRecipeAsItWasDecided) {
    Recipe recipe;
    recipe.exposure.exposure_ev = dec(0.7);
    recipe.exposure.reason = "Brightened.";
    EXPECT_EQ(apply_preset(recipe, Preset::natural), recipe);
}

TEST(Preset, ScalesWhatWasDecidedAndAddsToIt) {
    Recipe recipe;
    recipe.vibrance.vibrance = dec(0.1);
    recipe.vibrance.reason = "Strengthens muted colours.";
    const Recipe vivid = apply_preset(recipe, Preset::vivid);
    EXPECT_EQ(vivid.vibrance.vibrance, dec(1.3 * 0.1 + 0.2));
    EXPECT_EQ(vivid.vibrance.reason,
              "Strengthens muted colours. The preset vivid changes the amount.");
    EXPECT_EQ(vivid.exposure, recipe.exposure);
}

TEST(Preset, MeasuresFromTheValueThatChangesNothing) {
    Recipe recipe;
    recipe.tone.white_point = dec(0.9);
    recipe.white_balance.red_gain = dec(0.9);
    const Recipe restored = apply_preset(recipe, Preset::restore);
    EXPECT_EQ(restored.tone.white_point, dec(1 - 1.4 * 0.1));
    EXPECT_EQ(restored.white_balance, recipe.white_balance) << "more would be a cast of its own";
}

TEST(Preset, GainOfZeroLeavesTheCorrectionOut) {
    Recipe recipe;
    recipe.vibrance.vibrance = dec(0.3);
    EXPECT_EQ(apply_preset(recipe, Preset::document).vibrance.vibrance, dec(0));
}

TEST(Preset, PortraitProtectsSkin) {
    const Recipe portrait = apply_preset(Recipe{}, Preset::portrait);
    EXPECT_EQ(portrait.vibrance.skin_protection, dec(1));
}

TEST(Preset, StaysWithinTheRangesAtTheirEnds) {
    Recipe recipe;
    recipe.tone.contrast = dec(1);
    recipe.tone.white_point = dec(0.5);
    recipe.tone.black_point = dec(0.25);
    recipe.vibrance.vibrance = dec(1);
    recipe.denoise.luma_sigma = dec(0.2);
    recipe.white_balance.red_gain = dec(4);
    recipe.white_balance.blue_gain = dec(0.25);
    recipe.sharpen.amount = dec(4);
    for (const Preset preset : kAll) {
        EXPECT_TRUE(validate(apply_preset(recipe, preset)).has_value()) << to_string(preset);
    }
}

TEST(Preset, NamesAreThoseOfTheTable) {
    EXPECT_EQ(to_string(Preset::natural), "natural");
    EXPECT_EQ(to_string(Preset::restore), "restore");
}

}  // namespace
}  // namespace limpid::preset_test
