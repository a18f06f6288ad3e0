#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "kernels/kernels.hpp"
#include "test_image.hpp"

namespace limpid::testing::box_downscale_test {
namespace {

using kernels::RowRange;

struct Boxes {
    TestImage proxy;
    TestImage high;
    TestImage low;
};

Boxes make_boxes(const TestImage& input, int factor, int padding_samples) {
    const int width = kernels::box_count(input.width_px(), factor);
    const int height = kernels::box_count(input.height_px(), factor);
    const auto colours = channels(input.format()) == 1 ? PixelFormat::gray16 : PixelFormat::rgb16;
    return {TestImage(colours, width, height, padding_samples),
            TestImage(PixelFormat::gray16, width, height, padding_samples),
            TestImage(PixelFormat::gray16, width, height, padding_samples)};
}

/// The twin: one box at a time.
Boxes twin(const TestImage& input, int factor) {
    Boxes boxes = make_boxes(input, factor, 0);
    const int colours = channels(boxes.proxy.format());
    for (int by = 0; by < boxes.proxy.height_px(); by++) {
        for (int bx = 0; bx < boxes.proxy.width_px(); bx++) {
            std::int64_t sums[3] = {};
            int n = 0, high = 0, low = 0;
            for (int y = by * factor; y < std::min((by + 1) * factor, input.height_px()); y++) {
                for (int x = bx * factor; x < std::min((bx + 1) * factor, input.width_px()); x++) {
                    bool any_full = false, all_zero = true;
                    for (int c = 0; c < colours; c++) {
                        const int value = input.get(x, y, c);
                        sums[c] += value;
                        any_full = any_full || value == input.max_value();
                        all_zero = all_zero && value == 0;
                    }
                    n++;
                    high += any_full;
                    low += all_zero;
                }
            }
            for (int c = 0; c < colours; c++) {
                const std::int64_t scaled = sums[c] * (input.max_value() == 255 ? 257 : 1);
                boxes.proxy.set(bx, by, c, static_cast<int>((scaled + n / 2) / n));
            }
            boxes.high.set(bx, by, 0, high);
            boxes.low.set(bx, by, 0, low);
        }
    }
    return boxes;
}

void expect_twin(const TestImage& input, int factor) {
    SCOPED_TRACE(std::string(name_of(input.format())) + " " + std::to_string(input.width_px()) +
                 " x " + std::to_string(input.height_px()) + " factor " + std::to_string(factor));
    const Boxes expected = twin(input, factor);
    const int rows = expected.proxy.height_px();
    for (const int rows_per_strip : {rows, 1, 3}) {
        if (rows_per_strip > rows) continue;
        Boxes boxes = make_boxes(input, factor, 3);
        for (int y = 0; y < rows; y += rows_per_strip) {
            const RowRange out = {y, std::min(y + rows_per_strip, rows)};
            const RowRange in = kernels::box_downscale_input_rows(out, factor, input.height_px());
            const TestImage part(input, in);
            const Status done = kernels::box_downscale(
                {part.view(), in.begin, input.height_px()}, factor,
                {kernels::strip(boxes.proxy.view(), out), kernels::strip(boxes.high.view(), out),
                 kernels::strip(boxes.low.view(), out)});
            ASSERT_TRUE(done) << done.error().message();
        }
        EXPECT_EQ(boxes.proxy.difference(expected.proxy), "") << rows_per_strip;
        EXPECT_EQ(boxes.high.difference(expected.high), "") << rows_per_strip;
        EXPECT_EQ(boxes.low.difference(expected.low), "") << rows_per_strip;
        EXPECT_TRUE(boxes.proxy.padding_untouched() && boxes.high.padding_untouched() &&
                    boxes.low.padding_untouched());
    }
}

class BoxDownscaleTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, BoxDownscaleTest, ::testing::ValuesIn(kFormats), FormatName());

TEST_P(BoxDownscaleTest, EqualsTheTwinForEverySizeContentAndFactor) {
    for (const Size size : kSizes) {
        for (const Content content : kContents) {
            TestImage input(GetParam(), size.width_px, size.height_px, 3);
            input.fill(content, 9);
            for (const int factor : {1, 2, 3, 7, 64}) expect_twin(input, factor);
        }
    }
}

TEST_P(BoxDownscaleTest, HoldsTheLargestSumsAndCounts) {
    TestImage input(GetParam(), 200, 130);
    for (const int value : {0, input.max_value()}) {
        for (int i = 0; i < 200 * 130; i++) {
            for (int c = 0; c < channels(GetParam()); c++) input.set(i % 200, i / 200, c, value);
        }
        expect_twin(input, 64);
    }
}

TEST(BoxDownscale, FactorOneCopies16BitColours) {
    TestImage input(PixelFormat::rgb16, 37, 5);
    input.fill(Content::random, 2);
    Boxes boxes = make_boxes(input, 1, 0);
    ASSERT_TRUE(kernels::box_downscale(
        kernels::whole(std::as_const(input).view()), 1,
        {kernels::whole(boxes.proxy.view()), kernels::whole(boxes.high.view()),
         kernels::whole(boxes.low.view())}));
    EXPECT_EQ(boxes.proxy.difference(input), "");
}

TEST(BoxDownscale, RefusesWhatIsNotAsDocumented) {
    TestImage input(PixelFormat::rgb8, 20, 12);
    input.fill(Content::random, 1);
    Boxes boxes = make_boxes(input, 4, 0);
    const auto in = kernels::whole(std::as_const(input).view());
    const kernels::BoxDownscaleOutput out = {kernels::whole(boxes.proxy.view()),
                                             kernels::whole(boxes.high.view()),
                                             kernels::whole(boxes.low.view())};
    const auto expect_refused = [](const Status& done) {
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid);
    };
    ASSERT_TRUE(kernels::box_downscale(in, 4, out));
    expect_refused(kernels::box_downscale(in, 0, out));
    expect_refused(kernels::box_downscale(in, 65, out));
    expect_refused(kernels::box_downscale(in, 5, out));
    kernels::BoxDownscaleOutput mixed = out;
    mixed.clipped_low = kernels::strip(boxes.low.view(), {0, 2});
    expect_refused(kernels::box_downscale(in, 4, mixed));
    mixed = out;
    mixed.clipped_high = mixed.proxy;
    expect_refused(kernels::box_downscale(in, 4, mixed));
    expect_refused(
        kernels::box_downscale(kernels::strip(std::as_const(input).view(), {0, 11}), 4, out));
}

}  // namespace
}  // namespace limpid::testing::box_downscale_test
