#include "limpid/preview.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "limpid/codec.hpp"
#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"

namespace limpid::preview_test {
namespace {

constexpr std::array kPhotos = {"beacon-street-sunset", "canyon-wren",        "casa-mila",
                                "lake-sherburne",       "oakland-zoo-otters", "piazza-gae-aulenti",
                                "roman-colosseum",      "tea-gardens"};

Decimal dec(double value) { return Decimal::from_double(value); }

Image photo(const std::string& name) {
    std::ifstream in(std::string(LIMPID_TEST_DATA) + "/photos/" + name + ".jpg", std::ios::binary);
    const std::vector<char> file{std::istreambuf_iterator<char>(in), {}};
    auto decoded = decode(std::as_bytes(std::span(file)));
    EXPECT_TRUE(decoded) << name;
    return std::move(decoded->pixels);
}

struct Difference {
    double mean = 0;
    int p99 = 0;
};

/// Between samples of two images of one size, in 8-bit steps.
Difference difference(const ImageView& a, const ImageView& b) {
    std::array<std::uint64_t, 256> counts{};
    std::uint64_t sum = 0, total = 0;
    for (int y = 0; y < a.height_px; ++y) {
        for (std::size_t i = 0; i < a.row_bytes(); ++i) {
            const int step =
                std::abs(std::to_integer<int>(a.row(y)[i]) - std::to_integer<int>(b.row(y)[i]));
            ++counts[static_cast<std::size_t>(step)];
            sum += static_cast<std::uint64_t>(step);
            ++total;
        }
    }
    Difference result = {static_cast<double>(sum) / static_cast<double>(total), 0};
    for (std::uint64_t seen = counts[0]; seen * 100 < total * 99;) {
        seen += counts[static_cast<std::size_t>(++result.p99)];
    }
    return result;
}

/// docs/preview.md publishes these bounds.
TEST(Preview, EqualsTheShrunkExportWithinThePublishedBound) {
    constexpr double kMeanBound = 0.75;
    constexpr int kP99Bound = 8;
    for (const char* name : kPhotos) {
        const Image full = photo(name);
        for (const int side : {full.width_px() / 2, full.width_px() / 3}) {
            const auto session = PreviewSession::create(full.view(), side);
            ASSERT_TRUE(session) << session.error().message();
            const auto preview = session->render(session->recipe());
            ASSERT_TRUE(preview);
            const auto exported = render(full.view(), session->recipe());
            ASSERT_TRUE(exported);
            const auto expected =
                resize(std::as_const(*exported).view(), {.width_px = side, .height_px = side});
            ASSERT_TRUE(expected);
            const Difference between =
                difference(std::as_const(*preview).view(), std::as_const(*expected).view());
            EXPECT_LE(between.mean, kMeanBound) << name << " at " << side;
            EXPECT_LE(between.p99, kP99Bound) << name << " at " << side;
            // The bound says something: where the enhancement can be seen, it moves much further.
            const Difference moved =
                difference(std::as_const(*preview).view(), session->original());
            EXPECT_TRUE(moved.mean > 2 * between.mean || moved.mean < 0.5) << name;
        }
    }
}

TEST(Preview, ASessionRendersLikeASinglePreview) {
    const Image full = photo("canyon-wren");
    auto session = PreviewSession::create(full.view(), 200);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->full_size(), (ImageSize{640, 360}));
    EXPECT_EQ(session->original().width_px, 200);
    const auto analysis = analyse_pixels(full.view());
    ASSERT_TRUE(analysis);
    EXPECT_EQ(to_json(session->analysis()), to_json(*analysis));
    EXPECT_EQ(session->recipe(), decide(*analysis));
    Recipe recipe = session->recipe();
    recipe.exposure.exposure_ev = dec(0.7);
    const PreviewSession moved = std::move(*session);
    const auto rendered = moved.render(recipe);
    const auto single = make_preview(full.view(), recipe, 200);
    ASSERT_TRUE(rendered && single);
    EXPECT_EQ(sha256(rendered->view()), sha256(single->view()));
}

TEST(Preview, DecidesWithATasteAsEnhanceDoes) {
    const Image full = photo("canyon-wren");
    const auto session = PreviewSession::create(full.view(), 200);
    ASSERT_TRUE(session);
    EXPECT_FALSE(session->info().has_value());
    EnhanceOptions options;
    options.preset = Preset::vivid;
    options.strength = dec(0.5);
    const auto enhanced = enhance_to_pixels(full.view(), options);
    ASSERT_TRUE(enhanced);
    EXPECT_EQ(session->recipe(Preset::vivid, dec(0.5)).value(), enhanced->report.recipe);
    EXPECT_EQ(session->recipe(Preset::natural, dec(1)).value(), session->recipe());
    EXPECT_EQ(session->recipe(Preset::vivid, dec(1.5)).error().id(), ErrorCode::argument_invalid);
}

TEST(Preview, AnIdentityRecipeShowsTheShrunkImage) {
    const Image full = photo("tea-gardens");
    const auto preview = make_preview(full.view(), {}, 123);
    const auto expected = resize(full.view(), {.width_px = 123, .height_px = 123});
    ASSERT_TRUE(preview && expected);
    EXPECT_EQ(sha256(preview->view()), sha256(expected->view()));
}

TEST(Preview, SmallImagesAreNotEnlarged) {
    const Image full = photo("tea-gardens");
    Recipe recipe;
    recipe.sharpen.amount = dec(1);
    const auto preview = make_preview(full.view(), recipe, 4000);
    const auto exported = render(full.view(), recipe);
    ASSERT_TRUE(preview && exported);
    EXPECT_EQ(sha256(preview->view()), sha256(exported->view()));
}

TEST(Preview, EncodedImagesAreDecodedUnderLimits) {
    std::ifstream in(std::string(LIMPID_TEST_DATA) + "/photos/tea-gardens.jpg", std::ios::binary);
    const std::vector<char> file{std::istreambuf_iterator<char>(in), {}};
    const auto bytes = std::as_bytes(std::span(file));
    const auto session = PreviewSession::create(bytes, 100);
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->info());
    EXPECT_EQ(to_json(*session->info()), to_json(inspect(bytes).value()));
    const std::string json = to_json(*session);
    EXPECT_NE(json.find("\"full_width_px\":" + std::to_string(session->full_size().width_px)),
              std::string::npos);
    EXPECT_NE(json.find(to_json(session->recipe())), std::string::npos);
    Limits limits;
    limits.max_pixels = 1000;
    EXPECT_EQ(PreviewSession::create(bytes, 100, limits).error().id(), ErrorCode::image_too_large);
}

TEST(Preview, RefusesWhatIsNotAsDocumented) {
    const Image full = photo("tea-gardens");
    for (const int side : {-1, 0, 15, 16385}) {
        EXPECT_EQ(PreviewSession::create(full.view(), side).error().id(),
                  ErrorCode::argument_invalid);
        EXPECT_EQ(make_preview(full.view(), {}, side).error().id(), ErrorCode::argument_invalid);
    }
    Recipe wrong;
    wrong.exposure.exposure_ev = dec(9);
    EXPECT_EQ(make_preview(full.view(), wrong, 100).error().id(), ErrorCode::recipe_out_of_range);
    EXPECT_EQ(PreviewSession::create(ImageView{}, 100).error().id(), ErrorCode::argument_invalid);
}

TEST(RecipeForSize, ScalesWhatIsInPixels) {
    Recipe recipe;
    recipe.sharpen.amount = dec(1);
    recipe.sharpen.radius_px = dec(1.2);
    recipe.denoise.luma_sigma = dec(0.04);
    recipe.deblock.amount = dec(1);
    recipe.exposure.exposure_ev = dec(0.5);
    const Recipe half = recipe_for_size(recipe, {4000, 3000}, {2000, 1500});
    EXPECT_EQ(half.sharpen.radius_px, dec(0.6));
    EXPECT_EQ(half.sharpen.amount, dec(1));
    EXPECT_EQ(half.denoise.luma_sigma, dec(0.02));
    EXPECT_EQ(half.deblock.amount, dec(0));
    EXPECT_EQ(half.exposure, recipe.exposure);
    const Recipe tenth = recipe_for_size(recipe, {4000, 3000}, {400, 300});
    EXPECT_EQ(tenth.sharpen.radius_px, dec(0.3));
    EXPECT_EQ(tenth.sharpen.amount, dec(0.16)) << "(0.12 / 0.3)^2";
    EXPECT_TRUE(validate(tenth));
    EXPECT_EQ(recipe_for_size(recipe, {400, 300}, {400, 300}), recipe);
    EXPECT_EQ(recipe_for_size(recipe, {400, 300}, {800, 600}), recipe);
}

}  // namespace
}  // namespace limpid::preview_test
