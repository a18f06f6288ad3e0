#include "analyse/detail.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/analyse/synthetic.hpp"

namespace limpid::analysis::detail_test {
namespace {

using testing::make_rgb8;
using testing::Random;

std::uint32_t gray(int v) { return static_cast<std::uint32_t>(std::clamp(v, 0, 255)) * 0x010101U; }

/// Steps blurred by a ramp of a known width.
TEST(EdgeWidth, IsTheLengthOfTheRamp) {
    for (const int width : {1, 2, 4, 7}) {
        const Image steps = make_rgb8(1000, 400, [&](int x, int) {
            const int phase = x % 24;
            const int up = std::clamp(phase * 180 / width, 0, 180);
            const int down = std::clamp((phase - 12) * 180 / width, 0, 180);
            return gray(30 + up - down);
        });
        EXPECT_NEAR(measure_detail(steps.view())->edge_width_px, width, 0.05) << width;
    }
}

TEST(EdgeWidth, IsUnknownWithoutEdgesOrInTinyImages) {
    const Image flat = make_rgb8(640, 480, [](int, int) { return 0x303030U; });
    EXPECT_EQ(measure_detail(flat.view())->edge_width_px, 0.0);
    const Image tiny = make_rgb8(31, 400, [](int x, int) { return gray(x % 2 * 255); });
    EXPECT_EQ(measure_detail(tiny.view())->edge_width_px, 0.0);
}

TEST(Detail, SixteenBitSamplesMeasureAlike) {
    Random random(5);
    const Image narrow = make_rgb8(
        320, 320, [&](int, int) { return gray(100 + static_cast<int>(random.below(20))); });
    Image wide = std::move(Image::create(PixelFormat::rgb16, 320, 320).value());
    for (int y = 0; y < 320; ++y) {
        auto* out = reinterpret_cast<std::uint16_t*>(wide.view().row(y));
        for (int i = 0; i < 960; ++i) {
            out[i] =
                static_cast<std::uint16_t>(std::to_integer<int>(narrow.view().row(y)[i]) * 257);
        }
    }
    const DetailStatistics expected = measure_detail(narrow.view()).value();
    ASSERT_GT(expected.edge_width_px, 0.0);
    ASSERT_GT(expected.flat_share, 0.0);
    EXPECT_NEAR(measure_detail(wide.view())->edge_width_px, expected.edge_width_px, 0.01);
    EXPECT_NEAR(measure_detail(wide.view())->flat_share, expected.flat_share, 0.001);
}

}  // namespace
}  // namespace limpid::analysis::detail_test
