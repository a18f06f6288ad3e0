#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "limpid/analysis.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid::analyse_test {
namespace {

using testing::make_rgb8;
using testing::Random;

Analysis analysis_of(const Image& image, const RunOptions& run = {}) {
    auto analysis = analyse_pixels(image.view(), run);
    EXPECT_TRUE(analysis.has_value()) << analysis.error().message();
    return *analysis;
}

TEST(Analyse, MeasuresAGrayRamp) {
    const Image ramp =
        make_rgb8(256, 64, [](int x, int) { return static_cast<std::uint32_t>(x) * 0x010101U; });
    const Analysis a = analysis_of(ramp);
    EXPECT_NEAR(a.luma.p1.to_double(), 0.01, 0.005);
    EXPECT_NEAR(a.luma.p25.to_double(), 0.25, 0.005);
    EXPECT_NEAR(a.luma.p50.to_double(), 0.50, 0.005);
    EXPECT_NEAR(a.luma.p99.to_double(), 0.99, 0.005);
    EXPECT_NEAR(a.luma_mean.to_double(), 0.5, 0.001);
    EXPECT_TRUE(a.monochrome);
    EXPECT_EQ(a.chroma_mean, Decimal{});
    EXPECT_EQ(a.clipped_high_share, Decimal::from_double(1.0 / 256));
    EXPECT_EQ(a.clipped_low_share, Decimal::from_double(1.0 / 256));
    EXPECT_EQ(a.cast_deg, Decimal{});
}

TEST(Analyse, CountsClippingBeforeAveraging) {
    // Isolated white pixels: every box's mean is dark.
    const Image dots = make_rgb8(
        1024, 512, [](int x, int y) { return x % 4 == 0 && y % 4 == 0 ? 0xFFFFFFU : 0x202020U; });
    const Analysis a = analysis_of(dots);
    EXPECT_EQ(a.clipped_high_share, Decimal::from_double(1.0 / 16));
    EXPECT_LT(a.luma.p99.to_double(), 0.3);
}

TEST(Analyse, ProxyIsBoundedAndKeepsTheShape) {
    for (const auto& [w, h] : {std::pair{1, 1}, {1, 1000}, {257, 31}, {1024, 768}, {4099, 13}}) {
        const Image image = make_rgb8(w, h, [](int, int) { return 0x808080U; });
        const Analysis a = analysis_of(image);
        EXPECT_LE(std::max(a.proxy_width_px, a.proxy_height_px), 256) << w << "x" << h;
        EXPECT_EQ(a.proxy_width_px, (w + a.box_factor - 1) / a.box_factor);
        EXPECT_EQ(a.proxy_height_px, (h + a.box_factor - 1) / a.box_factor);
        EXPECT_EQ(a.luma.p50, Decimal::from_double(128 / 255.0));
    }
}

TEST(Analyse, GrayRgbAndRgbaOfTheSamePictureAgree) {
    Image gray = std::move(Image::create(PixelFormat::gray8, 300, 200).value());
    Image rgba = std::move(Image::create(PixelFormat::rgba8, 300, 200).value());
    Random random(7);
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 300; ++x) {
            const auto v = static_cast<std::byte>(random.below(256));
            gray.view().row(y)[x] = v;
            for (int c = 0; c < 3; ++c) rgba.view().row(y)[4 * x + c] = v;
            rgba.view().row(y)[4 * x + 3] = static_cast<std::byte>(random.below(256));
        }
    }
    const Analysis a = analysis_of(gray);
    const Analysis b = analysis_of(rgba);
    EXPECT_EQ(to_json(a), to_json(b));
}

/// A picture with edges, colours and noise: every number has something to measure.
Image scene(PixelFormat format, int width_px, int height_px) {
    Random random(3);
    Image image = std::move(Image::create(format, width_px, height_px).value());
    for (int y = 0; y < height_px; ++y) {
        std::byte* row = image.view().row(y);
        for (std::size_t i = 0; i < image.view().row_bytes(); ++i) {
            const std::size_t place = i / 29 % 7 * 25 + static_cast<std::size_t>(y) / 17 % 3 * 9;
            row[i] = static_cast<std::byte>(20 + place + random.below(16));
        }
    }
    return image;
}

TEST(Analyse, ThreadsChangeNothing) {
    if (!make_thread_pool(2)) GTEST_SKIP() << "this build has no threads";
    for (const auto& [w, h] : {std::pair{1111, 777}, {33, 2049}, {641, 31}, {1, 1}}) {
        for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::gray16}) {
            const Image image = scene(format, w, h);
            const std::string expected = to_json(analysis_of(image));
            for (const int threads : {2, 3, 8}) {
                const auto pool = make_thread_pool(threads);
                RunOptions run;
                run.runner = pool->get();
                EXPECT_EQ(to_json(analysis_of(image, run)), expected)
                    << w << " x " << h << ", " << threads << " threads";
            }
        }
    }
}

TEST(Analyse, CanBeCancelled) {
    const Image image = make_rgb8(64, 64, [](int, int) { return 0U; });
    const std::atomic<bool> cancel = true;
    RunOptions run;
    run.cancel = &cancel;
    const auto analysis = analyse_pixels(image.view(), run);
    ASSERT_FALSE(analysis.has_value());
    EXPECT_EQ(analysis.error().id(), ErrorCode::run_cancelled);
}

TEST(Analyse, CanBeCancelledAtAnyTask) {
    const Image image = scene(PixelFormat::rgb8, 320, 240);
    /// Runs what it is given here, and cancels before a task.
    class Stopper final : public TaskRunner {
    public:
        Stopper(std::atomic<bool>& cancel, int tasks) : cancel_(cancel), left_(tasks) {}
        [[nodiscard]] int concurrency() const noexcept override { return 1; }
        void run(int count, const std::function<void(int)>& task) override {
            for (int i = 0; i < count; ++i) {
                if (left_-- == 0) cancel_ = true;
                task(i);
            }
        }
        [[nodiscard]] bool has_stopped() const { return left_ < 0; }

    private:
        std::atomic<bool>& cancel_;
        int left_;
    };
    int tasks = 0;
    for (bool stopped = true; stopped; ++tasks) {
        std::atomic<bool> cancel = false;
        Stopper stopper(cancel, tasks);
        RunOptions run;
        run.runner = &stopper;
        run.cancel = &cancel;
        const auto analysis = analyse_pixels(image.view(), run);
        stopped = stopper.has_stopped();
        ASSERT_EQ(analysis.has_value(), !stopped) << tasks;
        if (stopped) {
            EXPECT_EQ(analysis.error().id(), ErrorCode::run_cancelled);
        }
    }
    EXPECT_GT(tasks, 30);
}

TEST(Analyse, RefusesAnEmptyView) {
    const auto analysis = analyse_pixels(ImageView{});
    ASSERT_FALSE(analysis.has_value());
    EXPECT_EQ(analysis.error().id(), ErrorCode::argument_invalid);
}

}  // namespace
}  // namespace limpid::analyse_test
