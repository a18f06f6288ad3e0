#include "limpid/histogram.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <numeric>

#include "unit/codec/support.hpp"

namespace limpid::histogram_test {
namespace {

std::uint32_t sample(const ImageView& view, int x, int y, int channel) {
    const std::byte* at =
        view.row(y) + x * bytes_per_pixel(view.format) + channel * bytes_per_sample(view.format);
    if (bytes_per_sample(view.format) == 1) return std::to_integer<std::uint32_t>(*at);
    std::uint16_t wide = 0;
    std::memcpy(&wide, at, sizeof wide);
    return wide >> 8;
}

class EveryFormat : public ::testing::TestWithParam<PixelFormat> {};

TEST_P(EveryFormat, CountsWhatIsThere) {
    const Image image = test::make_picture(GetParam(), 37, 11);
    const ImageView view = test::view_of(image);
    Histogram expected;
    const int step = channels(view.format) == 1 ? 0 : 1;
    for (int y = 0; y < view.height_px; ++y) {
        for (int x = 0; x < view.width_px; ++x) {
            const std::uint32_t red = sample(view, x, y, 0), green = sample(view, x, y, step),
                                blue = sample(view, x, y, 2 * step);
            ++expected.counts[0][red];
            ++expected.counts[1][green];
            ++expected.counts[2][blue];
            ++expected.counts[3][(54 * red + 183 * green + 19 * blue + 128) / 256];
        }
    }
    const Histogram found = histogram(view);
    EXPECT_EQ(found, expected);
    for (const auto& counts : found.counts) {
        EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0U), 37U * 11U);
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat,
                         ::testing::Values(PixelFormat::gray8, PixelFormat::rgb8,
                                           PixelFormat::rgba8, PixelFormat::gray16,
                                           PixelFormat::rgb16, PixelFormat::rgba16),
                         [](const auto& format) { return std::string(to_string(format.param)); });

}  // namespace
}  // namespace limpid::histogram_test
