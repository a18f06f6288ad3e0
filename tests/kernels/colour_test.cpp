#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/kernels.hpp"
#include "strip_runs.hpp"
#include "test_image.hpp"

namespace limpid::testing {
namespace {

using kernels::ColourParams;
using kernels::RowRange;

RowRange same_rows(RowRange rows) { return rows; }

/// The twin: what the header of colour_generator.cpp says, one pixel at a time, in wide integers.
class Twin {
public:
    Twin(bool wide, const std::vector<std::uint16_t>& tables, int vibrance_q15)
        : wide_(wide), tables_(tables), vibrance_(vibrance_q15) {}

    [[nodiscard]] TestImage run(const TestImage& input) const {
        TestImage output(input.format(), input.width_px(), input.height_px());
        const int count = channels(input.format());
        for (int y = 0; y < input.height_px(); y++) {
            for (int x = 0; x < input.width_px(); x++) {
                std::int64_t value[4] = {};
                for (int c = 0; c < count; c++) value[c] = input.get(x, y, c);
                for (int c = 0; c < std::min(count, 3); c++) value[c] = look_up(c, value[c]);
                if (count >= 3) vibrance(value);
                for (int c = 0; c < count; c++) {
                    output.set(x, y, c, static_cast<int>(c == 3 ? value[3] : sample(value[c])));
                }
            }
        }
        return output;
    }

private:
    using Int = std::int64_t;
    static Int mul15(Int a, Int b) { return (a * b + 16384) >> 15; }
    [[nodiscard]] Int look_up(int c, Int value) const {
        return tables_[static_cast<std::size_t>(c * (wide_ ? 65536 : 256) + value)];
    }
    [[nodiscard]] Int sample(Int value) const { return wide_ ? value : (value + 32) >> 6; }

    void vibrance(Int* v) const {
        const Int full = wide_ ? 65535 : 16320;
        const Int high = std::max({v[0], v[1], v[2]});
        const Int low = std::min({v[0], v[1], v[2]});
        const Int luma =
            wide_ ? (54 * v[0] + 183 * v[1] + 19 * v[2] + 128) >> 8
                  : mul15(v[0], 54 * 128) + mul15(v[1], 183 * 128) + mul15(v[2], 19 * 128);
        const Int d = full - (high - low);
        const Int muted = wide_ ? d >> 1 : 2 * d + (d >> 7);
        const Int m = std::min({full - high, low, Int{wide_ ? 16383 : 4080}});
        const Int room = wide_ ? 2 * m + (m >> 13) : 8 * m + (m >> 5);
        const Int k = mul15(mul15(vibrance_, mul15(muted, muted)), room);
        for (int c = 0; c < 3; c++) {
            v[c] = std::clamp<Int>(v[c] + mul15(v[c] - luma, k), 0, full);
        }
    }

    bool wide_;
    const std::vector<std::uint16_t>& tables_;
    int vibrance_;
};

std::size_t entries(PixelFormat format) { return bytes_per_sample(format) == 2 ? 65536 : 256; }
std::size_t tables_size(PixelFormat format) {
    return entries(format) * (channels(format) == 1 ? 1 : 3);
}

std::vector<std::uint16_t> identity_tables(PixelFormat format) {
    std::vector<std::uint16_t> tables(tables_size(format));
    for (std::size_t i = 0; i < tables.size(); i++) {
        const std::size_t value = i % entries(format);
        tables[i] = static_cast<std::uint16_t>(bytes_per_sample(format) == 2 ? value : value * 64);
    }
    return tables;
}

std::vector<std::uint16_t> random_tables(PixelFormat format, std::uint32_t seed) {
    Random random(seed);
    std::vector<std::uint16_t> tables(tables_size(format));
    const int full = bytes_per_sample(format) == 2 ? 65535 : 16320;
    for (std::uint16_t& entry : tables) {
        // Often one of the ends, where clamps and the saturation terms change their case.
        const int kind = random.below(8);
        entry = static_cast<std::uint16_t>(kind == 0   ? 0
                                           : kind == 1 ? full
                                                       : random.below(full + 1));
    }
    return tables;
}

void expect_twin(PixelFormat format, Size size, Content content, int vibrance_q15) {
    SCOPED_TRACE(std::string(name_of(format)) + " " + std::to_string(size.width_px) + " x " +
                 std::to_string(size.height_px) + " vibrance " + std::to_string(vibrance_q15));
    TestImage input(format, size.width_px, size.height_px, 5);
    input.fill(content, 7);
    const std::vector<std::uint16_t> tables = random_tables(format, 3);
    const TestImage expected = Twin(bytes_per_sample(format) == 2, tables, vibrance_q15).run(input);
    const ColourParams params = {tables, vibrance_q15};
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
}  // namespace limpid::testing
