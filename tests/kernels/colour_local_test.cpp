#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "colour_tables.hpp"
#include "colour_twin.hpp"
#include "kernels/dither_tile.hpp"
#include "kernels/hue_classes.hpp"
#include "kernels/kernels.hpp"
#include "strip_runs.hpp"
#include "test_image.hpp"

namespace limpid::testing::colour_local_test {
namespace {

using kernels::ColourParams;
using kernels::LocalGrid;
using kernels::LocalToneParams;
using kernels::RowRange;

RowRange same_rows(RowRange rows) { return rows; }

/// A grid of random models within the documented ranges, often at their ends.
struct RandomGrid {
    std::vector<std::int16_t> values;
    LocalGrid grid;

    RandomGrid(Size size, int rows, std::uint32_t seed) {
        const int nodes = kernels::grid_nodes(size.width_px);
        Random random(seed);
        for (int i = 0; i < rows * 4 * nodes; i++) {
            const int which = i / nodes % 4;
            const int least = which < 2 ? 0 : -16383;
            const int most = which == 0 ? 32767 : which == 1 ? 16320 : 16383;
            const int kind = random.below(6);
            values.push_back(
                static_cast<std::int16_t>(kind == 0   ? least
                                          : kind == 1 ? most
                                                      : least + random.below(most - least + 1)));
        }
        const int step = (rows << 16) / size.height_px;
        grid = {values, nodes, rows, step, step / 2 - 32768};
    }
};

ColourParams everything(const std::vector<std::uint16_t>& tables, const LocalGrid& grid) {
    ColourParams params;
    params.tables = tables;
    params.vibrance_q15 = 21000;
    params.skin_protection_q15 = 26000;
    params.memory_colours = {15000, 32767, 20000};
    params.grid = &grid;
    params.haze = kernels::HazeParams{15000, 15500, 16000};
    params.local_tone = LocalToneParams{12000, 9000, 16000};
    params.dither = true;
    return params;
}

void expect_twin(PixelFormat format, Size size, Content content, const ColourParams& params) {
    SCOPED_TRACE(std::string(name_of(format)) + " " + std::to_string(size.width_px) + " x " +
                 std::to_string(size.height_px));
    TestImage input(format, size.width_px, size.height_px, 5);
    input.fill(content, 7);
    const TestImage expected = ColourTwin(format, params).run(input);
    expect_in_all_strips(input, expected, same_rows, [&](const auto& in, const auto& out) {
        return kernels::colour(in, params, out);
    });
}

class ColourLocalTest : public ::testing::TestWithParam<PixelFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, ColourLocalTest, ::testing::ValuesIn(kFormats), FormatName());

TEST_P(ColourLocalTest, EqualsTheTwinForEverySizeAndContent) {
    const auto tables = random_tables(GetParam(), 5);
    for (const Size size : kSizes) {
        const RandomGrid grid(size, 1 + size.height_px / 3, 9);
        for (const Content content : {Content::random, Content::smooth}) {
            expect_twin(GetParam(), size, content, everything(tables, grid.grid));
        }
    }
}

TEST_P(ColourLocalTest, EqualsTheTwinWithEveryStageAlone) {
    const auto tables = identity_tables(GetParam());
    const Size size = {600, 24};
    const RandomGrid grid(size, 7, 3);
    std::vector<ColourParams> alone(6, ColourParams{.tables = tables});
    for (ColourParams& params : alone) params.grid = &grid.grid;
    alone[0].haze = kernels::HazeParams{};
    alone[1].local_tone = LocalToneParams{kernels::kMaxToneQ14, kernels::kMaxToneQ14, 32767};
    alone[2].local_tone = LocalToneParams{kernels::kMinToneQ14, kernels::kMinToneQ14, -32767};
    alone[3].vibrance_q15 = -32767;
    alone[3].skin_protection_q15 = 32767;
    alone[4].memory_colours = {32767, 32767, 32767};
    alone[5].dither = true;
    for (const ColourParams& params : alone) {
        for (const Content content : kContents) expect_twin(GetParam(), size, content, params);
    }
}

TEST_P(ColourLocalTest, AmountsOfZeroCopyBitForBit) {
    const auto tables = identity_tables(GetParam());
    const Size size = {530, 21};
    const RandomGrid grid(size, 5, 4);
    ColourParams params{.tables = tables};
    params.grid = &grid.grid;
    params.local_tone = LocalToneParams{};
    params.skin_protection_q15 = 32767;
    params.dither = true;
    for (const Content content : kContents) {
        TestImage input(GetParam(), size.width_px, size.height_px);
        input.fill(content, 2);
        expect_in_all_strips(input, input, same_rows, [&](const auto& in, const auto& out) {
            return kernels::colour(in, params, out);
        });
    }
}

/// Colours of one row, one pixel each, through colour() with a grid whose base layer is the luma.
TestImage run_row(const TestImage& row, LocalToneParams tone) {
    const auto tables = identity_tables(row.format());
    const int nodes = kernels::grid_nodes(row.width_px());
    std::vector<std::int16_t> values(static_cast<std::size_t>(4 * nodes), 0);
    std::fill_n(values.begin(), nodes, std::int16_t{32767});
    const LocalGrid grid = {values, nodes, 1, 0, 0};
    ColourParams params{.tables = tables};
    params.grid = &grid;
    params.local_tone = tone;
    TestImage output(row.format(), row.width_px(), 1);
    const Status done =
        kernels::colour(kernels::whole(row.view()), params, kernels::whole(output.view()));
    EXPECT_TRUE(done);
    return output;
}

/// Every level a picture of this format can have, or every eighth.
TestImage all_greys(PixelFormat format) {
    const bool wide = bytes_per_sample(format) == 2;
    TestImage greys(format, wide ? 8192 : 256, 1);
    for (int x = 0; x < greys.width_px(); x++) greys.set(x, 0, 0, wide ? x * 65535 / 8191 : x);
    return greys;
}

/// Gains have 14 fraction bits, so that 16-bit greys may change places within four steps.
void expect_order(PixelFormat format, int tolerance) {
    const TestImage greys = all_greys(format);
    const int last = greys.width_px() - 1;
    const int amounts[] = {kernels::kMinToneQ14, -6000, 0, 12000, kernels::kMaxToneQ14};
    for (const int shadows : amounts) {
        for (const int highlights : amounts) {
            const TestImage out = run_row(greys, {shadows, highlights, 0});
            for (int x = 1; x <= last; x++) {
                ASSERT_GE(out.get(x, 0, 0), out.get(x - 1, 0, 0) - tolerance)
                    << shadows << " " << highlights << " " << x;
            }
            EXPECT_EQ(out.get(0, 0, 0), 0);
            EXPECT_NEAR(out.get(last, 0, 0), out.max_value(), tolerance);
        }
    }
}

TEST(LocalTone, KeepsTheOrderOfGreysAndBlackAndWhite) {
    expect_order(PixelFormat::gray8, 0);
    expect_order(PixelFormat::gray16, 4);
}

TEST(LocalTone, LiftsShadowsAndHoldsHighlightsAsStated) {
    TestImage greys(PixelFormat::gray16, 512, 1);
    for (int x = 0; x < 512; x++) greys.set(x, 0, 0, x * 128);
    const TestImage lifted = run_row(std::as_const(greys), {kernels::kMaxToneQ14, 0, 0});
    const TestImage held = run_row(std::as_const(greys), {0, kernels::kMaxToneQ14, 0});
    for (int x = 0; x < 512; x++) {
        const double b = x * 128 / 65535.0;
        EXPECT_NEAR(lifted.get(x, 0, 0) / 65535.0, b + 1.5 * b * (1 - b) * (1 - b) * (1 - b), 2e-4);
        EXPECT_NEAR(held.get(x, 0, 0) / 65535.0, b - 1.5 * b * b * b * (1 - b), 2e-4);
    }
}

TEST(LocalTone, NeverDrivesAChannelIntoWhite) {
    TestImage colours(PixelFormat::rgb16, 4096, 1);
    colours.fill(Content::random, 77);
    for (int x = 0; x < 4096; x++) {
        for (int c = 0; c < 3; c++) colours.set(x, 0, c, std::min(colours.get(x, 0, c), 60000));
    }
    const TestImage out = run_row(std::as_const(colours), {kernels::kMaxToneQ14, 0, 0});
    for (int x = 0; x < 4096; x++) {
        for (int c = 0; c < 3; c++) EXPECT_LT(out.get(x, 0, c), 65535);
    }
}

/// Hue in Oklab (Ottosson 2020), degrees, and chroma.
std::pair<double, double> oklab_hue(double r, double g, double b) {
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    r = linear(r);
    g = linear(g);
    b = linear(b);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    const double a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    const double bb = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
    return {std::atan2(bb, a) * 180 / std::numbers::pi, std::hypot(a, bb)};
}

/// Every 17th level of each channel, 16-bit.
TestImage colour_cube() {
    TestImage cube(PixelFormat::rgb16, 4096, 1);
    for (int i = 0; i < 4096; i++) {
        cube.set(i, 0, 0, (i & 15) * 4369);
        cube.set(i, 0, 1, ((i >> 4) & 15) * 4369);
        cube.set(i, 0, 2, (i >> 8) * 4369);
    }
    return cube;
}

TEST(Vibrance, KeepsTheOklabHueWithinTwoDegrees) {
    const TestImage cube = colour_cube();
    const auto tables = identity_tables(PixelFormat::rgb16);
    double worst = 0;
    for (const int vibrance : {-16384, 16384}) {
        const ColourParams params{.tables = tables, .vibrance_q15 = vibrance};
        TestImage out(PixelFormat::rgb16, 4096, 1);
        ASSERT_TRUE(
            kernels::colour(kernels::whole(cube.view()), params, kernels::whole(out.view())));
        for (int i = 0; i < 4096; i++) {
            const auto hue = [&](const TestImage& image) {
                return oklab_hue(image.get(i, 0, 0) / 65535.0, image.get(i, 0, 1) / 65535.0,
                                 image.get(i, 0, 2) / 65535.0);
            };
            const auto [before, chroma] = hue(cube);
            if (chroma < 0.02) continue;  // below, hue is not seen
            worst = std::max(worst, std::abs(std::remainder(hue(out).first - before, 360.0)));
        }
    }
    EXPECT_LT(worst, 2.0);
}

struct Named {
    const char* name;
    std::array<int, 3> rgb;
    const kernels::HueClass* hue;  // the class it belongs to, or none
};
// Patches of the ColorChecker as published in sRGB, and a few everyday colours.
constexpr Named kNamed[] = {
    {"light skin", {194, 150, 130}, &kernels::kSkin},
    {"dark skin", {115, 82, 68}, &kernels::kSkin},
    {"blue sky", {98, 122, 157}, &kernels::kSky},
    {"clear sky", {110, 150, 200}, &kernels::kSky},
    {"foliage", {87, 108, 67}, &kernels::kFoliage},
    {"grass", {120, 150, 70}, &kernels::kFoliage},
    {"grey", {128, 128, 128}, nullptr},
    {"red", {175, 54, 60}, nullptr},
    {"yellow", {231, 199, 31}, nullptr},
    {"purple", {94, 60, 108}, nullptr},
    {"magenta", {187, 86, 149}, nullptr},
    {"snow", {235, 240, 245}, nullptr},
};

std::pair<int, int> uv(const std::array<int, 3>& rgb) {
    const int y = (54 * rgb[0] + 183 * rgb[1] + 19 * rgb[2]) / 4;
    return {rgb[2] * 64 - y, rgb[0] * 64 - y};
}

TEST(HueClasses, TellSkinSkyAndFoliageApartAndLeaveTheRest) {
    for (const Named& colour : kNamed) {
        const auto [u, v] = uv(colour.rgb);
        for (const kernels::HueClass* hue : {&kernels::kSkin, &kernels::kSky, &kernels::kFoliage}) {
            const int share = kernels::membership(*hue, u, v);
            if (hue == colour.hue) {
                EXPECT_GT(share, kernels::kFullMembership / 4) << colour.name;
            } else {
                EXPECT_EQ(share, 0) << colour.name;
            }
        }
    }
}

TEST(MemoryColours, TurnTheHueTowardsThePreferredAndKeepLuma) {
    const auto tables = identity_tables(PixelFormat::rgb16);
    for (const Named& colour : kNamed) {
        TestImage in(PixelFormat::rgb16, 512, 1), out(PixelFormat::rgb16, 512, 1);
        for (int c = 0; c < 3; c++) in.set(0, 0, c, colour.rgb[static_cast<std::size_t>(c)] * 257);
        ColourParams params{.tables = tables};
        params.memory_colours = {16384, 16384, 16384};
        ASSERT_TRUE(kernels::colour(kernels::whole(std::as_const(in).view()), params,
                                    kernels::whole(out.view())));
        const auto luma = [](const TestImage& image) {
            return (54 * image.get(0, 0, 0) + 183 * image.get(0, 0, 1) + 19 * image.get(0, 0, 2)) /
                   256;
        };
        EXPECT_NEAR(luma(in), luma(out), 3) << colour.name;
        if (colour.hue == nullptr) {
            EXPECT_EQ(out.get(0, 0, 0), in.get(0, 0, 0)) << colour.name;
            continue;
        }
        const auto offset = [&](const TestImage& image) {
            const double u = image.get(0, 0, 2) - luma(image), v = image.get(0, 0, 0) - luma(image);
            return std::abs(u * colour.hue->line_v - v * colour.hue->line_u);
        };
        EXPECT_LE(offset(out), offset(in)) << colour.name;
    }
}

TEST(Dither, TileHoldsEveryThresholdEquallyOften) {
    std::array<int, 64> counts{};
    for (const std::uint8_t value : kernels::dither_tile()) counts.at(value)++;
    for (const int count : counts) EXPECT_EQ(count, 16);
}

TEST(Dither, KeepsTheMeanOfLevelsBetweenSteps) {
    TestImage flat(PixelFormat::gray8, 512, 32), out(PixelFormat::gray8, 512, 32);
    for (int i = 0; i < 512 * 32; i++) flat.set(i % 512, i / 512, 0, 0);
    auto tables = identity_tables(PixelFormat::gray8);
    tables[0] = 100 * 64 + 16;  // a quarter above 100
    ColourParams params{.tables = tables};
    params.dither = true;
    ASSERT_TRUE(kernels::colour(kernels::whole(std::as_const(flat).view()), params,
                                kernels::whole(out.view())));
    int above = 0;
    for (int i = 0; i < 512 * 32; i++) above += out.get(i % 512, i / 512, 0) == 101;
    EXPECT_EQ(above, 512 * 32 / 4);
}

TEST(ColourGrid, IsRefusedWhenItIsNotAsDocumented) {
    TestImage input(PixelFormat::rgb8, 20, 6), output(PixelFormat::rgb8, 20, 6);
    const auto tables = identity_tables(PixelFormat::rgb8);
    const RandomGrid good({20, 6}, 3, 1);
    const auto refused = [&](const LocalGrid* grid, LocalToneParams tone) {
        ColourParams params{.tables = tables};
        params.grid = grid;
        params.local_tone = tone;
        const Status done = kernels::colour(kernels::whole(std::as_const(input).view()), params,
                                            kernels::whole(output.view()));
        return !done && done.error().id() == ErrorCode::argument_invalid;
    };
    EXPECT_FALSE(refused(&good.grid, {}));
    EXPECT_TRUE(refused(nullptr, {}));
    LocalGrid bad = good.grid;
    bad.values = bad.values.first(bad.values.size() - 1);
    EXPECT_TRUE(refused(&bad, {}));
    bad = good.grid;
    bad.nodes = 2;
    EXPECT_TRUE(refused(&bad, {}));
    bad = good.grid;
    bad.rows = 0;
    EXPECT_TRUE(refused(&bad, {}));
    bad = good.grid;
    bad.row_step_q16 = 1 << 30;
    EXPECT_TRUE(refused(&bad, {}));
    bad.row_step_q16 = -1;
    EXPECT_TRUE(refused(&bad, {}));
    EXPECT_TRUE(refused(&good.grid, {kernels::kMaxToneQ14 + 1, 0, 0}));
    EXPECT_TRUE(refused(&good.grid, {0, kernels::kMinToneQ14 - 1, 0}));
    EXPECT_TRUE(refused(&good.grid, {0, 0, 32768}));
}

}  // namespace
}  // namespace limpid::testing::colour_local_test
