#include <gtest/gtest.h>

#include <string>

#include "limpid/recipe.hpp"
#include "recipe/fields.hpp"

namespace limpid::parse_test {
namespace {

ErrorCode error_of(std::string_view json) {
    const auto recipe = parse_recipe(json);
    EXPECT_FALSE(recipe.has_value()) << json;
    return recipe ? ErrorCode::internal_failure : recipe.error().id();
}

std::string found_in(std::string_view json) {
    const auto recipe = parse_recipe(json);
    return recipe ? "" : recipe.error().found();
}

Recipe full_recipe() {
    Recipe recipe;
    for (const recipe::Op& op : recipe::ops()) {
        Correction& c = op.get_mutable(recipe);
        c.strength = Decimal::from_double(0.75);
        c.confidence = Decimal::from_double(0.5);
        c.reason = "Because \"quotes\", \\ and \u20ac.";
        c.evidence = {{"cast", Decimal::from_double(-3.25), "degrees"}};
        for (const recipe::Field& field : op.fields) {
            field.get_mutable(recipe).ten_thousandths =
                (field.min.ten_thousandths + field.max.ten_thousandths) / 2 + 1;
        }
    }
    return recipe;
}

TEST(RecipeJson, RoundTripsEveryMember) {
    const Recipe recipe = full_recipe();
    const std::string json = to_json(recipe);
    const auto parsed = parse_recipe(json);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message();
    EXPECT_EQ(*parsed, recipe);
    EXPECT_EQ(to_json(*parsed), json);
}

TEST(RecipeJson, IsCanonical) {
    Recipe recipe;
    recipe.exposure.exposure_ev = Decimal::from_double(0.5);
    EXPECT_EQ(
        to_json(recipe),
        R"({"deblock":{"amount":0,"confidence":0,"evidence":[],"quality":100,"reason":"","strength":1},)"
        R"("dehaze":{"airlight_blue":1,"airlight_green":1,"airlight_red":1,"amount":0,"confidence":0,"evidence":[],"reason":"","strength":1},)"
        R"("denoise":{"chroma_sigma":0,"confidence":0,"evidence":[],"luma_sigma":0,"reason":"","strength":1},)"
        R"("exposure":{"confidence":0,"evidence":[],"exposure_ev":0.5,"reason":"","strength":1},)"
        R"("local_contrast":{"amount":0,"confidence":0,"evidence":[],"reason":"","strength":1},)"
        R"("memory_colours":{"confidence":0,"evidence":[],"foliage":0,"reason":"","skin":0,"sky":0,"strength":1},)"
        R"("shadows_highlights":{"confidence":0,"evidence":[],"highlights":0,"reason":"","shadows":0,"strength":1},)"
        R"("sharpen":{"amount":0,"confidence":0,"evidence":[],"overshoot":0,"radius_px":1,"reason":"","strength":1,"threshold":0},)"
        R"("tone":{"black_point":0,"confidence":0,"contrast":0,"evidence":[],"reason":"","strength":1,"white_point":1},)"
        R"("version":1,)"
        R"("vibrance":{"confidence":0,"evidence":[],"reason":"","skin_protection":0,"strength":1,"vibrance":0},)"
        R"("white_balance":{"blue_gain":1,"confidence":0,"evidence":[],"green_gain":1,"reason":"","red_gain":1,"strength":1}})");
}

TEST(RecipeJson, OneRecipeHasOneTextWhateverItsSpelling) {
    const auto a = parse_recipe(R"({"version":1,"exposure":{"exposure_ev":0.5,"strength":1}})");
    const auto b = parse_recipe("{ \"exposure\" : {\"exposure_ev\":5.0e-1}, \"version\": 1.0 }");
    ASSERT_TRUE(a.has_value() && b.has_value());
    EXPECT_EQ(to_json(*a), to_json(*b));
}

TEST(RecipeJson, AbsentMembersAreIdentity) {
    const auto recipe = parse_recipe(R"({"version":1})");
    ASSERT_TRUE(recipe.has_value());
    EXPECT_EQ(*recipe, Recipe{});
}

TEST(RecipeJson, RoundsToFourDigits) {
    const auto recipe = parse_recipe(R"({"version":1,"exposure":{"exposure_ev":0.123449999}})");
    ASSERT_TRUE(recipe.has_value());
    EXPECT_EQ(recipe->exposure.exposure_ev.ten_thousandths, 1234);
}

TEST(RecipeJson, RefusesWithACodeAndAPointer) {
    EXPECT_EQ(error_of("{"), ErrorCode::recipe_malformed);
    EXPECT_EQ(error_of(R"({"version":1,"version":1})"), ErrorCode::recipe_malformed);
    EXPECT_EQ(error_of("[]"), ErrorCode::recipe_wrong_type);
    EXPECT_EQ(error_of("{}"), ErrorCode::recipe_missing_field);
    EXPECT_EQ(error_of(R"({"version":2})"), ErrorCode::recipe_unsupported_version);
    EXPECT_EQ(error_of(R"({"version":"1"})"), ErrorCode::recipe_wrong_type);
    EXPECT_EQ(found_in(R"({"version":1,"blur":{}})"), "/blur");
    EXPECT_EQ(error_of(R"({"version":1,"blur":{}})"), ErrorCode::recipe_unknown_field);
    EXPECT_EQ(found_in(R"({"version":1,"tone":{"a/b~c":1}})"), "/tone/a~1b~0c");
    EXPECT_EQ(error_of(R"({"version":1,"tone":[]})"), ErrorCode::recipe_wrong_type);
    EXPECT_EQ(error_of(R"({"version":1,"tone":{"contrast":"0"}})"), ErrorCode::recipe_wrong_type);
    EXPECT_EQ(error_of(R"({"version":1,"tone":{"contrast":null}})"), ErrorCode::recipe_wrong_type);
    EXPECT_EQ(error_of(R"({"version":1,"tone":{"strength":1.01}})"),
              ErrorCode::recipe_out_of_range);
    EXPECT_EQ(found_in(R"({"version":1,"exposure":{"exposure_ev":5}})"),
              "/exposure/exposure_ev is 5; the range is -4..4");
    EXPECT_EQ(error_of(R"({"version":1,"exposure":{"exposure_ev":NaN}})"),
              ErrorCode::recipe_malformed);
    EXPECT_EQ(error_of(R"({"version":1,"exposure":{"exposure_ev":1e999}})"),
              ErrorCode::recipe_malformed);
    EXPECT_EQ(error_of(R"({"version":1,"tone":{"evidence":[{"name":"x","unit":"y"}]}})"),
              ErrorCode::recipe_missing_field);
    EXPECT_EQ(found_in(R"({"version":1,"tone":{"evidence":[{"name":"x","unit":1,"value":1}]}})"),
              "/tone/evidence/0/unit is number; it must be string");
}

TEST(RecipeJson, BoundsSizeAndTexts) {
    const std::string padding(70'000, ' ');
    EXPECT_EQ(error_of(R"({"version":1})" + padding), ErrorCode::recipe_too_large);
    Limits generous;
    generous.max_recipe_bytes = 100'000;
    EXPECT_TRUE(parse_recipe(R"({"version":1})" + padding, generous).has_value());
    const std::string long_reason(1001, 'x');
    EXPECT_EQ(error_of(R"({"version":1,"tone":{"reason":")" + long_reason + R"("}})"),
              ErrorCode::recipe_out_of_range);
}

TEST(RecipeJson, SchemaNamesEveryField) {
    const std::string schema = recipe_json_schema();
    for (const recipe::Op& op : recipe::ops()) {
        for (const recipe::Field& field : op.fields) {
            const std::string member =
                "\"" + std::string(field.name) + "\":{\"default\":" + to_string(field.identity);
            EXPECT_NE(schema.find(member), std::string::npos) << member;
        }
    }
}

}  // namespace
}  // namespace limpid::parse_test
