#include "kernels/denoise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "denoise_twin.hpp"
#include "strip_runs.hpp"
#include "test_image.hpp"

namespace limpid::testing::denoise_test {
namespace {

using kernels::DenoiseLevels;
using kernels::DenoiseParams;
using kernels::RowRange;

DenoiseParams params_for(const DenoiseLevels& levels, PixelFormat format) {
    auto params = kernels::make_denoise_params(levels, format);
    EXPECT_TRUE(params);
    return params ? *params : DenoiseParams{};
}

DenoiseLevels typical() {
    return {.luma_sigma = 0.03, .chroma_sigma = 0.05, .deblock_amount = 0.5, .jpeg_quality = 40};
}

Status denoise_whole(const TestImage& input, const DenoiseParams& params, TestImage& output) {
    return kernels::denoise(kernels::whole(input.view()), params, kernels::whole(output.view()));
}

void expect_in_strips(const TestImage& input, const DenoiseParams& params,
                      const TestImage& expected) {
    expect_in_all_strips(
        input, expected,
        [&](RowRange rows) { return kernels::denoise_input_rows(rows, input.height_px()); },
        [&](const auto& in, const auto& out) { return kernels::denoise(in, params, out); });
}

void expect_twin(PixelFormat format, Size size, Content content, const DenoiseParams& params) {
    SCOPED_TRACE(std::string(name_of(format)) + " " + std::to_string(size.width_px) + " x " +
                 std::to_string(size.height_px) + " content " +
                 std::to_string(static_cast<int>(content)));
    TestImage input(format, size.width_px, size.height_px, 5);
    input.fill(content, 7);
    expect_in_strips(input, params, denoise_twin(input, params));
}

class DenoiseTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, DenoiseTest, ::testing::ValuesIn(kFormats), FormatName());

// Around tiles of 112 samples, at full and at half size, and smaller than the reach of two passes.
constexpr Size kDenoiseSizes[] = {{1, 1}, {1, 17}, {19, 1}, {7, 5}, {110, 6}, {227, 11}, {521, 4}};

TEST_P(DenoiseTest, EqualsTheTwinForEverySize) {
    const DenoiseParams params = params_for(typical(), GetParam());
    std::size_t i = 0;
    for (const Size size : kDenoiseSizes) {
        expect_twin(GetParam(), size, kContents[i++ % std::size(kContents)], params);
    }
}

TEST_P(DenoiseTest, EqualsTheTwinForEveryContent) {
    const DenoiseParams params = params_for(typical(), GetParam());
    for (const Content content : kContents) expect_twin(GetParam(), {70, 9}, content, params);
}

TEST_P(DenoiseTest, EqualsTheTwinForExtremeTables) {
    DenoiseParams keep_all, keep_none, mixed;
    keep_all.luma.variance[63] = keep_all.chroma.variance[63] = 1;
    keep_none.luma.threshold.fill(32767);
    keep_none.luma.variance.fill(kernels::kMaxNoiseVariance);
    keep_none.chroma = keep_none.luma;
    keep_none.chroma_coring = 2040;
    // Keeps single coefficients at full size: what overshoots most.
    mixed = keep_none;
    for (std::size_t i = 0; i < 64; i += 3) {
        mixed.luma.threshold[i] = mixed.chroma.threshold[i] = 0;
        mixed.luma.variance[i] = mixed.chroma.variance[i] = 0;
    }
    for (const DenoiseParams& params : {keep_all, keep_none, mixed}) {
        for (const Content content : {Content::extremes, Content::grey_white}) {
            expect_twin(GetParam(), {40, 6}, content, params);
        }
    }
}

TEST_P(DenoiseTest, ZeroTablesCopyBitForBit) {
    for (const Size size : kDenoiseSizes) {
        TestImage input(GetParam(), size.width_px, size.height_px, 1);
        input.fill(Content::random, 5);
        expect_in_strips(input, DenoiseParams{}, input);
    }
}

/// Luma of a pixel as denoise.hpp defines it.
int luma_of(const TestImage& image, int x, int y) {
    return (77 * image.get(x, y, 0) + 150 * image.get(x, y, 1) + 29 * image.get(x, y, 2) + 128) >>
           8;
}

TEST_P(DenoiseTest, ZeroLumaTableLeavesLumaExactly) {
    if (channels(GetParam()) == 1) GTEST_SKIP() << "grey is all luma";
    const DenoiseParams params = params_for({.chroma_sigma = 0.2}, GetParam());
    TestImage input(GetParam(), 90, 20), output(GetParam(), 90, 20);
    input.fill(Content::random, 3);
    // Away from the ends of the range no channel is clamped.
    for (int i = 0; i < 90 * 20; ++i) {
        for (int c = 0; c < 3; ++c) {
            const int value = input.get(i % 90, i / 90, c);
            input.set(i % 90, i / 90, c, input.max_value() * 3 / 8 + value / 8);
        }
    }
    ASSERT_TRUE(denoise_whole(input, params, output));
    EXPECT_NE(output.difference(input), "");
    for (int i = 0; i < 90 * 20; ++i) {
        ASSERT_EQ(luma_of(output, i % 90, i / 90), luma_of(input, i % 90, i / 90)) << i;
    }
}

int largest_difference(const TestImage& a, const TestImage& b) {
    int largest = 0;
    for (int i = 0; i < a.width_px() * a.height_px(); ++i) {
        for (int c = 0; c < channels(a.format()); ++c) {
            const int x = i % a.width_px(), y = i / a.width_px();
            largest = std::max(largest, std::abs(a.get(x, y, c) - b.get(x, y, c)));
        }
    }
    return largest;
}

// 16 bits: to an eighth of an 8-bit step, for the planes have 12 bits.
TEST_P(DenoiseTest, LeavesFlatAreasAlone) {
    const int allowed = bytes_per_sample(GetParam()) == 2 ? 32 : 0;
    const DenoiseParams params = params_for(typical(), GetParam());
    for (const int percent : {0, 37, 100}) {
        TestImage input(GetParam(), 40, 20), output(GetParam(), 40, 20);
        for (int i = 0; i < 40 * 20; ++i) {
            for (int c = 0; c < channels(GetParam()); ++c) {
                input.set(i % 40, i / 40, c, input.max_value() * (percent + 10 * c) / 140);
            }
        }
        ASSERT_TRUE(denoise_whole(input, params, output));
        EXPECT_LE(largest_difference(output, input), allowed) << percent;
    }
}

/// Sum of twelve uniform numbers: nearly normal, standard deviation 1.
double normal(Random& random) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.below(1 << 16) / 65536.0;
    return sum;
}

double rms_difference(const TestImage& a, const TestImage& b) {
    double sum = 0;
    for (int i = 0; i < a.width_px() * a.height_px(); ++i) {
        const double d = a.get(i % a.width_px(), i / a.width_px(), 0) -
                         b.get(i % a.width_px(), i / a.width_px(), 0);
        sum += d * d;
    }
    return std::sqrt(sum / (a.width_px() * a.height_px())) / a.max_value();
}

TEST_P(DenoiseTest, RemovesMostOfTheNoiseOfASmoothImage) {
    TestImage clean(GetParam(), 120, 80), noisy(GetParam(), 120, 80), output(GetParam(), 120, 80);
    Random random(9);
    for (int i = 0; i < 120 * 80; ++i) {
        const int x = i % 120, y = i / 120;
        for (int c = 0; c < channels(GetParam()); ++c) {
            const double level = 0.3 + 0.003 * x + (y > 40 ? 0.1 : 0);
            clean.set(x, y, c, static_cast<int>(level * clean.max_value()));
            noisy.set(x, y, c,
                      static_cast<int>((level + 0.06 * normal(random)) * clean.max_value()));
        }
    }
    // Independent noise of 0.06 in all channels.
    const bool grey = channels(GetParam()) == 1;
    const DenoiseParams params = params_for(
        {.luma_sigma = grey ? 0.06 : 0.06 * 0.668, .chroma_sigma = 0.06 * 1.414}, GetParam());
    ASSERT_TRUE(denoise_whole(noisy, params, output));
    EXPECT_LT(rms_difference(output, clean), 0.25 * rms_difference(noisy, clean));
}

TEST(Denoise, RefusesWhatIsNotAsDocumented) {
    TestImage input(PixelFormat::rgb8, 20, 90), output(PixelFormat::rgb8, 20, 90);
    input.fill(Content::random, 1);
    const TestImage before = output;
    const DenoiseParams good = params_for(typical(), PixelFormat::rgb8);
    const auto expect_refused = [&](const kernels::InputStrip& strip, const DenoiseParams& params,
                                    RowRange rows) {
        const Status done = kernels::denoise(strip, params, kernels::strip(output.view(), rows));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid);
        EXPECT_EQ(output.difference(before), "");
    };
    const ImageView all = std::as_const(input).view();
    DenoiseParams wrong = good;
    wrong.luma.threshold[3] = -1;
    expect_refused(kernels::whole(all), wrong, {0, 90});
    for (const int value : {-1, kernels::kMaxNoiseVariance + 1}) {
        wrong = good;
        wrong.chroma.variance[63] = value;
        expect_refused(kernels::whole(all), wrong, {0, 90});
    }
    for (const int value : {-1, 2041}) {
        wrong = good;
        wrong.chroma_coring = value;
        expect_refused(kernels::whole(all), wrong, {0, 90});
    }
    // One row of the halo is missing, above and below.
    expect_refused(kernels::strip(all, {5, 90}), good, {35, 40});
    expect_refused(kernels::strip(all, {0, 70}), good, {35, 40});
}

}  // namespace
}  // namespace limpid::testing::denoise_test
