#include "image/pixel_rows.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "codec/cmyk.hpp"
#include "limpid/convert.hpp"
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

TEST(ToRgba8, WidensEveryFormat) {
    for (const PixelFormat format :
         {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::gray16,
          PixelFormat::rgb16, PixelFormat::rgba16}) {
        const Image image = test::make_picture(format, 9, 4);
        const auto color = to_color8(image.view());
        const auto rgba = to_rgba8(image.view());
        ASSERT_TRUE(color && rgba);
        ASSERT_EQ(rgba->format(), PixelFormat::rgba8);
        const ImageView from = std::as_const(*color).view(), to = std::as_const(*rgba).view();
        const std::size_t step = static_cast<std::size_t>(bytes_per_pixel(from.format));
        for (int y = 0; y < 4; ++y) {
            for (std::size_t x = 0; x < 9; ++x) {
                ASSERT_EQ(std::memcmp(from.row(y) + step * x, to.row(y) + 4 * x, 3), 0);
                const std::byte alpha = step == 4 ? from.row(y)[4 * x + 3] : std::byte{0xFF};
                ASSERT_EQ(to.row(y)[4 * x + 3], alpha);
            }
        }
    }
    EXPECT_EQ(to_rgba8({}).error().id(), ErrorCode::argument_invalid);
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
