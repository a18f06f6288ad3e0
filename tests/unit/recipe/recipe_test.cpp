#include "limpid/recipe.hpp"

#include <gtest/gtest.h>

#include "recipe/fields.hpp"

namespace limpid::recipe_test {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

TEST(RecipeTable, EveryFieldIsReachedAndStartsAtItsIdentity) {
    Recipe recipe;
    for (const recipe::Op& op : recipe::ops()) {
        EXPECT_FALSE(op.fields.empty()) << op.name;
        for (const recipe::Field& field : op.fields) {
            EXPECT_EQ(field.get(recipe), field.identity) << op.name << "/" << field.name;
            EXPECT_LE(field.min, field.identity);
            EXPECT_LE(field.identity, field.max);
            field.get_mutable(recipe) = field.max;
            EXPECT_EQ(field.get(recipe), field.max);
        }
    }
    EXPECT_TRUE(validate(recipe).has_value());
    EXPECT_FALSE(is_identity(recipe));
}

TEST(Recipe, DefaultChangesNothing) {
    EXPECT_TRUE(is_identity(Recipe{}));
    EXPECT_TRUE(validate(Recipe{}).has_value());
}

// sharpen's radius, threshold and overshoot shape a detail whose amount is 0: they change nothing
// alone.
TEST(Recipe, EveryAmountAloneChangesSomething) {
    for (const recipe::Op& op : recipe::ops()) {
        for (const recipe::Field& field : op.fields) {
            if (field.kind == recipe::FieldKind::parameter) continue;
            Recipe recipe;
            field.get_mutable(recipe) = field.identity == field.max ? field.min : field.max;
            EXPECT_FALSE(is_identity(recipe)) << op.name << "/" << field.name;
            op.get_mutable(recipe).strength = dec(0);
            EXPECT_TRUE(is_identity(recipe)) << op.name << "/" << field.name;
        }
    }
}

TEST(Recipe, ValidateNamesTheMemberThatIsOutOfRange) {
    for (const recipe::Op& op : recipe::ops()) {
        for (const recipe::Field& field : op.fields) {
            for (const int beyond : {-1, 1}) {
                Recipe recipe;
                field.get_mutable(recipe).ten_thousandths =
                    (beyond < 0 ? field.min : field.max).ten_thousandths + beyond;
                const Status status = validate(recipe);
                ASSERT_FALSE(status.has_value());
                EXPECT_EQ(status.error().id(), ErrorCode::recipe_out_of_range);
                const std::string pointer =
                    "/" + std::string(op.name) + "/" + std::string(field.name) + " ";
                EXPECT_EQ(status.error().found().find(pointer), 0u) << status.error().found();
            }
        }
    }
}

TEST(Recipe, ScalingMultipliesStrengths) {
    Recipe recipe;
    recipe.exposure.strength = dec(0.5);
    const auto half = scaled(recipe, dec(0.5));
    ASSERT_TRUE(half.has_value());
    EXPECT_EQ(half->exposure.strength, dec(0.25));
    EXPECT_EQ(half->tone.strength, dec(0.5));
    EXPECT_EQ(scaled(recipe, dec(1)).value(), recipe);
    EXPECT_FALSE(scaled(recipe, dec(1.0001)).has_value());
    EXPECT_FALSE(scaled(recipe, dec(-0.0001)).has_value());
}

}  // namespace
}  // namespace limpid::recipe_test
