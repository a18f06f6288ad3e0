#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "strip_runs.hpp"
#include "test_image.hpp"

namespace limpid::testing::unsharp_test {
namespace {

using kernels::BlurWeights;
using kernels::RowRange;
using kernels::UnsharpParams;

/// The twin: what the header of unsharp_generator.cpp says, on whole planes, in wide integers.
class Twin {
public:
    Twin(const TestImage& input, const UnsharpParams& params)
        : input_(input),
          params_(params),
          width_(input.width_px()),
          height_(input.height_px()),
          wide_(bytes_per_sample(input.format()) == 2) {}

    [[nodiscard]] TestImage run() const {
        const Plane luma = make([&](int x, int y) { return luma_at(x, y); });
        const Plane columns =
            make([&](int x, int y) { return blur([&](int j) { return at(luma, x, y + j); }); });
        const Plane blurred =
            make([&](int x, int y) { return blur([&](int j) { return at(columns, x + j, y); }); });
        TestImage output(input_.format(), width_, height_);
        const int count = channels(input_.format());
        for (int y = 0; y < height_; y++) {
            for (int x = 0; x < width_; x++) {
                const Int change = change_at(luma, blurred, x, y);
                for (int c = 0; c < count; c++) {
                    const Int sample = input_.get(x, y, c);
                    const Int sharp = std::clamp<Int>(sample + change, 0, input_.max_value());
                    output.set(x, y, c, static_cast<int>(c == 3 ? sample : sharp));
                }
            }
        }
        return output;
    }

private:
    using Int = std::int64_t;
    using Plane = std::vector<Int>;

    static Int mul15(Int a, Int b) { return (a * b + 16384) >> 15; }
    static Int sat16(Int v) { return std::clamp<Int>(v, -32768, 32767); }

    template <class F>
    [[nodiscard]] Plane make(F&& f) const {
        Plane plane;
        for (int y = 0; y < height_; y++) {
            for (int x = 0; x < width_; x++) plane.push_back(f(x, y));
        }
        return plane;
    }
    [[nodiscard]] Int at(const Plane& plane, int x, int y) const {
        const int column = std::clamp(x, 0, width_ - 1);
        const int row = std::clamp(y, 0, height_ - 1);
        return plane[static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                     static_cast<std::size_t>(column)];
    }
    [[nodiscard]] Int luma_at(int x, int y) const {
        if (channels(input_.format()) == 1) return Int{input_.get(x, y, 0)} * (wide_ ? 1 : 256);
        const Int sum =
            54 * input_.get(x, y, 0) + 183 * input_.get(x, y, 1) + 19 * input_.get(x, y, 2);
        return wide_ ? (sum + 128) >> 8 : sum;
    }
    template <class Tap>
    [[nodiscard]] Int blur(Tap&& tap) const {
        Int sum = mul15(tap(0) - 32768, params_.weights[0]);
        for (int j = 1; j <= 4; j++) {
            const Int pair = (tap(-j) + tap(j) + 1) >> 1;
            sum += mul15(pair - 32768, 2 * params_.weights[static_cast<std::size_t>(j)]);
        }
        return 32768 + sat16(sum);
    }
    [[nodiscard]] Int change_at(const Plane& luma, const Plane& blurred, int x, int y) const {
        const Int centre = at(luma, x, y);
        Int low = centre, high = centre;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                low = std::min(low, at(luma, x + dx, y + dy));
                high = std::max(high, at(luma, x + dx, y + dy));
            }
        }
        const Int h = sat16(centre - at(blurred, x, y));
        const Int cored = h - std::clamp<Int>(h, -params_.threshold, params_.threshold);
        const Int up = high - centre, down = centre - low;
        if (wide_) {
            const Int delta = (cored * params_.amount_q12 + 2048) >> 12;
            return std::clamp<Int>(delta, -down - params_.overshoot, up + params_.overshoot);
        }
        const Int margin = params_.overshoot >> 3;
        const Int delta = std::clamp<Int>(mul15(cored, params_.amount_q12), -(down >> 3) - margin,
                                          (up >> 3) + margin);
        return (delta + 16) >> 5;
    }

    const TestImage& input_;
    const UnsharpParams& params_;
    int width_;
    int height_;
    bool wide_;
};

void expect_twin(PixelFormat format, Size size, Content content, const UnsharpParams& params) {
    SCOPED_TRACE(std::string(name_of(format)) + " " + std::to_string(size.width_px) + " x " +
                 std::to_string(size.height_px) + " content " +
                 std::to_string(static_cast<int>(content)));
    TestImage input(format, size.width_px, size.height_px, 5);
    input.fill(content, 7);
    const TestImage expected = Twin(input, params).run();
    expect_in_all_strips(
        input, expected,
        [&](RowRange rows) { return kernels::unsharp_input_rows(rows, size.height_px); },
        [&](const auto& in, const auto& out) { return kernels::unsharp(in, params, out); });
}

UnsharpParams typical() { return {*kernels::gaussian_weights(1.3), 300, 900, 5000}; }

class UnsharpTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, UnsharpTest, ::testing::ValuesIn(kFormats), FormatName());

TEST_P(UnsharpTest, EqualsTheTwinForEverySizeAndContent) {
    for (const Size size : kSizes) {
        for (const Content content : kContents) expect_twin(GetParam(), size, content, typical());
    }
}

TEST_P(UnsharpTest, EqualsTheTwinForExtremeParameters) {
    const UnsharpParams extremes[] = {
        {*kernels::gaussian_weights(0.3), 0, 0, 32767},
        {*kernels::gaussian_weights(2.0), 0, 32767, 32767},
        {*kernels::gaussian_weights(2.0), 32767, 32767, 32767},
        {BlurWeights{0, 16383, 1, 0, 0}, 0, 32767, 32767},
        {BlurWeights{32766, 1, 0, 0, 0}, 0, 7, 32767},
        {BlurWeights{2, 0, 0, 0, 16383}, 1, 32767, 32767},
    };
    for (const UnsharpParams& params : extremes) {
        for (const Content content : kContents) {
            expect_twin(GetParam(), {300, 23}, content, params);
        }
    }
}

TEST_P(UnsharpTest, AmountZeroCopiesBitForBit) {
    UnsharpParams params = typical();
    params.amount_q12 = 0;
    for (const Size size : kSizes) {
        for (const Content content : kContents) {
            TestImage input(GetParam(), size.width_px, size.height_px, 1);
            input.fill(content, 5);
            expect_in_all_strips(
                input, input,
                [&](RowRange rows) { return kernels::unsharp_input_rows(rows, size.height_px); },
                [&](const auto& in, const auto& out) { return kernels::unsharp(in, params, out); });
        }
    }
}

TEST_P(UnsharpTest, LeavesFlatAreasAlone) {
    for (const int percent : {0, 37, 100}) {
        TestImage input(GetParam(), 270, 12);
        const int value = input.max_value() * percent / 100;
        for (int i = 0; i < 270 * 12; i++) {
            for (int c = 0; c < channels(GetParam()); c++) input.set(i % 270, i / 270, c, value);
        }
        TestImage output = input;
        UnsharpParams params = typical();
        params.threshold = 0;
        params.amount_q12 = 32767;
        // A flat area has no range to leave but the overshoot.
        params.overshoot = 0;
        ASSERT_TRUE(kernels::unsharp(kernels::whole(std::as_const(input).view()), params,
                                     kernels::whole(output.view())));
        EXPECT_EQ(output.difference(input), "");
    }
}

TEST(Unsharp, SharpensAnEdgeWithinTheAllowedOvershoot) {
    TestImage input(PixelFormat::gray8, 300, 9), output(PixelFormat::gray8, 300, 9);
    for (int i = 0; i < 300 * 9; i++) input.set(i % 300, i / 300, 0, i % 300 < 150 ? 80 : 160);
    const UnsharpParams params = {*kernels::gaussian_weights(1.0), 0, 5 * 256, 8192};
    ASSERT_TRUE(kernels::unsharp(kernels::whole(std::as_const(input).view()), params,
                                 kernels::whole(output.view())));
    EXPECT_EQ(output.get(149, 4, 0), 75);
    EXPECT_EQ(output.get(150, 4, 0), 165);
    EXPECT_EQ(output.get(100, 4, 0), 80);
    EXPECT_EQ(output.get(200, 4, 0), 160);
}

TEST(Unsharp, RefusesWhatIsNotAsDocumented) {
    TestImage input(PixelFormat::rgb8, 20, 12), output(PixelFormat::rgb8, 20, 12);
    input.fill(Content::random, 1);
    const TestImage before = output;
    const auto in = kernels::whole(std::as_const(input).view());
    const auto expect_refused = [&](const kernels::InputStrip& strip, const UnsharpParams& params,
                                    RowRange rows) {
        const Status done = kernels::unsharp(strip, params, kernels::strip(output.view(), rows));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid);
        EXPECT_EQ(output.difference(before), "");
    };
    UnsharpParams wrong = typical();
    wrong.weights[2]++;
    expect_refused(in, wrong, {0, 12});
    wrong.weights = {32768, 0, 0, 0, 0};
    expect_refused(in, wrong, {0, 12});
    wrong.weights = {0, 16384, 0, 0, 0};
    expect_refused(in, wrong, {0, 12});
    for (const int value : {-1, 32768}) {
        wrong = typical();
        wrong.amount_q12 = value;
        expect_refused(in, wrong, {0, 12});
        wrong = typical();
        wrong.threshold = value;
        expect_refused(in, wrong, {0, 12});
        wrong = typical();
        wrong.overshoot = value;
        expect_refused(in, wrong, {0, 12});
    }
    // One row of the halo is missing, above and below.
    const ImageView all = std::as_const(input).view();
    expect_refused(kernels::strip(all, {2, 12}), typical(), {5, 8});
    expect_refused(kernels::strip(all, {0, 10}), typical(), {5, 7});
}

}  // namespace
}  // namespace limpid::testing::unsharp_test
