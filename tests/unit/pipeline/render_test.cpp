#include <gtest/gtest.h>

#include <atomic>
#include <utility>
#include <vector>

#include "kernels/kernels.hpp"
#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "pipeline/render_plan.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid {
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

/// The strips of render() and the two kernels over the whole image at once.
TEST(Render, StripsChangeNothing) {
    for (const PixelFormat format : kFormats) {
        for (const auto& [w, h] : {std::pair{1, 1}, {5, 700}, {3001, 90}, {640, 1001}}) {
            const Image input = noise(format, w, h);
            const auto plan = pipeline::make_render_plan(everything(), format);
            ASSERT_TRUE(plan.has_value());
            Image coloured = std::move(Image::create(format, w, h).value());
            Image expected = std::move(Image::create(format, w, h).value());
            ASSERT_TRUE(kernels::colour(kernels::whole(std::as_const(input).view()),
                                        {plan->colour_tables, plan->vibrance_q15},
                                        kernels::whole(coloured.view())));
            ASSERT_TRUE(kernels::unsharp(kernels::whole(std::as_const(coloured).view()),
                                         plan->unsharp, kernels::whole(expected.view())));
            const auto output = render(input.view(), everything());
            ASSERT_TRUE(output.has_value()) << output.error().message();
            EXPECT_EQ(sha256(output->view()), sha256(std::as_const(expected).view()))
                << to_string(format) << " " << w << "x" << h;
        }
    }
}

TEST(Render, ThreadsChangeNothing) {
    auto pool = make_thread_pool(3);
    if (!pool) GTEST_SKIP() << "this build has no threads";
    RunOptions run;
    run.runner = pool->get();
    for (const PixelFormat format : kFormats) {
        const Image input = noise(format, 1234, 1111);
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
        Recipe r;
        const auto pick = [high](double low_value, double high_value) {
            return dec(high ? high_value : low_value);
        };
        r.white_balance.red_gain = pick(0.25, 4);
        r.white_balance.blue_gain = pick(4, 0.25);
        r.exposure.exposure_ev = pick(-4, 4);
        r.tone.black_point = dec(0.25);
        r.tone.white_point = dec(0.5);
        r.tone.contrast = pick(-1, 1);
        r.vibrance.vibrance = pick(-1, 1);
        r.sharpen.amount = dec(4);
        r.sharpen.radius_px = pick(0.3, 2);
        r.sharpen.threshold = pick(0, 0.1);
        r.sharpen.overshoot = pick(0, 0.25);
        const auto output = render(input.view(), r);
        EXPECT_TRUE(output.has_value()) << output.error().message();
    }
}

}  // namespace
}  // namespace limpid
