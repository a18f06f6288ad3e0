#include "codec/orientation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/codec/support.hpp"

namespace limpid::orientation_test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};

/// EXIF 2.32, 4.6.4: which stored pixel is shown at (x, y). Written as the table says it, a pixel
/// at a time, to hold the blockwise code against.
std::pair<int, int> stored_place(int orientation, int x, int y, int stored_w, int stored_h) {
    switch (orientation) {
        case 2:
            return {stored_w - 1 - x, y};
        case 3:
            return {stored_w - 1 - x, stored_h - 1 - y};
        case 4:
            return {x, stored_h - 1 - y};
        case 5:
            return {y, x};
        case 6:
            return {y, stored_h - 1 - x};
        case 7:
            return {stored_w - 1 - y, stored_h - 1 - x};
        case 8:
            return {stored_w - 1 - y, x};
        default:
            return {x, y};
    }
}

bool is_upright(const Image& stored, const Image& shown, int orientation) {
    const int bytes = bytes_per_pixel(stored.format());
    for (int y = 0; y < shown.height_px(); ++y) {
        for (int x = 0; x < shown.width_px(); ++x) {
            const auto [from_x, from_y] =
                stored_place(orientation, x, y, stored.width_px(), stored.height_px());
            const std::byte* expected = stored.view().row(from_y) + from_x * bytes;
            if (!std::equal(expected, expected + bytes, shown.view().row(y) + x * bytes)) {
                return false;
            }
        }
    }
    return true;
}

TEST(Orientation, EveryFormatIsTurnedAsExifSays) {
    const RunOptions run;
    for (const PixelFormat format : kFormats) {
        for (int orientation = 1; orientation <= 8; ++orientation) {
            // Around the block size of 32, and sides of one pixel.
            for (const auto& [width, height] :
                 {std::pair{1, 1}, {1, 37}, {41, 1}, {31, 33}, {32, 64}, {65, 97}}) {
                ProgressGate progress(run, Stage::decode);
                const Image stored = test::make_picture(format, width, height);
                const auto shown = apply_orientation(test::make_picture(format, width, height),
                                                     orientation, progress);
                ASSERT_TRUE(shown.has_value());
                const bool turned = orientation >= 5;
                EXPECT_EQ(shown->width_px(), turned ? height : width);
                EXPECT_EQ(shown->height_px(), turned ? width : height);
                EXPECT_TRUE(is_upright(stored, *shown, orientation))
                    << orientation << " " << width << " x " << height;
            }
        }
    }
}

TEST(Orientation, AllEightFilesShowTheSamePicture) {
    const Image upright = std::move(test::must_decode(test::read_data("orientation/1.png")).pixels);
    const Image lossy = std::move(test::must_decode(test::read_data("orientation/1.jpg")).pixels);
    for (int orientation = 2; orientation <= 8; ++orientation) {
        const std::string name = "orientation/" + std::to_string(orientation);
        EXPECT_TRUE(
            test::same_pixels(upright, test::must_decode(test::read_data(name + ".png")).pixels))
            << name;
        // Blocks of 8 fall differently on the turned picture.
        EXPECT_GT(test::psnr(lossy, test::must_decode(test::read_data(name + ".jpg")).pixels), 34)
            << name;
    }
}

TEST(Orientation, IsAppliedOnceAndThenWrittenAsOne) {
    for (const char* name : {"orientation/6.jpg", "orientation/6.png", "webp/metadata.webp",
                             "jpeg/exif-gps-thumbnail.jpg", "jpeg/exif-little-endian.jpg"}) {
        const DecodedImage first = test::must_decode(test::read_data(name));
        for (const MetadataPolicy policy :
             {MetadataPolicy::keep, MetadataPolicy::minimal, MetadataPolicy::strip}) {
            for (const FileFormat format : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
                EncodeOptions options;
                options.format = format;
                options.metadata = policy;
                const auto file = test::must_encode(first.pixels, options, first.metadata);
                const DecodedImage second = test::must_decode(file.span());
                EXPECT_EQ(second.info.orientation, 1) << name;
                EXPECT_EQ(second.pixels.width_px(), first.pixels.width_px()) << name;
            }
        }
    }
}

}  // namespace
}  // namespace limpid::orientation_test
