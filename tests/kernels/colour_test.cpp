#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "colour_tables.hpp"
#include "colour_twin.hpp"
#include "kernels/kernels.hpp"
#include "strip_runs.hpp"
#include "test_image.hpp"

namespace limpid::testing::colour_test {
namespace {

using kernels::ColourParams;
using kernels::RowRange;

RowRange same_rows(RowRange rows) { return rows; }

void expect_twin(PixelFormat format, Size size, Content content, int vibrance_q15) {
    SCOPED_TRACE(std::string(name_of(format)) + " " + std::to_string(size.width_px) + " x " +
                 std::to_string(size.height_px) + " vibrance " + std::to_string(vibrance_q15));
    TestImage input(format, size.width_px, size.height_px, 5);
    input.fill(content, 7);
    const std::vector<std::uint16_t> tables = random_tables(format, 3);
    const ColourParams params = {.tables = tables, .vibrance_q15 = vibrance_q15};
    const TestImage expected = ColourTwin(format, params).run(input);
    expect_in_all_strips(input, expected, same_rows, [&](const auto& in, const auto& out) {
        return kernels::colour(in, params, out);
    });
}

class ColourTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, ColourTest, ::testing::ValuesIn(kFormats), FormatName());

TEST_P(ColourTest, EqualsTheTwinForEverySizeAndContent) {
    for (const Size size : kSizes) {
        for (const Content content : kContents) expect_twin(GetParam(), size, content, 20000);
    }
}

TEST_P(ColourTest, EqualsTheTwinForExtremeVibrance) {
    for (const int vibrance_q15 : {-32767, -1, 0, 1, 32767}) {
        for (const Content content : kContents) {
            expect_twin(GetParam(), {300, 40}, content, vibrance_q15);
        }
    }
}

TEST_P(ColourTest, IdentityTablesAndNoVibranceCopyBitForBit) {
    const std::vector<std::uint16_t> tables = identity_tables(GetParam());
    for (const Size size : kSizes) {
        for (const Content content : kContents) {
            TestImage input(GetParam(), size.width_px, size.height_px, 1);
            input.fill(content, 11);
            expect_in_all_strips(input, input, same_rows, [&](const auto& in, const auto& out) {
                return kernels::colour(in, {tables, 0}, out);
            });
        }
    }
}

TEST(Colour, KeepsGreyGrey) {
    TestImage input(PixelFormat::rgb8, 256, 1), output(PixelFormat::rgb8, 256, 1);
    for (int x = 0; x < 256; x++) {
        for (int c = 0; c < 3; c++) input.set(x, 0, c, x);
    }
    const auto tables = identity_tables(PixelFormat::rgb8);
    ASSERT_TRUE(kernels::colour(kernels::whole(std::as_const(input).view()), {tables, 32767},
                                kernels::whole(output.view())));
    EXPECT_EQ(output.difference(input), "");
}

class ColourRefuses : public ::testing::Test {
protected:
    TestImage input_{PixelFormat::rgb8, 20, 6};
    TestImage output_{PixelFormat::rgb8, 20, 6};
    std::vector<std::uint16_t> tables_ = identity_tables(PixelFormat::rgb8);

    void SetUp() override { input_.fill(Content::random, 1); }
    void expect_refused(const kernels::InputStrip& in, const ColourParams& params,
                        const kernels::OutputStrip& out) {
        const TestImage before = output_;
        const Status done = kernels::colour(in, params, out);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid) << done.error().message();
        EXPECT_EQ(output_.difference(before), "");
    }
    kernels::InputStrip in() { return kernels::whole(std::as_const(input_).view()); }
    kernels::OutputStrip out() { return kernels::whole(output_.view()); }
};

TEST_F(ColourRefuses, VibranceOutOfRange) {
    expect_refused(in(), {tables_, 32768}, out());
    expect_refused(in(), {tables_, -32768}, out());
}

TEST_F(ColourRefuses, TablesOfAnotherSize) {
    expect_refused(in(), {std::span(tables_).first(767), 0}, out());
    expect_refused(in(), {std::span(tables_).first(256), 0}, out());
    expect_refused(in(), {{}, 0}, out());
}

TEST_F(ColourRefuses, TableEntryAboveFullScale) {
    tables_[300] = 16321;
    expect_refused(in(), {tables_, 0}, out());
}

TEST_F(ColourRefuses, RowsThatAreNotAtHand) {
    expect_refused(kernels::strip(std::as_const(input_).view(), {1, 6}), {tables_, 0}, out());
    expect_refused(kernels::strip(std::as_const(input_).view(), {0, 5}), {tables_, 0}, out());
}

TEST_F(ColourRefuses, StripOutsideItsImage) {
    kernels::InputStrip strip = in();
    strip.first_row = 1;
    expect_refused(strip, {tables_, 0}, out());
    strip = in();
    strip.first_row = -1;
    expect_refused(strip, {tables_, 0}, out());
    kernels::OutputStrip target = out();
    target.first_row = 2147483647;
    expect_refused(in(), {tables_, 0}, target);
}

TEST_F(ColourRefuses, OutputThatSharesMemoryWithInput) {
    expect_refused(in(), {tables_, 0}, kernels::whole(input_.view()));
}

TEST_F(ColourRefuses, ShapesThatDiffer) {
    TestImage narrower(PixelFormat::rgb8, 19, 6), other(PixelFormat::rgba8, 20, 6);
    expect_refused(in(), {tables_, 0}, kernels::whole(narrower.view()));
    expect_refused(in(), {tables_, 0}, kernels::whole(other.view()));
}

TEST_F(ColourRefuses, ViewsThatCannotBe) {
    kernels::InputStrip strip = in();
    strip.rows.data = nullptr;
    expect_refused(strip, {tables_, 0}, out());
    strip = in();
    strip.rows.row_stride_bytes = 59;
    expect_refused(strip, {tables_, 0}, out());
    strip.rows.row_stride_bytes = -60;
    expect_refused(strip, {tables_, 0}, out());
    strip = in();
    strip.rows.width_px = 0;
    expect_refused(strip, {tables_, 0}, out());
    strip = in();
    strip.rows.row_stride_bytes = std::ptrdiff_t{1} << 30;
    expect_refused(strip, {tables_, 0}, out());
}

TEST(Colour, RefusesOddAddressesOf16BitRows) {
    std::vector<std::byte> bytes(2 * 8 * 2 + 2);
    TestImage output(PixelFormat::gray16, 8, 2);
    const auto tables = identity_tables(PixelFormat::gray16);
    const ImageView odd = {bytes.data() + 1, PixelFormat::gray16, 8, 2, 16};
    EXPECT_FALSE(kernels::colour(kernels::whole(odd), {tables, 0}, kernels::whole(output.view())));
}

}  // namespace
}  // namespace limpid::testing::colour_test
