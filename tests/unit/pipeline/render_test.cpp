#include <gtest/gtest.h>

#include <atomic>
#include <utility>
#include <vector>

#include "analyse/proxy.hpp"
#include "kernels/denoise.hpp"
#include "kernels/kernels.hpp"
#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "pipeline/render_plan.hpp"
#include "recipe/fields.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid::render_test {
namespace {

using testing::Random;

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};

Decimal dec(double value) { return Decimal::from_double(value); }

Image noise(PixelFormat format, int width_px, int height_px) {
    Image image = std::move(Image::create(format, width_px, height_px).value());
    Random random(static_cast<std::uint32_t>(width_px * 31 + height_px));
    const MutableImageView view = image.view();
    for (int y = 0; y < height_px; ++y) {
        for (std::size_t i = 0; i < view.row_bytes(); ++i) {
            view.row(y)[i] = static_cast<std::byte>(random.below(256));
        }
    }
    return image;
}

Recipe everything() {
    Recipe recipe;
    recipe.deblock.amount = dec(0.8);
    recipe.deblock.quality = dec(40);
    recipe.denoise.luma_sigma = dec(0.02);
    recipe.denoise.chroma_sigma = dec(0.03);
    recipe.dehaze.amount = dec(0.4);
    recipe.shadows_highlights.shadows = dec(0.4);
    recipe.shadows_highlights.highlights = dec(0.3);
    recipe.local_contrast.amount = dec(0.3);
    recipe.vibrance.skin_protection = dec(0.5);
    recipe.memory_colours.sky = dec(0.5);
    recipe.memory_colours.foliage = dec(0.5);
    recipe.white_balance.red_gain = dec(1.1);
    recipe.exposure.exposure_ev = dec(0.4);
    recipe.tone.contrast = dec(0.2);
    recipe.vibrance.vibrance = dec(0.3);
    recipe.sharpen.amount = dec(0.8);
    recipe.sharpen.overshoot = dec(0.05);
    return recipe;
}

TEST(Render, IdentityRecipeCopiesEveryBit) {
    for (const PixelFormat format : kFormats) {
        const Image input = noise(format, 37, 29);
        const auto output = render(input.view(), Recipe{});
        ASSERT_TRUE(output.has_value());
        EXPECT_EQ(sha256(output->view()), sha256(input.view()));
    }
}

Image blank(const Image& like) {
    return std::move(Image::create(like.format(), like.width_px(), like.height_px()).value());
}

/// The kernels over the whole image, one after the other.
Image rendered_whole(const Image& input, const Recipe& recipe) {
    const ImageView pixels = input.view();
    const ImageSize size = {pixels.width_px, pixels.height_px};
    auto plan = pipeline::make_render_plan(recipe, {.size = size, .format = pixels.format});
    const auto proxy = analysis::make_proxy(pixels, {});
    pipeline::add_local_grid(
        *plan, {proxy->pixels.view(), proxy->box_factor, size.width_px, size.height_px},
        pixels.format, size);
    Image denoised = blank(input), coloured = blank(input), sharp = blank(input);
    EXPECT_TRUE(
        kernels::denoise(kernels::whole(pixels), *plan->denoise, kernels::whole(denoised.view())));
    const pipeline::ColourPlan& colour = *plan->colour;
    const kernels::LocalGrid grid = colour.grid.view();
    EXPECT_TRUE(kernels::colour(kernels::whole(std::as_const(denoised).view()),
                                {.tables = colour.tables,
                                 .vibrance_q15 = colour.vibrance_q15,
                                 .skin_protection_q15 = colour.skin_protection_q15,
                                 .memory_colours = colour.memory_colours,
                                 .grid = &grid,
                                 .haze = colour.haze,
                                 .local_tone = colour.local_tone,
                                 .dither = true},
                                kernels::whole(coloured.view())));
    EXPECT_TRUE(kernels::unsharp(kernels::whole(std::as_const(coloured).view()), *plan->unsharp,
                                 kernels::whole(sharp.view())));
    return sharp;
}

TEST(Render, StripsChangeNothing) {
    for (const PixelFormat format : kFormats) {
        for (const auto& [w, h] : {std::pair{1, 1}, {5, 700}, {3001, 90}, {600, 530}}) {
            const Image input = noise(format, w, h);
            const Image expected = rendered_whole(input, everything());
            const auto output = render(input.view(), everything());
            ASSERT_TRUE(output.has_value()) << output.error().message();
            EXPECT_EQ(sha256(output->view()), sha256(expected.view()))
                << to_string(format) << " " << w << "x" << h;
        }
    }
}

TEST(Render, EveryCorrectionDoesSomethingByItself) {
    const Image input = noise(PixelFormat::rgb8, 321, 234);
    const Recipe all = everything();
    for (const recipe::Op& op : recipe::ops()) {
        Recipe one;
        for (const recipe::Field& field : op.fields) field.get_mutable(one) = field.get(all);
        const auto output = render(input.view(), one);
        ASSERT_TRUE(output.has_value()) << op.name << output.error().message();
        EXPECT_NE(sha256(output->view()), sha256(input.view())) << op.name;
    }
}

TEST(Render, ThreadsChangeNothing) {
    auto pool = make_thread_pool(3);
    if (!pool) GTEST_SKIP() << "this build has no threads";
    RunOptions run;
    run.runner = pool->get();
    for (const PixelFormat format : kFormats) {
        const Image input = noise(format, 700, 800);
        const auto serial = render(input.view(), everything());
        const auto parallel = render(input.view(), everything(), run);
        ASSERT_TRUE(serial.has_value() && parallel.has_value());
        EXPECT_EQ(sha256(serial->view()), sha256(parallel->view())) << to_string(format);
    }
}

TEST(Render, KeepsAlpha) {
    const Image input = noise(PixelFormat::rgba8, 61, 47);
    const auto output = render(input.view(), everything());
    ASSERT_TRUE(output.has_value());
    bool colour_changed = false;
    for (int y = 0; y < 47; ++y) {
        for (int x = 0; x < 61; ++x) {
            ASSERT_EQ(output->view().row(y)[4 * x + 3], input.view().row(y)[4 * x + 3]);
            colour_changed |= output->view().row(y)[4 * x] != input.view().row(y)[4 * x];
        }
    }
    EXPECT_TRUE(colour_changed);
}

TEST(Render, NeutralStaysNeutralWithoutWhiteBalance) {
    Recipe recipe = everything();
    recipe.white_balance = {};
    Image gray = std::move(Image::create(PixelFormat::rgb8, 256, 8).value());
    for (int y = 0; y < 8; ++y) {
        for (int i = 0; i < 768; ++i) gray.view().row(y)[i] = static_cast<std::byte>(i / 3);
    }
    const auto output = render(std::as_const(gray).view(), recipe);
    ASSERT_TRUE(output.has_value());
    for (int i = 0; i < 768; i += 3) {
        EXPECT_EQ(output->view().row(3)[i], output->view().row(3)[i + 1]);
        EXPECT_EQ(output->view().row(3)[i], output->view().row(3)[i + 2]);
    }
}

TEST(Render, CancelsBetweenStrips) {
    const Image input = noise(PixelFormat::rgb8, 2000, 4000);
    std::atomic<bool> cancel = false;
    int calls = 0;
    RunOptions run;
    run.cancel = &cancel;
    run.on_progress = [&](Stage, double fraction) {
        ++calls;
        EXPECT_LT(fraction, 0.9) << "cancelled too late";
        cancel = true;
        return true;
    };
    const auto output = render(input.view(), everything(), run);
    ASSERT_FALSE(output.has_value());
    EXPECT_EQ(output.error().id(), ErrorCode::run_cancelled);
    EXPECT_EQ(calls, 1);
}

TEST(Render, RefusesRecipesThatAreOutOfRange) {
    const Image input = noise(PixelFormat::rgb8, 4, 4);
    Recipe recipe;
    recipe.sharpen.amount = dec(5);
    const auto output = render(input.view(), recipe);
    ASSERT_FALSE(output.has_value());
    EXPECT_EQ(output.error().id(), ErrorCode::recipe_out_of_range);
}

TEST(Render, ExtremesOfEveryFieldRender) {
    const Image input = noise(PixelFormat::rgb8, 33, 33);
    for (const bool high : {false, true}) {
        Recipe recipe;
        for (const recipe::Op& op : recipe::ops()) {
            for (const recipe::Field& field : op.fields) {
                field.get_mutable(recipe) = high ? field.max : field.min;
            }
        }
        recipe.sharpen.amount = dec(4);
        recipe.tone.white_point = dec(0.5);
        recipe.tone.black_point = dec(0.25);
        const auto output = render(input.view(), recipe);
        EXPECT_TRUE(output.has_value()) << output.error().message();
    }
}

}  // namespace
}  // namespace limpid::render_test
