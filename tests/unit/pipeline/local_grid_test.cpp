#include "pipeline/local_grid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "analyse/haze.hpp"
#include "analyse/memory_colours.hpp"
#include "pipeline/guided_filter.hpp"

namespace limpid::pipeline::local_grid_test {
namespace {

std::vector<std::uint16_t> identity_tables() {
    std::vector<std::uint16_t> tables;
    for (int i = 0; i < 3 * 256; ++i) tables.push_back(static_cast<std::uint16_t>(i % 256 * 64));
    return tables;
}

template <class Level>
Image make_proxy(int width_px, int height_px, Level&& level) {
    auto image = Image::create(PixelFormat::rgb16, width_px, height_px);
    EXPECT_TRUE(image);
    const MutableImageView view = image->view();
    for (int y = 0; y < height_px; ++y) {
        auto* row = reinterpret_cast<std::uint16_t*>(view.row(y));
        for (int x = 0; x < 3 * width_px; ++x) {
            row[x] = static_cast<std::uint16_t>(level(x / 3, y, x % 3) * 65535.0 + 0.5);
        }
    }
    return std::move(*image);
}

/// Field of a grid at a pixel, as the kernel interpolates it but without rounding.
double field_at(const LocalGridData& grid, int field, int x, int y) {
    const double place =
        std::clamp((static_cast<double>(y) * grid.row_step_q16 + grid.row_offset_q16) / 65536.0,
                   0.0, grid.rows - 1.0);
    const int row = static_cast<int>(place);
    const auto at = [&](int r, int node) {
        r = std::min(r, grid.rows - 1);
        return double{1.0 *
                      grid.values[static_cast<std::size_t>((r * 4 + field) * grid.nodes + node)]};
    };
    const auto along = [&](int r) {
        const int node = x / 16;
        return at(r, node) + (x % 16) / 16.0 * (at(r, node + 1) - at(r, node));
    };
    return along(row) + (place - row) * (along(row + 1) - along(row));
}

double base_at(const LocalGridData& grid, double luma, int x, int y) {
    return field_at(grid, 0, x, y) / 32768.0 * luma +
           field_at(grid, 1, x, y) / kernels::kColourScale8;
}

TEST(GuidedFilter, KeepsAConstantPlane) {
    const Plane plane{20, 10, std::vector<double>(200, 0.25)};
    const LinearModels models = guided_filter(plane, plane, 3, 0.01, 1.0);
    for (std::size_t i = 0; i < 200; ++i) {
        EXPECT_NEAR(models.slope.values[i] * 0.25 + models.offset.values[i], 0.25, 1e-12);
        EXPECT_NEAR(models.slope.values[i], 0.0, 1e-9);
    }
}

TEST(GuidedFilter, KeepsAStrongEdgeAndSmoothsAWeakTexture) {
    Plane plane{64, 8, std::vector<double>(512)};
    for (std::size_t i = 0; i < 512; ++i) {
        const std::size_t x = i % 64;
        plane.values[i] = (x < 32 ? 0.1 : 0.9) + (x % 2 == 0 ? 0.02 : -0.02);
    }
    const LinearModels models = guided_filter(plane, plane, 4, 0.01, 1.0);
    const auto base = [&](std::size_t i) {
        return models.slope.values[i] * plane.values[i] + models.offset.values[i];
    };
    const std::size_t row = 4 * 64;
    EXPECT_GT(base(row + 33) - base(row + 30), 0.7);
    EXPECT_LT(std::abs(base(row + 10) - base(row + 11)), 0.004);
}

TEST(LocalGrid, FollowsARampAtEverySizeOfThePicture) {
    const Image proxy = make_proxy(128, 96, [](int x, int, int) { return x / 127.0; });
    const auto tables = identity_tables();
    const ProxySource source = {proxy.view(), 16, 2048, 1536};
    for (const auto& [width, height] : {std::pair{2048, 1536}, {1024, 768}, {700, 525}}) {
        const LocalGridData grid =
            make_local_grid(source, {tables, PixelFormat::rgb8, {}, 0}, width, height);
        EXPECT_EQ(grid.nodes, kernels::grid_nodes(width));
        for (int x = width / 8; x < width * 7 / 8; x += 37) {
            const double luma = (x + 0.5) / width;
            EXPECT_NEAR(base_at(grid, luma, x, height / 2), luma, 0.01) << width << " " << x;
        }
    }
}

TEST(LocalGrid, FieldsStayInTheirRangesOnNoise) {
    std::uint32_t state = 1;
    const Image proxy = make_proxy(77, 61, [&](int, int, int) {
        state = state * 1664525u + 1013904223u;
        return (state >> 24) < 20 ? 0.0 : (state >> 8 & 0xffff) / 65535.0;
    });
    const auto tables = identity_tables();
    const LocalGridData grid = make_local_grid(
        {proxy.view(), 1, 77, 61},
        {tables, PixelFormat::rgb8, kernels::HazeParams{16000, 15000, 14000}, 1.0}, 77, 61);
    ASSERT_EQ(grid.values.size(), static_cast<std::size_t>(4 * grid.nodes * 61));
    for (std::size_t i = 0; i < grid.values.size(); ++i) {
        const std::size_t field = i / static_cast<std::size_t>(grid.nodes) % 4;
        if (field < 2) {
            EXPECT_GE(grid.values[i], 0);
        } else {
            EXPECT_LE(std::abs(int{grid.values[i]}), 16383);
        }
    }
}

/// A dark scene under haze that thickens to the left: I = J t + A (1 - t).
double hazy(int x, int y, int c) {
    const double scene = (x / 4 + y / 4 + c) % 3 == 0 ? 0.02 : 0.5;
    const double t = 0.4 + 0.6 * x / 159.0;
    return scene * t + 0.9 * (1 - t);
}

TEST(Haze, FindsTheVeilAndItsColour) {
    const Image veiled = make_proxy(160, 120, hazy);
    const analysis::HazeEstimate haze = analysis::estimate_haze(veiled.view());
    const Image clear = make_proxy(
        160, 120, [](int x, int y, int c) { return (x / 4 + y / 4 + c) % 3 == 0 ? 0.02 : 0.7; });
    EXPECT_GT(haze.level, 0.25);
    EXPECT_LT(analysis::estimate_haze(clear.view()).level, 0.05);
    EXPECT_LT(haze.airlight_saturation, 0.25);
    EXPECT_LT(haze.transmission_p5 + 0.2, haze.transmission_p95);
}

TEST(Haze, GainOfTheGridTakesMostOfTheVeilOff) {
    const Image veiled = make_proxy(160, 120, hazy);
    const auto tables = identity_tables();
    const int air = static_cast<int>(0.9 * kernels::kColourScale8);
    const LocalGridData grid = make_local_grid(
        {veiled.view(), 4, 640, 480},
        {tables, PixelFormat::rgb8, kernels::HazeParams{air, air, air}, 1.0}, 640, 480);
    double left = 0;
    double right = 0;
    for (int y = 100; y < 400; y += 10) {
        const auto gain = [&](int x) {
            return field_at(grid, 2, x, y) / 8192 * 0.7 + field_at(grid, 3, x, y) / 4096;
        };
        left += gain(40) / 30;
        right += gain(600) / 30;
    }
    EXPECT_GT(left, 0.7);
    EXPECT_LT(right, 0.3);
}

TEST(MemoryColours, SharesAreThoseOfThePicture) {
    const double kRgb[3][3] = {{98, 122, 157}, {87, 108, 67}, {194, 150, 130}};
    const Image proxy =
        make_proxy(90, 90, [&](int, int y, int c) { return kRgb[y / 30][c] / 255; });
    const analysis::MemoryColourShares shares = analysis::measure_memory_colours(proxy.view());
    EXPECT_NEAR(shares.sky, 0.33, 0.12);
    EXPECT_NEAR(shares.foliage, 0.33, 0.12);
    EXPECT_NEAR(shares.skin, 0.33, 0.12);
    const Image below =
        make_proxy(90, 90, [&](int, int y, int c) { return kRgb[2 - y / 30][c] / 255; });
    EXPECT_EQ(analysis::measure_memory_colours(below.view()).sky, 0.0);
}

}  // namespace
}  // namespace limpid::pipeline::local_grid_test
