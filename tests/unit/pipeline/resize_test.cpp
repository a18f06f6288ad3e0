#include "limpid/resize.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "limpid/digest.hpp"
#include "pipeline/resize_stage.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid::resize_test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};

Image noise(PixelFormat format, int width_px, int height_px) {
    Image image = std::move(Image::create(format, width_px, height_px).value());
    testing::Random random(static_cast<std::uint32_t>(width_px + height_px));
    const MutableImageView view = image.view();
    for (int y = 0; y < height_px; ++y) {
        for (std::size_t i = 0; i < view.row_bytes(); ++i) {
            view.row(y)[i] = static_cast<std::byte>(random.below(256));
        }
    }
    return image;
}

TEST(ResizedSize, KeepsProportionsAndRoundsToThePixel) {
    const ImageSize photo = {6000, 4000};
    const auto size = [&](const Resize& resize) { return resized_size(photo, resize).value(); };
    EXPECT_EQ(size({.width_px = 1600}), (ImageSize{1600, 1067}));
    EXPECT_EQ(size({.height_px = 1200}), (ImageSize{1800, 1200}));
    EXPECT_EQ(size({.width_px = 2000, .height_px = 2000}), (ImageSize{2000, 1333}));
    EXPECT_EQ(size({.width_px = 2000, .height_px = 1000}), (ImageSize{1500, 1000}));
    EXPECT_EQ(size({.width_px = 300, .height_px = 300, .fit = Fit::cover}), (ImageSize{300, 300}));
    EXPECT_EQ(size({.width_px = 300, .height_px = 900, .fit = Fit::exact}), (ImageSize{300, 900}));
    EXPECT_EQ(size({.width_px = 300, .fit = Fit::exact}), (ImageSize{300, 200}));
    EXPECT_EQ(resized_size({100, 1}, {.width_px = 50}).value(), (ImageSize{50, 1}));
}

TEST(ResizedSize, EnlargesOnlyWhereItMay) {
    Resize resize = {.width_px = 800};
    EXPECT_EQ(resized_size({400, 300}, resize).value(), (ImageSize{800, 600}));
    resize.enlarge = false;
    EXPECT_EQ(resized_size({400, 300}, resize).value(), (ImageSize{400, 300}));
    EXPECT_EQ(resized_size({1600, 300}, resize).value(), (ImageSize{800, 150}));
}

TEST(ResizedSize, RefusesWhatIsNotAsDocumented) {
    const auto refused = [](const Resize& resize, ErrorCode code) {
        const auto size = resized_size({640, 480}, resize);
        EXPECT_FALSE(size);
        return !size && size.error().id() == code;
    };
    EXPECT_TRUE(refused({}, ErrorCode::resize_out_of_range));
    EXPECT_TRUE(refused({.width_px = -1, .height_px = 10}, ErrorCode::resize_out_of_range));
    EXPECT_TRUE(refused({.width_px = 5121}, ErrorCode::resize_out_of_range));
    EXPECT_TRUE(refused({.width_px = 4}, ErrorCode::resize_out_of_range));
    EXPECT_TRUE(refused({.width_px = 20000, .height_px = 10, .fit = Fit::exact},
                        ErrorCode::image_too_large));
    EXPECT_TRUE(refused({.width_px = 2000000000}, ErrorCode::image_too_large));
    Limits limits;
    limits.max_pixels = 100;
    EXPECT_TRUE(resized_size({64, 64}, {.width_px = 10}, limits));
    EXPECT_EQ(resized_size({64, 64}, {.width_px = 11}, limits).error().id(),
              ErrorCode::image_too_large);
    EXPECT_EQ(resize({}, {.width_px = 10}).error().id(), ErrorCode::argument_invalid);
}

TEST(Resize, ASizeThatDoesNotChangeCopiesEveryBit) {
    for (const PixelFormat format : kFormats) {
        const Image input = noise(format, 67, 43);
        for (const Fit fit : {Fit::inside, Fit::cover, Fit::exact}) {
            const auto output =
                resize(input.view(), {.width_px = 67,
                                      .height_px = 43,
                                      .fit = fit,
                                      .filter = ResizeFilter::magic_kernel_sharp_2021});
            ASSERT_TRUE(output);
            EXPECT_EQ(sha256(output->view()), sha256(input.view()));
        }
    }
}

TEST(Resize, StripsAndThreadsChangeNothing) {
    auto pool = make_thread_pool(3);
    RunOptions threaded;
    if (pool) threaded.runner = pool->get();
    for (const PixelFormat format : kFormats) {
        for (const auto& [from, to] : {std::pair{ImageSize{500, 900}, ImageSize{231, 401}},
                                       {{90, 120}, {333, 444}},
                                       {{1400, 300}, {700, 150}},
                                       {{1300, 1000}, {40, 30}}}) {
            const Image input = noise(format, from.width_px, from.height_px);
            const Resize wanted = {to.width_px, to.height_px, Fit::exact};
            const auto plan = pipeline::make_resize_plan(from, wanted, {});
            ASSERT_TRUE(plan);
            Image expected = std::move(Image::create(format, to.width_px, to.height_px).value());
            ASSERT_TRUE(kernels::resample(kernels::whole(input.view()), plan->x, plan->y,
                                          kernels::whole(expected.view())));
            const auto output = resize(input.view(), wanted, threaded);
            ASSERT_TRUE(output) << output.error().message();
            EXPECT_EQ(sha256(output->view()), sha256(std::as_const(expected).view()))
                << to_string(format);
        }
    }
}

/// A picture of four quarters; covering a square keeps the middle.
TEST(Resize, CoverCutsBothEndsAlike) {
    Image input = std::move(Image::create(PixelFormat::gray8, 400, 100).value());
    for (int y = 0; y < 100; ++y) {
        for (int x = 0; x < 400; ++x) {
            input.view().row(y)[x] = static_cast<std::byte>(x < 150 || x >= 250 ? 0 : 200);
        }
    }
    const auto output =
        resize(std::as_const(input).view(), {.width_px = 50, .height_px = 50, .fit = Fit::cover});
    ASSERT_TRUE(output);
    const ImageView view = std::as_const(*output).view();
    for (const int x : {3, 25, 46}) EXPECT_EQ(static_cast<int>(view.row(25)[x]), 200) << x;
    for (int x = 0; x < 50; ++x) EXPECT_EQ(view.row(10)[x], view.row(40)[x]);
}

TEST(Resize, CanBeCancelledAndReachesItsEnd) {
    const Image input = noise(PixelFormat::rgb8, 300, 2000);
    std::vector<double> seen;
    RunOptions run;
    run.on_progress = [&](Stage stage, double fraction) {
        EXPECT_EQ(stage, Stage::render);
        seen.push_back(fraction);
        return true;
    };
    ASSERT_TRUE(resize(input.view(), {.width_px = 150}, run));
    EXPECT_EQ(seen.back(), 1.0);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    run.on_progress = [](Stage, double) { return false; };
    EXPECT_EQ(resize(input.view(), {.width_px = 150}, run).error().id(), ErrorCode::run_cancelled);
    const std::atomic<bool> cancel = true;
    run.on_progress = {};
    run.cancel = &cancel;
    EXPECT_EQ(resize(input.view(), {.width_px = 150}, run).error().id(), ErrorCode::run_cancelled);
}

TEST(Resize, ScratchIsSmallAtEveryRatio) {
    constexpr std::uint64_t kMost = 64u << 20;
    for (const PixelFormat format : kFormats) {
        for (const auto& [from, to] : {std::pair{ImageSize{6000, 4000}, ImageSize{3000, 2000}},
                                       {{6000, 4000}, {94, 63}},
                                       {{16000, 3000}, {250, 47}},
                                       {{3000, 16000}, {47, 250}},
                                       {{750, 500}, {6000, 4000}}}) {
            const auto plan = pipeline::make_resize_plan(
                from,
                {to.width_px, to.height_px, Fit::exact, ResizeFilter::magic_kernel_sharp_2021}, {});
            ASSERT_TRUE(plan) << plan.error().message();
            EXPECT_LE(pipeline::resize_scratch_bytes(*plan, format, {}), kMost);
        }
    }
}

}  // namespace
}  // namespace limpid::resize_test
