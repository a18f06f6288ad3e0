#include <gtest/gtest.h>

#include <cstring>

#include "unit/codec/support.hpp"

namespace limpid::decode_test {
namespace {

using test::must_decode;
using test::outcome;
using test::read_data;
using test::same_pixels;

std::uint16_t sample16(const Image& image, int x, int y, int channel) {
    std::uint16_t value = 0;
    std::memcpy(&value, image.view().row(y) + x * bytes_per_pixel(image.format()) + 2 * channel,
                sizeof value);
    return value;
}

int sample8(const Image& image, int x, int y, int channel) {
    return std::to_integer<int>(image.view().row(y)[x * bytes_per_pixel(image.format()) + channel]);
}

TEST(Decode, InterlacingDoesNotChangeThePixels) {
    EXPECT_TRUE(same_pixels(must_decode(read_data("png/rgb.png")).pixels,
                            must_decode(read_data("png/rgb-interlaced.png")).pixels));
    EXPECT_TRUE(same_pixels(must_decode(read_data("png/rgba16.png")).pixels,
                            must_decode(read_data("png/rgba16-interlaced.png")).pixels));
    EXPECT_TRUE(same_pixels(must_decode(read_data("png/gray1.png")).pixels,
                            must_decode(read_data("png/gray1-interlaced.png")).pixels));
}

TEST(Decode, ProgressiveAndRestartsDoNotChangeThePixels) {
    // cjpeg wrote the three from the same pixels with the same tables; only the entropy coding
    // differs.
    const Image baseline = std::move(must_decode(read_data("jpeg/420.jpg")).pixels);
    EXPECT_TRUE(same_pixels(baseline, must_decode(read_data("jpeg/progressive.jpg")).pixels));
    EXPECT_TRUE(same_pixels(baseline, must_decode(read_data("jpeg/restart.jpg")).pixels));
}

TEST(Decode, SubsamplingLosesOnlyDetailOfColor) {
    const Image full = std::move(must_decode(read_data("jpeg/444.jpg")).pixels);
    for (const char* name : {"420", "422", "440", "411"}) {
        const auto other = must_decode(read_data(std::string("jpeg/") + name + ".jpg"));
        EXPECT_GT(test::psnr(full, other.pixels), 28) << name;
    }
}

TEST(Decode, InksBecomeTheSameColorsHoweverTheyAreStored) {
    const Image rgb = std::move(must_decode(read_data("jpeg/444.jpg")).pixels);
    for (const char* name : {"cmyk-adobe", "cmyk-plain", "ycck"}) {
        const auto inks = must_decode(read_data(std::string("jpeg/") + name + ".jpg"));
        EXPECT_EQ(inks.pixels.format(), PixelFormat::rgb8);
        EXPECT_GT(test::psnr(rgb, inks.pixels), 27) << name;
    }
}

TEST(Decode, SixteenBitsStay) {
    // make.py stores v * 257 + (x * 7 + y * 13) % 200 where the 8-bit file has v.
    const Image low = std::move(must_decode(read_data("png/rgba.png")).pixels);
    const Image deep = std::move(must_decode(read_data("png/rgba16.png")).pixels);
    ASSERT_EQ(deep.format(), PixelFormat::rgba16);
    for (int y = 0; y < low.height_px(); ++y) {
        for (int x = 0; x < low.width_px(); ++x) {
            for (int c = 0; c < 4; ++c) {
                const int wide = sample8(low, x, y, c) * 257 + (x * 7 + y * 13) % 200;
                ASSERT_EQ(sample16(deep, x, y, c), std::min(wide, 65535)) << x << " " << y;
            }
        }
    }
}

TEST(Decode, LowDepthsAreScaledToTheFullRange) {
    const Image full = std::move(must_decode(read_data("png/gray.png")).pixels);
    for (const int depth : {1, 2, 4}) {
        const auto low = must_decode(read_data("png/gray" + std::to_string(depth) + ".png"));
        ASSERT_EQ(low.pixels.format(), PixelFormat::gray8);
        for (std::size_t i = 0; i < full.bytes().size(); ++i) {
            const int stored = std::to_integer<int>(full.bytes()[i]) >> (8 - depth);
            ASSERT_EQ(std::to_integer<int>(low.pixels.bytes()[i]),
                      stored * 255 / ((1 << depth) - 1));
        }
    }
}

TEST(Decode, OneTransparentColorBecomesAlpha) {
    const Image rgb = std::move(must_decode(read_data("png/rgb.png")).pixels);
    const Image keyed = std::move(must_decode(read_data("png/rgb-trns.png")).pixels);
    ASSERT_EQ(keyed.format(), PixelFormat::rgba8);
    int transparent = 0;
    for (int y = 0; y < rgb.height_px(); ++y) {
        for (int x = 0; x < rgb.width_px(); ++x) {
            bool key = true;
            for (int c = 0; c < 3; ++c) {
                ASSERT_EQ(sample8(keyed, x, y, c), sample8(rgb, x, y, c));
                key = key && sample8(rgb, x, y, c) == sample8(rgb, 5, 5, c);
            }
            ASSERT_EQ(sample8(keyed, x, y, 3), key ? 0 : 255);
            transparent += key ? 1 : 0;
        }
    }
    EXPECT_GE(transparent, 1);
}

TEST(Decode, PaletteTransparencyBecomesAlpha) {
    const Image solid = std::move(must_decode(read_data("png/palette2.png")).pixels);
    const Image clear = std::move(must_decode(read_data("png/palette2-trns.png")).pixels);
    ASSERT_EQ(clear.format(), PixelFormat::rgba8);
    bool seen[256] = {};
    for (int y = 0; y < solid.height_px(); ++y) {
        for (int x = 0; x < solid.width_px(); ++x) {
            for (int c = 0; c < 3; ++c) {
                ASSERT_EQ(sample8(clear, x, y, c), sample8(solid, x, y, c));
            }
            seen[sample8(clear, x, y, 3)] = true;
        }
    }
    // Entries 0 and 1 have 0 and 128; those that tRNS leaves out are opaque.
    EXPECT_TRUE(seen[0] && seen[128] && seen[255]);
}

TEST(Decode, GrayWithAlphaBecomesRgba) {
    const Image image = std::move(must_decode(read_data("png/gray-alpha.png")).pixels);
    ASSERT_EQ(image.format(), PixelFormat::rgba8);
    for (int x = 0; x < image.width_px(); ++x) {
        EXPECT_EQ(sample8(image, x, 9, 0), sample8(image, x, 9, 1));
        EXPECT_EQ(sample8(image, x, 9, 0), sample8(image, x, 9, 2));
        EXPECT_EQ(sample8(image, x, 9, 3), std::min(255, 4 * x + 2 * 9));
    }
}

TEST(Decode, CarriesMetadataAsOpaqueBlocks) {
    for (const char* name : {"png/metadata.png", "png/metadata-late.png", "webp/metadata.webp"}) {
        SCOPED_TRACE(name);
        const DecodedImage decoded = must_decode(read_data(name));
        EXPECT_EQ(decoded.metadata.icc.size(), 488u);
        EXPECT_EQ(test::find(decoded.metadata.icc.span(), "acsp"), 36u);
        EXPECT_EQ(test::find(decoded.metadata.xmp.span(), "<?xpacket begin"), 0u);
    }
    // Two segments in the wrong order: the numbers decide.
    const DecodedImage p3 = must_decode(read_data("jpeg/p3.jpg"));
    EXPECT_EQ(p3.metadata.icc.size(), 488u);
    EXPECT_EQ(test::find(p3.metadata.icc.span(), "acsp"), 36u);
    const DecodedImage prefixed = must_decode(read_data("webp/exif-prefix.webp"));
    EXPECT_EQ(test::find(prefixed.metadata.exif.span(), "MM"), 0u);
}

TEST(Decode, KeepsOnlyAProfileThatDescribesItsPixels) {
    EXPECT_EQ(must_decode(read_data("jpeg/gray.jpg")).metadata.icc.size(), 336u);
    // The same grey profile in a file that becomes RGBA, and an RGB one in a grey file.
    const auto gray = must_decode(read_data("jpeg/gray.jpg"));
    const auto color = must_decode(read_data("jpeg/p3.jpg"));
    std::string chunk("p\0\0", 3);
    EXPECT_FALSE(gray.metadata.icc.empty());
    EncodeOptions webp;
    webp.format = FileFormat::webp;
    const auto as_webp = test::must_encode(gray.pixels, webp, gray.metadata);
    EXPECT_TRUE(must_decode(as_webp.span()).metadata.icc.empty());
    const auto as_jpeg = test::must_encode(gray.pixels, {}, color.metadata);
    EXPECT_TRUE(must_decode(as_jpeg.span()).metadata.icc.empty());
}

TEST(Decode, RefusesMoreMemoryThanAllowed) {
    Limits limits;
    const auto file = read_data("photos/casa-mila.jpg");  // 600 x 400 rgb8
    limits.max_memory_bytes = 600 * 400 * 3;
    EXPECT_EQ(outcome(decode(file, limits)), "ok");
    limits.max_memory_bytes -= 1;
    const auto refused = decode(file, limits);
    ASSERT_EQ(outcome(refused), "memory.exhausted");
    EXPECT_EQ(refused.error().found(), "720000 bytes needed; max_memory_bytes is 719999");
}

TEST(Decode, CountsTheSecondImageOfAQuarterTurn) {
    Limits limits;
    limits.max_memory_bytes = 83 * 47 * 3;
    EXPECT_EQ(outcome(decode(read_data("orientation/3.png"), limits)), "ok");
    EXPECT_EQ(outcome(decode(read_data("orientation/6.png"), limits)), "memory.exhausted");
    limits.max_memory_bytes *= 2;
    EXPECT_EQ(outcome(decode(read_data("orientation/6.png"), limits)), "ok");
}

TEST(Decode, CountsTheCoefficientsOfAProgressiveFile) {
    Limits limits;
    limits.max_memory_bytes = 202 * 134 * 3 + 1000;
    EXPECT_EQ(outcome(decode(read_data("jpeg/420.jpg"), limits)), "ok");
    EXPECT_EQ(outcome(decode(read_data("jpeg/progressive.jpg"), limits)), "memory.exhausted");
}

TEST(Decode, CountsTheScansOfAProgressiveFile) {
    const auto file = read_data("hostile/scans-100.jpg");
    Limits limits;
    EXPECT_EQ(outcome(decode(file, limits)), "ok");
    limits.max_progressive_scans = 99;
    const auto refused = decode(file, limits);
    ASSERT_EQ(outcome(refused), "image.too_many_scans");
    EXPECT_NE(refused.error().found().find("max_progressive_scans is 99"), std::string::npos);
}

TEST(Decode, RefusesAnimationEvenWhenFramesAreAllowed) {
    Limits limits;
    limits.max_frames = 10;
    EXPECT_EQ(outcome(decode(read_data("hostile/animated.webp"), limits)), "image.unsupported");
    // An animated PNG holds a still picture besides, which every PNG reader shows.
    EXPECT_EQ(outcome(decode(read_data("hostile/animated.png"), limits)), "ok");
}

}  // namespace
}  // namespace limpid::decode_test
