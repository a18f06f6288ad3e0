#include "limpid/image.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace limpid::image_test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};

TEST(Image, IsZeroedAndTight) {
    for (const PixelFormat format : kFormats) {
        const auto image = Image::create(format, 7, 5);
        ASSERT_TRUE(image.has_value());
        EXPECT_EQ(image->row_stride_bytes(), 7 * bytes_per_pixel(format));
        EXPECT_EQ(image->bytes().size(), 35u * static_cast<unsigned>(bytes_per_pixel(format)));
        for (const std::byte b : image->bytes()) EXPECT_EQ(b, std::byte{0});
    }
}

TEST(Image, ForOverwriteHasTheSameShape) {
    const auto image = Image::create_for_overwrite(PixelFormat::rgb16, 7, 5);
    ASSERT_TRUE(image.has_value());
    EXPECT_EQ(image->bytes().size(), 7U * 5U * 6U);
    EXPECT_EQ(image->height_px(), 5);
    EXPECT_EQ(Image::create_for_overwrite(PixelFormat::rgb8, 0, 1).error().id(),
              ErrorCode::argument_invalid);
}

TEST(Image, RefusesSidesNoFormatCanHold) {
    for (const auto& [w, h] : {std::pair{0, 1}, {1, 0}, {-1, 5}, {65536, 1}, {1, 65536}}) {
        const auto image = Image::create(PixelFormat::rgb8, w, h);
        ASSERT_FALSE(image.has_value());
        EXPECT_EQ(image.error().id(), ErrorCode::argument_invalid);
    }
}

TEST(ImageView, AcceptsExactlyEnoughBytes) {
    std::vector<std::byte> bytes(3 * 20 - (20 - 6));  // last row has no padding
    EXPECT_TRUE(make_view(bytes, PixelFormat::rgb8, 2, 3, 20).has_value());
    bytes.pop_back();
    const auto view = make_view(bytes, PixelFormat::rgb8, 2, 3, 20);
    ASSERT_FALSE(view.has_value());
    EXPECT_EQ(view.error().id(), ErrorCode::argument_invalid);
}

TEST(ImageView, RefusesStridesThatLie) {
    std::vector<std::byte> bytes(4096);
    EXPECT_FALSE(make_view(bytes, PixelFormat::rgb8, 10, 2, 29).has_value());
    EXPECT_FALSE(make_view(bytes, PixelFormat::rgb8, 10, 2, -30).has_value());
    EXPECT_FALSE(make_view(bytes, PixelFormat::gray16, 10, 2, 21).has_value());
    EXPECT_FALSE(
        make_view(bytes, PixelFormat::rgb8, 10, 2, std::numeric_limits<std::ptrdiff_t>::max())
            .has_value());
    EXPECT_TRUE(make_view(bytes, PixelFormat::rgb8, 10, 1, 4000).has_value());
}

TEST(ImageView, RefusesUnaligned16BitSamples) {
    alignas(2) std::array<std::byte, 64> bytes{};
    const std::span all(bytes);
    EXPECT_TRUE(make_view(all, PixelFormat::gray16, 4, 4).has_value());
    EXPECT_FALSE(make_view(all.subspan(1), PixelFormat::gray16, 4, 4).has_value());
    EXPECT_TRUE(make_view(all.subspan(1), PixelFormat::gray8, 4, 4).has_value());
}

}  // namespace
}  // namespace limpid::image_test
