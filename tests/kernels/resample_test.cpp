#include "kernels/resample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "test_image.hpp"

namespace limpid::testing::resample_test {
namespace {

using kernels::ResampleAxis;
using kernels::RowRange;

using Int = std::int64_t;

/// The twin: what the header of resample_generator.cpp and resample.hpp say, sample by sample.
class Twin {
public:
    Twin(const TestImage& input, const ResampleAxis& x, const ResampleAxis& y)
        : input_(input), x_(x), y_(y), wide_(max() == 65535 || alpha()) {}

    [[nodiscard]] TestImage run() const {
        TestImage output(input_.format(), x_.output_length, y_.output_length);
        for (int y = 0; y < y_.output_length; y++) {
            for (int x = 0; x < x_.output_length; x++) {
                const Int a = alpha() ? sample_at(x, y, 3) : 0;
                for (int c = 0; c < channels(input_.format()); c++) {
                    const Int value = c == 3 ? a : sample_at(x, y, c);
                    output.set(x, y, c, static_cast<int>(alpha() ? straight(value, a, c) : value));
                }
            }
        }
        return output;
    }

private:
    [[nodiscard]] int max() const { return input_.max_value(); }
    [[nodiscard]] bool alpha() const { return has_alpha(input_.format()); }

    [[nodiscard]] Int source(int x, int y, int c) const {
        const Int value = input_.get(x, y, c);
        if (!alpha()) return value;
        if (max() == 255) return value * (c == 3 ? 255 : input_.get(x, y, 3));
        return c == 3 ? value : (value * input_.get(x, y, 3) + 32767) / 65535;
    }
    [[nodiscard]] Int straight(Int value, Int a, int c) const {
        if (c == 3) return max() == 255 ? std::min<Int>((a + 127) / 255, 255) : a;
        if (a == 0) return 0;
        return std::min<Int>((max() * value + a / 2) / a, max());
    }
    [[nodiscard]] Int middle(int x, int y, int c) const {
        Int sum = 0;
        for (int k = 0; k < y_.taps; k++) {
            const Int weight = y_.row(y)[static_cast<std::size_t>(k)];
            if (weight == 0) continue;
            const int row = y_.first[static_cast<std::size_t>(y)] + k;
            sum += weight * (source(x, row, c) - (wide_ ? 32768 : 0));
        }
        return std::clamp<Int>(wide_ ? (sum + 8192) >> 14 : (sum + 128) >> 8, -32768, 32767);
    }
    [[nodiscard]] Int sample_at(int x, int y, int c) const {
        Int sum = 0;
        for (int k = 0; k < x_.taps; k++) {
            const Int weight = x_.row(x)[static_cast<std::size_t>(k)];
            if (weight == 0) continue;
            sum += weight * middle(x_.first[static_cast<std::size_t>(x)] + k, y, c);
        }
        if (wide_) return std::clamp<Int>((sum + 8192) >> 14, -32768, 32767) + 32768;
        return std::clamp<Int>((sum + (1 << 19)) >> 20, 0, 255);
    }

    const TestImage& input_;
    const ResampleAxis& x_;
    const ResampleAxis& y_;
    bool wide_;
};

ResampleAxis axis(int from, int to, ResizeFilter filter = ResizeFilter::lanczos3) {
    auto made = kernels::resample_axis(from, to, {0.0, static_cast<double>(from)}, filter);
    EXPECT_TRUE(made) << made.error().message();
    return *made;
}

/// The whole image, then strips of 1, 5, 16 and 67 rows from exactly sized copies of the rows they
/// need.
void expect_in_strips(const TestImage& input, const ResampleAxis& x, const ResampleAxis& y,
                      const TestImage& expected) {
    const int height = y.output_length;
    for (const int count : {height, 1, 5, 16, 67}) {
        if (count > height) continue;
        TestImage output(input.format(), x.output_length, height, 3);
        for (int begin = 0; begin < height; begin += count) {
            const RowRange rows = {begin, std::min(begin + count, height)};
            const RowRange needed = kernels::resample_input_rows(rows, y);
            const TestImage part(input, needed);
            const Status done = kernels::resample({part.view(), needed.begin, y.input_length}, x, y,
                                                  kernels::strip(output.view(), rows));
            ASSERT_TRUE(done) << done.error().message();
        }
        EXPECT_EQ(output.difference(expected), "") << "in strips of " << count;
        EXPECT_TRUE(output.padding_untouched()) << "in strips of " << count;
    }
}

struct Ratio {
    Size from;
    Size to;
};
/// Single pixels, one axis only, tiles of 64 columns and groups of 16 rows and one beside, the ends
/// of the range; halves of one tile of 128 columns or more, and of one column less.
constexpr Ratio kRatios[] = {{{1, 1}, {8, 8}},      {{1, 9}, {3, 1}},       {{5, 3}, {1, 1}},
                             {{31, 7}, {31, 14}},   {{33, 40}, {66, 40}},   {{130, 34}, {65, 17}},
                             {{64, 16}, {63, 15}},  {{128, 3}, {64, 16}},   {{200, 65}, {3, 2}},
                             {{17, 9}, {129, 33}},  {{256, 34}, {128, 17}}, {{258, 20}, {129, 10}},
                             {{254, 14}, {127, 7}}, {{534, 3}, {267, 5}},   {{260, 21}, {130, 11}}};

class ResampleTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, ResampleTest, ::testing::ValuesIn(kFormats), FormatName());

TEST_P(ResampleTest, EqualsTheTwin) {
    for (const auto& [from, to] : kRatios) {
        for (const ResizeFilter filter :
             {ResizeFilter::lanczos3, ResizeFilter::magic_kernel_sharp_2021}) {
            const ResampleAxis x = axis(from.width_px, to.width_px, filter);
            const ResampleAxis y = axis(from.height_px, to.height_px, filter);
            for (const Content content : kContents) {
                SCOPED_TRACE(std::to_string(from.width_px) + " x " +
                             std::to_string(from.height_px) + " to " + std::to_string(to.width_px) +
                             " x " + std::to_string(to.height_px));
                TestImage input(GetParam(), from.width_px, from.height_px, 5);
                input.fill(content, 11);
                expect_in_strips(input, x, y, Twin(input, x, y).run());
            }
        }
    }
}

/// So many pixels that those with alpha are halved in two bands of columns.
TEST_P(ResampleTest, HalvesInBandsOfColumns) {
    TestImage input(GetParam(), 1100, 126, 3);
    input.fill(Content::random, 5);
    const ResampleAxis x = axis(1100, 550), y = axis(126, 63);
    expect_in_strips(input, x, y, Twin(input, x, y).run());
}

/// Rows of which nothing, something and everything is opaque take different ways.
TEST_P(ResampleTest, OpaqueRowsAreNothingSpecial) {
    if (!has_alpha(GetParam())) GTEST_SKIP() << "has no alpha";
    TestImage input(GetParam(), 140, 60);
    input.fill(Content::random, 9);
    for (int i = 0; i < 140 * 40; i++) {
        if (i != 140 * 20 + 139) input.set(i % 140, i / 140, 3, input.max_value());
    }
    for (const auto& [width, height] : {Size{70, 30}, Size{150, 80}}) {
        const ResampleAxis x = axis(140, width), y = axis(60, height);
        expect_in_strips(input, x, y, Twin(input, x, y).run());
    }
}

TEST_P(ResampleTest, UnchangedAxesCopyWhatIsOpaque) {
    TestImage input(GetParam(), 131, 18, 1);
    input.fill(Content::random, 3);
    if (has_alpha(GetParam())) {
        for (int i = 0; i < 131 * 18; i++) input.set(i % 131, i / 131, 3, input.max_value());
    }
    const ResampleAxis x = axis(131, 131), y = axis(18, 18);
    expect_in_strips(input, x, y, input);
}

TEST_P(ResampleTest, FlatAreasStayFlat) {
    for (const int percent : {0, 37, 100}) {
        TestImage input(GetParam(), 100, 30), expected(GetParam(), 37, 71);
        const int value = input.max_value() * percent / 100;
        const auto fill = [&](TestImage& image) {
            for (int i = 0; i < image.width_px() * image.height_px(); i++) {
                for (int c = 0; c < channels(GetParam()); c++) {
                    image.set(i % image.width_px(), i / image.width_px(), c,
                              c == 3 ? image.max_value() : value);
                }
            }
        };
        fill(input);
        fill(expected);
        expect_in_strips(input, axis(100, 37), axis(30, 71), expected);
    }
}

TEST(Resample, WhatIsTransparentDoesNotBleed) {
    for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::rgba16}) {
        TestImage input(format, 64, 64), output(format, 32, 32);
        const int full = input.max_value();
        for (int i = 0; i < 64 * 64; i++) {
            const bool seen = i % 64 < 32;
            // What is seen is mid-grey; what is not is bright red.
            input.set(i % 64, i / 64, 0, seen ? full / 2 : full);
            input.set(i % 64, i / 64, 1, seen ? full / 2 : 0);
            input.set(i % 64, i / 64, 2, seen ? full / 2 : 0);
            input.set(i % 64, i / 64, 3, seen ? full : 0);
        }
        const ResampleAxis half = axis(64, 32);
        ASSERT_TRUE(kernels::resample(kernels::whole(std::as_const(input).view()), half, half,
                                      kernels::whole(output.view())));
        int partly = 0;
        for (int x = 0; x < 32; x++) {
            const int alpha = output.get(x, 16, 3);
            partly += alpha > 0 && alpha < full ? 1 : 0;
            for (int c = 0; c < 3; c++) {
                // Thin alpha leaves little to divide by; where it can be seen the colour holds.
                if (alpha > full / 16) {
                    EXPECT_NEAR(output.get(x, 16, c), full / 2, full / 128) << x;
                }
                if (alpha == 0) {
                    EXPECT_EQ(output.get(x, 16, c), 0) << x;
                }
            }
        }
        EXPECT_GT(partly, 0);
    }
}

/// The same filter in double precision without any rounding between the passes.
double reference(const TestImage& input, ResizeFilter filter, int to_width, int to_height, int x,
                 int y) {
    const auto taps = [&](int from, int to, int at) {
        const double ratio = static_cast<double>(from) / to, stretch = std::max(ratio, 1.0);
        const double center = (at + 0.5) * ratio - 0.5;
        std::vector<double> weights(static_cast<std::size_t>(from));
        double sum = 0;
        for (int i = -4 * from - 9; i < 5 * from + 9; i++) {
            const double w = kernels::filter_value(filter, (i - center) / stretch);
            weights[static_cast<std::size_t>(std::clamp(i, 0, from - 1))] += w;
            sum += w;
        }
        for (double& w : weights) w /= sum;
        return weights;
    };
    const auto wx = taps(input.width_px(), to_width, x);
    const auto wy = taps(input.height_px(), to_height, y);
    double value = 0;
    for (int j = 0; j < input.height_px(); j++) {
        for (int i = 0; i < input.width_px(); i++) {
            value += wx[static_cast<std::size_t>(i)] * wy[static_cast<std::size_t>(j)] *
                     input.get(i, j, 0);
        }
    }
    return std::clamp(value, 0.0, static_cast<double>(input.max_value()));
}

TEST(Resample, IsWithinRoundingOfDoublePrecision) {
    for (const ResizeFilter filter :
         {ResizeFilter::lanczos3, ResizeFilter::magic_kernel_sharp_2021}) {
        for (const auto& [to_width, to_height] : {Size{24, 20}, Size{96, 80}, Size{37, 53}}) {
            TestImage input(PixelFormat::gray8, 48, 40),
                output(PixelFormat::gray8, to_width, to_height);
            input.fill(Content::random, 21);
            ASSERT_TRUE(kernels::resample(kernels::whole(std::as_const(input).view()),
                                          axis(48, to_width, filter), axis(40, to_height, filter),
                                          kernels::whole(output.view())));
            double worst = 0;
            for (int y = 0; y < to_height; y++) {
                for (int x = 0; x < to_width; x++) {
                    worst = std::max(
                        worst, std::fabs(output.get(x, y, 0) -
                                         reference(input, filter, to_width, to_height, x, y)));
                }
            }
            // Half a step is the last rounding; the rest is that of the weights.
            EXPECT_LT(worst, 0.6) << to_width;
        }
    }
}

TEST(ResampleWeights, SumToOneAndLieInside) {
    for (const auto& [from, to] :
         {std::pair{1, 8}, {64, 1}, {1000, 999}, {999, 1000}, {4000, 63}, {7, 56}, {640, 10}}) {
        for (const ResizeFilter filter :
             {ResizeFilter::lanczos3, ResizeFilter::magic_kernel_sharp_2021}) {
            const ResampleAxis made = axis(from, to, filter);
            ASSERT_EQ(made.first.size(), static_cast<std::size_t>(to));
            for (int i = 0; i < to; i++) {
                int sum = 0, k = 0;
                for (const int weight : made.row(i)) {
                    sum += weight;
                    if (weight != 0) {
                        const int at = made.first[static_cast<std::size_t>(i)] + k;
                        ASSERT_TRUE(at >= 0 && at < from);
                    }
                    ++k;
                }
                ASSERT_EQ(sum, kernels::kResampleOne) << from << " to " << to << " at " << i;
            }
        }
    }
}

/// As the comment of resample_axis() says, one output sample after the other.
std::vector<std::int16_t> weights_by_hand(int from, int to, ResizeFilter filter, int at) {
    const double ratio = static_cast<double>(from) / to, stretch = std::max(ratio, 1.0);
    const double center = 0.0 + (at + 0.5) * ratio - 0.5;
    const double reach = kernels::filter_support(filter) * stretch;
    const int begin = static_cast<int>(std::floor(center - reach)) + 1;
    const int end = static_cast<int>(std::floor(center + reach)) + 1;
    const int first = std::max(begin, 0), last = std::min(end, from) - 1;
    std::vector<double> values(static_cast<std::size_t>(last - first + 1));
    double sum = 0, running = 0;
    for (int i = begin; i < end; i++) {
        const double value = kernels::filter_value(filter, std::fabs(i - center) / stretch);
        values[static_cast<std::size_t>(std::clamp(i, first, last) - first)] += value;
        sum += value;
    }
    std::vector<std::int16_t> weights;
    int given = 0;
    for (const double value : values) {
        running += value / sum;
        const int total = static_cast<int>(std::floor(running * kernels::kResampleOne + 0.5));
        weights.push_back(static_cast<std::int16_t>(total - given));
        given = total;
    }
    return weights;
}

TEST(ResampleWeights, AreThoseOfEachSampleByItself) {
    for (const auto& [from, to] : {std::pair{1000, 500},
                                   {1000, 400},
                                   {999, 333},
                                   {300, 1000},
                                   {4000, 2048},
                                   {250, 1000},
                                   {30, 20},
                                   {777, 512}}) {
        for (const ResizeFilter filter :
             {ResizeFilter::lanczos3, ResizeFilter::magic_kernel_sharp_2021}) {
            const ResampleAxis made = axis(from, to, filter);
            for (int i = 0; i < to; i++) {
                std::vector<std::int16_t> expected = weights_by_hand(from, to, filter, i);
                expected.resize(static_cast<std::size_t>(made.taps));
                ASSERT_TRUE(std::ranges::equal(made.row(i), expected))
                    << from << " to " << to << " at " << i;
            }
        }
    }
}

TEST(ResampleWeights, FiltersHaveTheirPublishedValues) {
    // sinc(1/2) sinc(1/6) = (2 / pi) (3 / pi) and the knots of Costella's polynomials.
    EXPECT_NEAR(kernels::filter_value(ResizeFilter::lanczos3, 0.5),
                6 / (3.14159265358979 * 3.14159265358979), 1e-13);
    EXPECT_EQ(kernels::filter_value(ResizeFilter::lanczos3, 2.0), 0.0);
    EXPECT_EQ(kernels::filter_value(ResizeFilter::lanczos3, -3.0), 0.0);
    const auto magic = [](double x) {
        return kernels::filter_value(ResizeFilter::magic_kernel_sharp_2021, x);
    };
    EXPECT_DOUBLE_EQ(magic(0.0), 577.0 / 576);
    EXPECT_DOUBLE_EQ(magic(4.5), 0.0);
    for (const double knot : {0.5, 1.5, 2.5, 3.5}) {
        EXPECT_NEAR(magic(knot - 1e-9), magic(knot + 1e-9), 1e-7) << knot;
    }
    for (double phase = 0; phase < 1; phase += 0.0625) {
        double sum = 0;
        for (int i = -6; i <= 6; i++) sum += magic(i + phase);
        EXPECT_NEAR(sum, 1.0, 1e-12) << phase;
    }
}

TEST(ResampleWeights, RefuseWhatIsNotAsDocumented) {
    const auto refused = [](int from, int to, kernels::AxisWindow window) {
        const auto made = kernels::resample_axis(from, to, window, ResizeFilter::lanczos3);
        return !made && made.error().id() == ErrorCode::resize_out_of_range;
    };
    EXPECT_FALSE(refused(10, 80, {0, 10}));
    EXPECT_TRUE(refused(10, 81, {0, 10}));
    EXPECT_FALSE(refused(640, 10, {0, 640}));
    EXPECT_TRUE(refused(1280, 10, {0, 1280}));
    EXPECT_TRUE(refused(10, 0, {0, 10}));
    EXPECT_TRUE(refused(0, 10, {0, 0}));
    EXPECT_TRUE(refused(65536, 65535, {0, 65536}));
    EXPECT_TRUE(refused(10, 10, {-1, 10}));
    EXPECT_TRUE(refused(10, 10, {0.5, 10}));
    EXPECT_TRUE(refused(10, 10, {0, std::nan("")}));
}

TEST(Resample, RefusesWhatIsNotAsDocumented) {
    TestImage input(PixelFormat::rgb8, 20, 12), output(PixelFormat::rgb8, 10, 6);
    input.fill(Content::random, 1);
    const TestImage before = output;
    const ResampleAxis x = axis(20, 10), y = axis(12, 6);
    const auto in = kernels::whole(std::as_const(input).view());
    const auto expect_refused = [&](const kernels::InputStrip& strip, const ResampleAxis& ax,
                                    const ResampleAxis& ay) {
        const Status done = kernels::resample(strip, ax, ay, kernels::whole(output.view()));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid);
        EXPECT_EQ(output.difference(before), "");
    };
    expect_refused(in, axis(21, 10), y);
    expect_refused(in, x, axis(13, 6));
    expect_refused(kernels::strip(std::as_const(input).view(), {1, 12}), x, y);
    ResampleAxis wrong = x;
    wrong.weights[2]++;
    expect_refused(in, wrong, y);
    wrong = x;
    wrong.first.back() = 19;
    expect_refused(in, wrong, y);
    wrong = x;
    wrong.first[1] = -1;
    expect_refused(in, wrong, y);
    wrong = x;
    wrong.taps++;
    expect_refused(in, wrong, y);
    wrong = x;
    wrong.weights[0] = 32767;
    wrong.weights[1] = -16383;
    expect_refused(in, wrong, y);
}

}  // namespace
}  // namespace limpid::testing::resample_test
