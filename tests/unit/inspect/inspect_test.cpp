#include "limpid/inspect.hpp"

#include <gtest/gtest.h>

#include "unit/codec/support.hpp"

namespace limpid::inspect_test {
namespace {

using test::read_data;

ImageInfo must_inspect(const std::string& name) {
    const auto info = inspect(read_data(name));
    EXPECT_TRUE(info.has_value()) << name << (info ? "" : info.error().message());
    return info.value_or(ImageInfo{});
}

TEST(Inspect, AgreesWithDecodeOnEveryGoodFile) {
    for (const std::string& name : test::good_files()) {
        SCOPED_TRACE(name);
        const ImageInfo info = must_inspect(name);
        const DecodedImage decoded = test::must_decode(read_data(name));
        EXPECT_EQ(info.width_px, decoded.pixels.width_px());
        EXPECT_EQ(info.height_px, decoded.pixels.height_px());
        EXPECT_EQ(info.pixel_format, decoded.pixels.format());
        EXPECT_EQ(info.exif_bytes, decoded.metadata.exif.size());
        EXPECT_EQ(info.xmp_bytes, decoded.metadata.xmp.size());
        EXPECT_EQ(decoded.info.width_px, info.width_px);
        EXPECT_EQ(decoded.info.orientation, info.orientation);
    }
}

TEST(Inspect, DecidesTheFormatByContent) {
    EXPECT_EQ(must_inspect("jpeg/420.jpg").format, FileFormat::jpeg);
    EXPECT_EQ(must_inspect("png/rgb.png").format, FileFormat::png);
    EXPECT_EQ(must_inspect("webp/lossy.webp").format, FileFormat::webp);
}

TEST(Inspect, ReportsJpegSubsampling) {
    EXPECT_EQ(must_inspect("jpeg/444.jpg").chroma_subsampling, "4:4:4");
    EXPECT_EQ(must_inspect("jpeg/422.jpg").chroma_subsampling, "4:2:2");
    EXPECT_EQ(must_inspect("jpeg/420.jpg").chroma_subsampling, "4:2:0");
    EXPECT_EQ(must_inspect("jpeg/440.jpg").chroma_subsampling, "4:4:0");
    EXPECT_EQ(must_inspect("jpeg/411.jpg").chroma_subsampling, "4:1:1");
    EXPECT_EQ(must_inspect("jpeg/gray.jpg").chroma_subsampling, "");
    EXPECT_EQ(must_inspect("webp/lossy.webp").chroma_subsampling, "");
}

TEST(Inspect, ReportsJpegColor) {
    EXPECT_EQ(must_inspect("jpeg/gray.jpg").color_model, ColorModel::gray);
    EXPECT_EQ(must_inspect("jpeg/420.jpg").color_model, ColorModel::ycbcr);
    EXPECT_EQ(must_inspect("jpeg/rgb.jpg").color_model, ColorModel::rgb);
    EXPECT_EQ(must_inspect("jpeg/cmyk-adobe.jpg").color_model, ColorModel::cmyk);
    EXPECT_EQ(must_inspect("jpeg/cmyk-plain.jpg").color_model, ColorModel::cmyk);
    EXPECT_EQ(must_inspect("jpeg/ycck.jpg").color_model, ColorModel::ycck);
}

TEST(Inspect, ReportsProgressiveAndInterlaced) {
    EXPECT_TRUE(must_inspect("jpeg/progressive.jpg").progressive);
    EXPECT_FALSE(must_inspect("jpeg/420.jpg").progressive);
    EXPECT_TRUE(must_inspect("png/rgb-interlaced.png").progressive);
    EXPECT_FALSE(must_inspect("png/rgb.png").progressive);
}

TEST(Inspect, ReportsPngDepthAndTransparency) {
    struct Case {
        const char* name;
        int bit_depth;
        ColorModel model;
        PixelFormat format;
    };
    constexpr Case kCases[] = {
        {"gray1", 1, ColorModel::gray, PixelFormat::gray8},
        {"gray4", 4, ColorModel::gray, PixelFormat::gray8},
        {"gray2-trns", 2, ColorModel::gray, PixelFormat::rgba8},
        {"gray16", 16, ColorModel::gray, PixelFormat::gray16},
        {"gray-alpha", 8, ColorModel::gray_alpha, PixelFormat::rgba8},
        {"gray-alpha16", 16, ColorModel::gray_alpha, PixelFormat::rgba16},
        {"palette2", 2, ColorModel::palette, PixelFormat::rgb8},
        {"palette8-trns", 8, ColorModel::palette, PixelFormat::rgba8},
        {"rgb16", 16, ColorModel::rgb, PixelFormat::rgb16},
        {"rgb16-trns", 16, ColorModel::rgb, PixelFormat::rgba16},
        {"rgba", 8, ColorModel::rgb_alpha, PixelFormat::rgba8},
    };
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.name);
        const ImageInfo info = must_inspect(std::string("png/") + c.name + ".png");
        EXPECT_EQ(info.bit_depth, c.bit_depth);
        EXPECT_EQ(info.color_model, c.model);
        EXPECT_EQ(info.pixel_format, c.format);
        EXPECT_TRUE(info.lossless);
    }
}

TEST(Inspect, ReportsWebpCoding) {
    EXPECT_FALSE(must_inspect("webp/lossy.webp").lossless);
    EXPECT_TRUE(must_inspect("webp/lossless.webp").lossless);
    EXPECT_EQ(must_inspect("webp/lossy.webp").pixel_format, PixelFormat::rgb8);
    EXPECT_EQ(must_inspect("webp/lossy-alpha.webp").pixel_format, PixelFormat::rgba8);
    EXPECT_EQ(must_inspect("webp/lossless-alpha.webp").color_model, ColorModel::rgb_alpha);
}

TEST(Inspect, MeasuresMetadataWithoutItsContainer) {
    // Made by tests/data/make.py: profile of 488 bytes (in PNG compressed), EXIF of 26, XMP of 439.
    for (const char* name : {"png/metadata.png", "png/metadata-late.png", "webp/metadata.webp"}) {
        SCOPED_TRACE(name);
        const ImageInfo info = must_inspect(name);
        EXPECT_EQ(info.icc_bytes, 488u);
        EXPECT_EQ(info.exif_bytes, 26u);
        EXPECT_EQ(info.xmp_bytes, 439u);
        EXPECT_EQ(info.orientation, 6);
    }
    EXPECT_EQ(must_inspect("jpeg/p3.jpg").icc_bytes, 488u);
    EXPECT_EQ(must_inspect("jpeg/exif-gps-thumbnail.jpg").xmp_bytes, 439u);
    EXPECT_EQ(must_inspect("webp/exif-prefix.webp").exif_bytes, 26u);
    EXPECT_EQ(must_inspect("jpeg/420.jpg").icc_bytes, 0u);
}

TEST(Inspect, TurnsTheSizeByTheOrientation) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const char* extension : {".jpg", ".png"}) {
            const std::string name = "orientation/" + std::to_string(orientation) + extension;
            SCOPED_TRACE(name);
            const ImageInfo info = must_inspect(name);
            EXPECT_EQ(info.orientation, orientation);
            EXPECT_EQ(info.width_px, 83);
            EXPECT_EQ(info.height_px, 47);
        }
    }
}

TEST(Inspect, ReadsOrientationBehindAStrayPrefix) {
    EXPECT_EQ(must_inspect("webp/exif-prefix.webp").orientation, 6);
}

TEST(Inspect, ReadsOrientationInBothByteOrders) {
    EXPECT_EQ(must_inspect("jpeg/exif-gps-thumbnail.jpg").orientation, 6);  // big-endian
    EXPECT_EQ(must_inspect("jpeg/exif-little-endian.jpg").orientation, 8);
}

TEST(Inspect, TakesAnUnreadableOrientationForUpright) {
    for (const char* name : {"exif-orientation-9", "exif-first-outside", "exif-empty"}) {
        EXPECT_EQ(must_inspect(std::string("hostile/") + name + ".jpg").orientation, 1) << name;
    }
    for (const char* name :
         {"exif-cycle", "exif-count-lies", "exif-odd-offset", "exif-value-outside"}) {
        EXPECT_EQ(must_inspect(std::string("hostile/") + name + ".jpg").orientation, 6) << name;
    }
}

TEST(Inspect, NamesFormatsAndModels) {
    EXPECT_EQ(to_string(FileFormat::webp), "webp");
    EXPECT_EQ(to_string(ColorModel::gray_alpha), "gray_alpha");
    EXPECT_EQ(to_string(ColorModel::ycck), "ycck");
}

}  // namespace
}  // namespace limpid::inspect_test
