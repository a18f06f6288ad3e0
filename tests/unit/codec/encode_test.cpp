#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "unit/codec/support.hpp"

namespace limpid::encode_test {
namespace {

using test::make_opaque_picture;
using test::make_picture;
using test::must_decode;
using test::must_encode;
using test::outcome;
using test::same_pixels;

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};
constexpr std::pair<int, int> kSizes[] = {{1, 1}, {1, 37}, {41, 1}, {7, 5}, {31, 17}, {257, 129}};

EncodeOptions options_for(FileFormat format, bool lossless = false) {
    EncodeOptions options;
    options.format = format;
    options.lossless = lossless;
    return options;
}

TEST(Encode, PngReturnsEveryFormatExactly) {
    for (const PixelFormat format : kFormats) {
        for (const auto& [width, height] : kSizes) {
            const Image image = make_picture(format, width, height);
            const auto file = must_encode(image, options_for(FileFormat::png));
            EXPECT_TRUE(same_pixels(image, must_decode(file.span()).pixels))
                << static_cast<int>(format) << " " << width << " x " << height;
        }
    }
}

TEST(Encode, TheQualityOfAJpegIsReadBackFromItsTables) {
    const Image image = make_picture(PixelFormat::rgb8, 31, 17);
    for (const int quality : {1, 5, 30, 49, 50, 51, 75, 76, 90, 95, 99, 100}) {
        EncodeOptions options = options_for(FileFormat::jpeg);
        options.quality = quality;
        const auto file = must_encode(image, options);
        EXPECT_EQ(inspect(file.span()).value().jpeg_quality, quality);
    }
    const auto png = must_encode(image, options_for(FileFormat::png));
    EXPECT_EQ(inspect(png.span()).value().jpeg_quality, 0);
}

TEST(Encode, LosslessWebpReturnsColorExactly) {
    for (const auto& [width, height] : kSizes) {
        const Image rgb = make_picture(PixelFormat::rgb8, width, height);
        const auto rgb_file = must_encode(rgb, options_for(FileFormat::webp, true));
        EXPECT_TRUE(same_pixels(rgb, must_decode(rgb_file.span()).pixels));
        const Image rgba = make_picture(PixelFormat::rgba8, width, height);
        const auto rgba_file = must_encode(rgba, options_for(FileFormat::webp, true));
        EXPECT_TRUE(same_pixels(rgba, must_decode(rgba_file.span()).pixels)) << width;
    }
}

TEST(Encode, LosslessWebpKeepsColorUnderFullTransparency) {
    Image image = make_picture(PixelFormat::rgba8, 33, 21);
    const MutableImageView view = image.view();
    for (int y = 0; y < 21; ++y) {
        for (int x = 0; x < 33; x += 2) view.row(y)[4 * x + 3] = std::byte{0};
    }
    const auto file = must_encode(image, options_for(FileFormat::webp, true));
    EXPECT_TRUE(same_pixels(image, must_decode(file.span()).pixels));
}

TEST(Encode, LosslessWebpStoresGrayAsColor) {
    const Image gray = make_picture(PixelFormat::gray8, 31, 17);
    const auto file = must_encode(gray, options_for(FileFormat::webp, true));
    const DecodedImage decoded = must_decode(file.span());
    ASSERT_EQ(decoded.pixels.format(), PixelFormat::rgb8);
    for (std::size_t i = 0; i < gray.bytes().size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            ASSERT_EQ(decoded.pixels.bytes()[3 * i + c], gray.bytes()[i]);
        }
    }
}

TEST(Encode, LossyFormatsStayCloseToThePicture) {
    const Image image = make_picture(PixelFormat::rgb8, 257, 129);
    for (const FileFormat format : {FileFormat::jpeg, FileFormat::webp}) {
        const auto decoded = must_decode(must_encode(image, options_for(format)).span());
        EXPECT_GT(test::psnr(image, decoded.pixels), 34) << to_string(format);
    }
}

TEST(Encode, QualityTradesSizeForFidelity) {
    const Image image = make_picture(PixelFormat::rgb8, 257, 129);
    for (const FileFormat format : {FileFormat::jpeg, FileFormat::webp}) {
        EncodeOptions low = options_for(format);
        low.quality = 30;
        EncodeOptions high = options_for(format);
        high.quality = 98;
        const auto small = must_encode(image, low);
        const auto large = must_encode(image, high);
        EXPECT_LT(small.size(), large.size());
        EXPECT_LT(test::psnr(image, must_decode(small.span()).pixels),
                  test::psnr(image, must_decode(large.span()).pixels));
    }
}

TEST(Encode, JpegHasTheSubsamplingAndScansAskedFor) {
    const Image image = make_picture(PixelFormat::rgb8, 64, 48);
    const std::pair<ChromaSubsampling, std::string_view> cases[] = {
        {ChromaSubsampling::s420, "4:2:0"},
        {ChromaSubsampling::s422, "4:2:2"},
        {ChromaSubsampling::s444, "4:4:4"}};
    for (const auto& [chroma, name] : cases) {
        for (const bool progressive : {false, true}) {
            EncodeOptions options;
            options.chroma_subsampling = chroma;
            options.progressive = progressive;
            const auto decoded = must_decode(must_encode(image, options).span());
            EXPECT_EQ(decoded.info.chroma_subsampling, name);
            EXPECT_EQ(decoded.info.progressive, progressive);
        }
    }
}

TEST(Encode, ProgressiveJpegHoldsTheSamePixels) {
    const Image image = make_picture(PixelFormat::rgb8, 257, 129);
    EncodeOptions progressive;
    progressive.progressive = true;
    EXPECT_TRUE(same_pixels(must_decode(must_encode(image, {}).span()).pixels,
                            must_decode(must_encode(image, progressive).span()).pixels));
}

TEST(Encode, GrayJpegStaysGray) {
    const Image image = make_picture(PixelFormat::gray8, 64, 48);
    const auto decoded = must_decode(must_encode(image, {}).span());
    EXPECT_EQ(decoded.info.color_model, ColorModel::gray);
    EXPECT_GT(test::psnr(image, decoded.pixels), 34);
}

TEST(Encode, JpegRefusesTransparencyAndTakesOpaqueAlpha) {
    for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::rgba16}) {
        Image image = make_opaque_picture(format, 40, 30);
        EXPECT_EQ(outcome(encode(test::view_of(image), {}, {})), "ok");
        // The last alpha sample misses its maximum by one.
        std::byte* end = image.view().row(29) + image.view().row_bytes();
        end[format == PixelFormat::rgba8 ? -1 : -2] = std::byte{0xFE};
        EXPECT_EQ(outcome(encode(test::view_of(image), {}, {})), "encode.unsupported");
    }
}

TEST(Encode, OpaqueRgbaGivesTheJpegOfItsRgb) {
    const Image rgba = make_opaque_picture(PixelFormat::rgba8, 57, 43);
    const Image rgb = make_picture(PixelFormat::rgb8, 57, 43);
    EXPECT_TRUE(std::ranges::equal(must_encode(rgba, {}).span(), must_encode(rgb, {}).span()));
}

TEST(Encode, SixteenBitsAreRoundedToNearestForJpegAndWebp) {
    const Image deep = make_picture(PixelFormat::rgb16, 57, 43);
    auto rounded = Image::create(PixelFormat::rgb8, 57, 43);
    ASSERT_TRUE(rounded.has_value());
    for (std::size_t i = 0; i < rounded->bytes().size(); ++i) {
        const auto* samples = reinterpret_cast<const std::uint16_t*>(deep.bytes().data());
        rounded->view().data[i] = static_cast<std::byte>((samples[i] * 255u + 32767u) / 65535u);
    }
    for (const FileFormat format : {FileFormat::jpeg, FileFormat::webp}) {
        EXPECT_TRUE(std::ranges::equal(must_encode(deep, options_for(format)).span(),
                                       must_encode(*rounded, options_for(format)).span()));
    }
}

TEST(Encode, PaddingBetweenRowsIsNotRead) {
    for (const PixelFormat format : kFormats) {
        const Image image = make_opaque_picture(format, 23, 11);
        const std::size_t stride = test::view_of(image).row_bytes() + 14;
        // Exactly as long as the view needs: no padding after the last row.
        const std::size_t size = stride * 10 + test::view_of(image).row_bytes();
        std::vector<std::byte> padded(size, std::byte{0xA5});
        for (int y = 0; y < 11; ++y) {
            std::copy_n(test::view_of(image).row(y), test::view_of(image).row_bytes(),
                        padded.data() + stride * static_cast<std::size_t>(y));
        }
        const test::Bytes exact(padded);
        const auto view = make_view(exact, format, 23, 11, static_cast<std::ptrdiff_t>(stride));
        ASSERT_TRUE(view.has_value());
        for (const FileFormat file_format : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
            const auto from_view = encode(*view, {}, options_for(file_format));
            ASSERT_TRUE(from_view.has_value());
            EXPECT_TRUE(std::ranges::equal(from_view->span(),
                                           must_encode(image, options_for(file_format)).span()));
        }
    }
}

TEST(Encode, TheSameInputGivesTheSameBytes) {
    const Image image = make_picture(PixelFormat::rgb8, 127, 61);
    for (const FileFormat format : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
        EXPECT_TRUE(std::ranges::equal(must_encode(image, options_for(format)).span(),
                                       must_encode(image, options_for(format)).span()));
    }
}

TEST(Encode, RefusesOptionsOutsideTheirRange) {
    const Image image = make_picture(PixelFormat::rgb8, 8, 8);
    for (const int quality : {0, 101, -5}) {
        EncodeOptions options;
        options.quality = quality;
        EXPECT_EQ(outcome(encode(test::view_of(image), {}, options)), "argument.invalid")
            << quality;
    }
    for (const int quality : {1, 100}) {
        EncodeOptions options;
        options.quality = quality;
        EXPECT_EQ(outcome(encode(test::view_of(image), {}, options)), "ok") << quality;
        options.format = FileFormat::webp;
        EXPECT_EQ(outcome(encode(test::view_of(image), {}, options)), "ok") << quality;
    }
    EncodeOptions no_format;
    no_format.format = static_cast<FileFormat>(77);
    EXPECT_EQ(outcome(encode(test::view_of(image), {}, no_format)), "argument.invalid");
    EXPECT_EQ(outcome(encode(ImageView{}, {}, {})), "argument.invalid");
}

TEST(Encode, RefusesSidesTheFormatCannotHold) {
    const Image wide = make_picture(PixelFormat::gray8, 65535, 1);
    EXPECT_EQ(outcome(encode(test::view_of(wide), {}, options_for(FileFormat::png))), "ok");
    EXPECT_EQ(outcome(encode(test::view_of(wide), {}, options_for(FileFormat::jpeg))),
              "encode.unsupported");
    EXPECT_EQ(outcome(encode(test::view_of(wide), {}, options_for(FileFormat::webp))),
              "encode.unsupported");
    const Image most_webp = make_picture(PixelFormat::gray8, 16383, 1);
    EXPECT_EQ(outcome(encode(test::view_of(most_webp), {}, options_for(FileFormat::webp))), "ok");
}

}  // namespace
}  // namespace limpid::encode_test
