#include "codec/pixel_rows.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "codec/cmyk.hpp"
#include "unit/codec/support.hpp"

namespace limpid::pixel_rows_test {
namespace {

TEST(NarrowSamples, RoundsEveryValueToNearest) {
    std::vector<std::uint16_t> wide(65536);
    for (std::size_t v = 0; v < wide.size(); ++v) wide[v] = static_cast<std::uint16_t>(v);
    std::vector<std::byte> narrow(wide.size());
    narrow_samples(std::as_bytes(std::span(wide)).data(), narrow.data(), wide.size());
    for (std::uint32_t v = 0; v < 65536; ++v) {
        ASSERT_EQ(std::to_integer<std::uint32_t>(narrow[v]), (v * 255 + 32767) / 65535) << v;
    }
    EXPECT_EQ(std::to_integer<int>(narrow[65535]), 255);
    for (std::uint32_t v = 0; v < 256; ++v) {
        EXPECT_EQ(std::to_integer<std::uint32_t>(narrow[v * 257]), v);
    }
}

TEST(IsOpaque, SeesOneSampleBelowTheMaximum) {
    for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::rgba16}) {
        Image image = test::make_opaque_picture(format, 9, 4);
        EXPECT_TRUE(is_opaque(test::view_of(image)));
        std::byte* pixel = image.view().row(2) + 5 * bytes_per_pixel(format);
        // 0xFFFE and 0xFEFF: either byte of a deep sample counts.
        for (int i = 0; i < bytes_per_sample(format); ++i) {
            std::byte& byte = pixel[3 * bytes_per_sample(format) + i];
            byte = std::byte{0xFE};
            EXPECT_FALSE(is_opaque(test::view_of(image)));
            byte = std::byte{0xFF};
        }
        EXPECT_TRUE(is_opaque(test::view_of(image)));
    }
    EXPECT_TRUE(is_opaque(test::view_of(test::make_picture(PixelFormat::rgb8, 3, 3))));
}

TEST(CmykToRgb, IsTheRoundedProductForEveryPair) {
    for (int color = 0; color < 256; ++color) {
        for (int black = 0; black < 256; ++black) {
            const std::array<std::byte, 4> inks = {static_cast<std::byte>(color), std::byte{0},
                                                   std::byte{255}, static_cast<std::byte>(black)};
            std::array<std::byte, 3> rgb{};
            cmyk_to_rgb(inks.data(), rgb.data(), 1, false);
            const int product = (255 - color) * (255 - black);
            ASSERT_EQ(std::to_integer<int>(rgb[0]), (2 * product + 255) / 510);
            ASSERT_EQ(std::to_integer<int>(rgb[1]), 255 - black);
            ASSERT_EQ(std::to_integer<int>(rgb[2]), 0);
            cmyk_to_rgb(inks.data(), rgb.data(), 1, true);
            ASSERT_EQ(std::to_integer<int>(rgb[0]), (2 * color * black + 255) / 510);
        }
    }
}

}  // namespace
}  // namespace limpid::pixel_rows_test
