#include "kernels/lut3d.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "strip_runs.hpp"
#include "test_image.hpp"

namespace limpid::testing::lut3d_test {
namespace {

using kernels::Lut3dParams;
using kernels::RowRange;

constexpr PixelFormat kColourFormats[] = {PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::rgb16,
                                          PixelFormat::rgba16};

/// The twin: what the header of lut3d_generator.cpp says, walking the path corner by corner.
TestImage twin(const TestImage& input, const Lut3dParams& params) {
    const int n = params.points;
    const bool wide = bytes_per_sample(input.format()) == 2;
    const std::array<int, 3> steps = {1, n, n * n};
    TestImage output(input.format(), input.width_px(), input.height_px());
    for (int y = 0; y < input.height_px(); y++) {
        for (int x = 0; x < input.width_px(); x++) {
            std::array<std::int64_t, 3> value{}, place{};
            std::array<std::size_t, 3> axes = {0, 1, 2};
            int corner = 0;
            for (std::size_t c = 0; c < 3; c++) {
                value[c] = input.get(x, y, static_cast<int>(c)) * std::int64_t{wide ? 1 : 257};
                const std::int64_t scaled = value[c] * (n - 1);
                const std::int64_t cell = std::min<std::int64_t>(scaled / 65535, n - 2);
                place[c] = (scaled - 65535 * cell + 1) / 2;
                corner += static_cast<int>(cell) * steps[c];
            }
            std::ranges::stable_sort(
                axes, [&](std::size_t a, std::size_t b) { return place[a] > place[b]; });
            std::array<std::int64_t, 3> sums{};
            std::int64_t previous = 32768;
            for (std::size_t k = 0; k <= 3; k++) {
                const std::int64_t next = k < 3 ? place[axes[k]] : 0;
                for (std::size_t c = 0; c < 3; c++) {
                    sums[c] += (previous - next) *
                               params.lattice[3 * static_cast<std::size_t>(corner) + c];
                }
                if (k < 3) corner += steps[axes[k]];
                previous = next;
            }
            for (std::size_t c = 0; c < 3; c++) {
                const std::int64_t out =
                    std::clamp<std::int64_t>(value[c] + ((sums[c] + 8192) >> 14), 0, 65535);
                output.set(x, y, static_cast<int>(c),
                           static_cast<int>(wide ? out : (out + 128) / 257));
            }
            if (has_alpha(input.format())) output.set(x, y, 3, input.get(x, y, 3));
        }
    }
    return output;
}

std::vector<std::int16_t> lattice_of(int points, std::uint32_t seed, bool extremes) {
    Random random(seed);
    std::vector<std::int16_t> lattice(static_cast<std::size_t>(3 * points * points * points));
    for (std::int16_t& value : lattice) {
        value = static_cast<std::int16_t>(extremes ? (random.below(2) == 0 ? -32768 : 32767)
                                                   : random.below(20001) - 10000);
    }
    return lattice;
}

void expect_strips(const TestImage& input, const Lut3dParams& params, const TestImage& expected) {
    expect_in_all_strips(
        input, expected, [](RowRange rows) { return rows; },
        [&](const auto& in, const auto& out) { return kernels::lut3d(in, params, out); });
}

class Lut3dTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, Lut3dTest, ::testing::ValuesIn(kColourFormats), FormatName());

TEST_P(Lut3dTest, EqualsTheTwin) {
    for (const int points : {2, 3, 17, 33}) {
        for (const bool extremes : {false, true}) {
            const auto lattice = lattice_of(points, 5, extremes);
            for (const Content content : kContents) {
                SCOPED_TRACE(std::to_string(points) + " points");
                TestImage input(GetParam(), 521, 7, 2);
                input.fill(content, 9);
                const Lut3dParams params = {lattice, points};
                expect_strips(input, params, twin(input, params));
            }
        }
    }
}

TEST_P(Lut3dTest, EqualsTheTwinForEverySize) {
    const auto lattice = lattice_of(5, 8, false);
    const Lut3dParams params = {lattice, 5};
    for (const Size size : kSizes) {
        TestImage input(GetParam(), size.width_px, size.height_px, 1);
        input.fill(Content::random, 2);
        expect_strips(input, params, twin(input, params));
    }
}

TEST_P(Lut3dTest, ALatticeOfZerosCopiesBitForBit) {
    for (const int points : {2, 33, 65}) {
        const std::vector<std::int16_t> lattice(
            static_cast<std::size_t>(3 * points * points * points));
        for (const Content content : kContents) {
            TestImage input(GetParam(), 600, 9);
            input.fill(content, 4);
            expect_strips(input, {lattice, points}, input);
        }
    }
}

TEST(Lut3d, EveryValueOfAChannelFindsItsPlace) {
    // Black becomes white and white black: D = 1 - 2 v, exactly linear between the points.
    constexpr int kPoints = 4;
    std::vector<std::int16_t> lattice;
    for (int i = 0; i < kPoints * kPoints * kPoints; i++) {
        for (const int at : {i % kPoints, i / kPoints % kPoints, i / (kPoints * kPoints)}) {
            const int twice = 65535 - 2 * 21845 * at;
            lattice.push_back(static_cast<std::int16_t>(twice >= 0 ? twice / 2 : (twice - 1) / 2));
        }
    }
    TestImage input(PixelFormat::rgb8, 512, 1), output(PixelFormat::rgb8, 512, 1);
    for (int x = 0; x < 512; x++) {
        for (int c = 0; c < 3; c++) input.set(x, 0, c, x % 256);
    }
    ASSERT_TRUE(kernels::lut3d(kernels::whole(std::as_const(input).view()), {lattice, kPoints},
                               kernels::whole(output.view())));
    for (int x = 0; x < 512; x++) {
        for (int c = 0; c < 3; c++) EXPECT_EQ(output.get(x, 0, c), 255 - x % 256);
    }
}

TEST(Lut3d, RefusesWhatIsNotAsDocumented) {
    TestImage input(PixelFormat::rgb8, 20, 12), output(PixelFormat::rgb8, 20, 12);
    const TestImage before = output;
    const auto lattice = lattice_of(3, 1, false);
    const auto expect_refused = [&](const TestImage& image, const Lut3dParams& params,
                                    RowRange rows) {
        const Status done = kernels::lut3d(kernels::strip(image.view(), rows), params,
                                           kernels::whole(output.view()));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid);
        EXPECT_EQ(output.difference(before), "");
    };
    expect_refused(input, {lattice, 2}, {0, 12});
    expect_refused(input, {lattice, 1}, {0, 12});
    expect_refused(input, {lattice, 66}, {0, 12});
    expect_refused(input, {lattice, 3}, {1, 12});
    expect_refused(TestImage(PixelFormat::rgb16, 20, 12), {lattice, 3}, {0, 12});
    expect_refused(TestImage(PixelFormat::gray8, 20, 12), {lattice, 3}, {0, 12});
}

}  // namespace
}  // namespace limpid::testing::lut3d_test
