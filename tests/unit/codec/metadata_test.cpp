#include "codec/metadata.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "codec/exif_edit.hpp"
#include "codec/icc.hpp"
#include "codec/xmp_edit.hpp"
#include "inspect/exif.hpp"
#include "inspect/tiff.hpp"
#include "unit/codec/support.hpp"

namespace limpid::metadata_test {
namespace {

using namespace std::string_view_literals;
using test::find;
using test::must_decode;
using test::read_data;

constexpr auto kNowhere = std::string_view::npos;
constexpr FileFormat kFileFormats[] = {FileFormat::jpeg, FileFormat::png, FileFormat::webp};

/// Has copyright, GPS, a thumbnail, XMP, and the orientation 6.
DecodedImage camera_picture() { return must_decode(read_data("jpeg/exif-gps-thumbnail.jpg")); }

DecodedImage through(const DecodedImage& picture, FileFormat format, MetadataPolicy policy) {
    EncodeOptions options;
    options.format = format;
    options.metadata = policy;
    return must_decode(test::must_encode(picture.pixels, options, picture.metadata).span());
}

std::optional<std::uint32_t> number_at(std::span<const std::byte> exif, std::size_t ifd,
                                       std::uint16_t tag) {
    const auto tiff = TiffReader::open(exif);
    const auto entry = tiff ? tiff->find(ifd, tag) : std::nullopt;
    return entry ? tiff->number(*entry) : std::nullopt;
}

std::uint32_t exif_ifd(std::span<const std::byte> exif) {
    const auto tiff = TiffReader::open(exif);
    return number_at(exif, tiff->first_ifd(), tiff_tag::kExifIfd).value_or(0);
}

TEST(MetadataPolicy, MinimalKeepsCopyrightAndProfileAndNothingElse) {
    DecodedImage picture = camera_picture();
    picture.metadata.icc = std::move(must_decode(read_data("jpeg/p3.jpg")).metadata.icc);
    for (const FileFormat format : kFileFormats) {
        SCOPED_TRACE(to_string(format));
        const DecodedImage out = through(picture, format, MetadataPolicy::minimal);
        const auto copyright = read_copyright(out.metadata.exif.span());
        EXPECT_EQ(std::string(reinterpret_cast<const char*>(copyright.data()), copyright.size()),
                  "(c) 2026 A. Photographer");
        EXPECT_EQ(number_at(out.metadata.exif.span(), 8, tiff_tag::kOrientation), 1u);
        EXPECT_EQ(TiffReader::open(out.metadata.exif.span())->entry_count(8), 2u);
        EXPECT_FALSE(number_at(out.metadata.exif.span(), 8, tiff_tag::kGpsIfd).has_value());
        EXPECT_TRUE(out.metadata.xmp.empty());
        EXPECT_TRUE(std::ranges::equal(out.metadata.icc.span(), picture.metadata.icc.span()));
    }
}

TEST(MetadataPolicy, MinimalWritesNoExifWithoutACopyright) {
    const DecodedImage picture = must_decode(read_data("orientation/6.jpg"));
    for (const FileFormat format : kFileFormats) {
        EXPECT_TRUE(through(picture, format, MetadataPolicy::minimal).metadata.exif.empty());
    }
}

TEST(MetadataPolicy, StripWritesNothing) {
    DecodedImage picture = camera_picture();
    picture.metadata.icc = std::move(must_decode(read_data("jpeg/p3.jpg")).metadata.icc);
    for (const FileFormat format : kFileFormats) {
        const DecodedImage out = through(picture, format, MetadataPolicy::strip);
        EXPECT_TRUE(out.metadata.icc.empty());
        EXPECT_TRUE(out.metadata.exif.empty());
        EXPECT_TRUE(out.metadata.xmp.empty());
    }
}

TEST(MetadataPolicy, GpsLeavesOnlyWithKeep) {
    const DecodedImage picture = camera_picture();
    // The latitude 52, 31, 12 as big-endian rationals, wherever it may have gone.
    constexpr auto kLatitude = "\0\0\0\x34\0\0\0\x01\0\0\0\x1F\0\0\0\x01\0\0\0\x0C\0\0\0\x01"sv;
    ASSERT_NE(find(picture.metadata.exif.span(), kLatitude), kNowhere);
    for (const FileFormat format : kFileFormats) {
        for (const auto policy : {MetadataPolicy::minimal, MetadataPolicy::strip}) {
            EncodeOptions options;
            options.format = format;
            options.metadata = policy;
            const auto file = test::must_encode(picture.pixels, options, picture.metadata);
            EXPECT_EQ(find(file.span(), kLatitude), kNowhere);
        }
        const DecodedImage kept = through(picture, format, MetadataPolicy::keep);
        EXPECT_NE(find(kept.metadata.exif.span(), kLatitude), kNowhere);
    }
}

TEST(MetadataPolicy, KeepMakesExifAndXmpUpright) {
    for (const char* name : {"jpeg/exif-gps-thumbnail.jpg", "jpeg/exif-little-endian.jpg"}) {
        const DecodedImage picture = must_decode(read_data(name));
        for (const FileFormat format : kFileFormats) {
            SCOPED_TRACE(std::string(name) + " to " + std::string(to_string(format)));
            const DecodedImage out = through(picture, format, MetadataPolicy::keep);
            const auto exif = out.metadata.exif.span();
            EXPECT_EQ(number_at(exif, 8, tiff_tag::kOrientation), 1u);
            EXPECT_EQ(number_at(exif, exif_ifd(exif), tiff_tag::kPixelXDimension), 202u);
            EXPECT_EQ(number_at(exif, exif_ifd(exif), tiff_tag::kPixelYDimension), 134u);
            EXPECT_FALSE(read_copyright(exif).empty());
            EXPECT_EQ(out.metadata.xmp.size(), picture.metadata.xmp.size());
            if (!out.metadata.xmp.empty()) {
                EXPECT_NE(find(out.metadata.xmp.span(), "tiff:Orientation=\"1\""), kNowhere);
            }
        }
    }
}

TEST(MetadataPolicy, KeepDropsTheThumbnailAndItsBytes) {
    for (const char* name : {"jpeg/exif-gps-thumbnail.jpg", "jpeg/exif-little-endian.jpg"}) {
        const DecodedImage picture = must_decode(read_data(name));
        constexpr auto kJpegStart = "\xFF\xD8\xFF"sv;
        ASSERT_NE(find(picture.metadata.exif.span(), kJpegStart), kNowhere);
        const DecodedImage out = through(picture, FileFormat::png, MetadataPolicy::keep);
        const auto exif = out.metadata.exif.span();
        EXPECT_EQ(find(exif, kJpegStart), kNowhere);
        EXPECT_LT(exif.size(), picture.metadata.exif.size() / 2);
        const auto tiff = TiffReader::open(exif);
        EXPECT_EQ(*tiff->u32(*tiff->next_ifd_field(tiff->first_ifd())), 0u);
    }
}

TEST(MetadataPolicy, KeepDropsWhatIsNoExif) {
    ByteBuffer exif = test::buffer_of(test::as_bytes("not a TIFF structure"));
    make_exif_upright(exif, 10, 10);
    EXPECT_TRUE(exif.empty());
}

// The first directory lies in the header: cutting its link to the next one moves it, to one with an
// orientation.
TEST(MetadataPolicy, KeepDropsExifThatMovesWhileItIsEdited) {
    constexpr std::string_view kBlock =
        "MM\0*\0\0\0\x05\0\0\0\0\0\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"sv;
    ByteBuffer exif = test::buffer_of(test::as_bytes(kBlock));
    make_exif_upright(exif, 10, 10);
    EXPECT_TRUE(exif.empty());
}

TEST(MetadataPolicy, EditingIsSafeOnAnyByteOfHostileExif) {
    const DecodedImage picture = camera_picture();
    const test::Bytes original(picture.metadata.exif.span());
    for (std::size_t i = 0; i < original.size(); ++i) {
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            test::Bytes changed(original.span());
            changed[i] = static_cast<std::byte>(value);
            ByteBuffer exif = test::buffer_of(changed);
            make_exif_upright(exif, 202, 134);
            ASSERT_EQ(read_orientation(exif.span()), 1) << i << " " << value;
        }
    }
    for (std::size_t size = 0; size < original.size(); ++size) {
        ByteBuffer exif = test::buffer_of(original.first(size));
        make_exif_upright(exif, 202, 134);
        ASSERT_EQ(read_orientation(exif.span()), 1) << size;
    }
}

TEST(MetadataPolicy, ShortAndLongCopyrightsSurvive) {
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{5}, std::size_t{60000}}) {
        const std::string text(size, 'c');
        const auto exif = make_copyright_exif(test::as_bytes(text));
        ASSERT_TRUE(exif.has_value());
        EXPECT_EQ(read_copyright(exif->span()).size(), size);
        EXPECT_EQ(read_orientation(exif->span()), 1);
    }
    // Longer than a JPEG segment: cut, so that the file can be written.
    const auto longest = make_copyright_exif(test::as_bytes(std::string(100000, 'c')));
    ASSERT_TRUE(longest.has_value());
    Metadata metadata;
    metadata.exif = test::buffer_of(longest->span());
    const Image image = test::make_picture(PixelFormat::rgb8, 8, 8);
    EXPECT_EQ(test::outcome(encode(image.view(), metadata, {})), "ok");
}

TEST(MetadataPolicy, XmpOrientationIsChangedInEveryForm) {
    const auto upright = [](std::string_view text) {
        ByteBuffer xmp = test::buffer_of(test::as_bytes(text));
        make_xmp_upright(xmp);
        return std::string(reinterpret_cast<const char*>(xmp.data()), xmp.size());
    };
    EXPECT_EQ(upright("a tiff:Orientation=\"6\" b"), "a tiff:Orientation=\"1\" b");
    EXPECT_EQ(upright("a tiff:Orientation = '8' b"), "a tiff:Orientation = '1' b");
    EXPECT_EQ(upright("<tiff:Orientation>3</tiff:Orientation>"),
              "<tiff:Orientation>1</tiff:Orientation>");
    EXPECT_EQ(upright("tiff:Orientation=\"2\" tiff:Orientation=\"5\""),
              "tiff:Orientation=\"1\" tiff:Orientation=\"1\"");
    EXPECT_EQ(upright("tiff:Orientation"), "tiff:Orientation");
    EXPECT_EQ(upright("exif:Orientation=\"6\""), "exif:Orientation=\"6\"");
    EXPECT_EQ(upright("a<xmp:Thumbnails>old pixels</xmp:Thumbnails>b<xmp:Thumbnails x='1'>more"
                      "</xmp:Thumbnails>c"),
              "abc");
    EXPECT_EQ(upright("a<xmp:Thumbnails>no end"), "a<xmp:Thumbnails>no end");
}

TEST(MetadataPolicy, BlocksThatDoNotFitAJpegSegmentAreRefusedWithKeep) {
    const Image image = test::make_picture(PixelFormat::rgb8, 8, 8);
    Metadata metadata;
    metadata.xmp = test::buffer_of(test::as_bytes(std::string(65533 - 29, 'x')));
    EncodeOptions keep;
    keep.metadata = MetadataPolicy::keep;
    EXPECT_EQ(test::outcome(encode(image.view(), metadata, keep)), "ok");
    ASSERT_TRUE(metadata.xmp.append(test::as_bytes("x")));
    EXPECT_EQ(test::outcome(encode(image.view(), metadata, keep)), "encode.unsupported");
    keep.format = FileFormat::png;
    EXPECT_EQ(test::outcome(encode(image.view(), metadata, keep)), "ok");
    EXPECT_EQ(test::outcome(encode(image.view(), metadata, {})), "ok");
}

TEST(MetadataPolicy, LargeProfilesTravelInSeveralSegments) {
    DecodedImage picture = must_decode(read_data("jpeg/p3.jpg"));
    ASSERT_TRUE(picture.metadata.icc.resize(200001));
    for (std::size_t i = 488; i < 200001; ++i) {
        picture.metadata.icc.data()[i] = static_cast<std::byte>(i * 31 >> 3);
    }
    for (const FileFormat format : kFileFormats) {
        const DecodedImage out = through(picture, format, MetadataPolicy::minimal);
        EXPECT_TRUE(std::ranges::equal(out.metadata.icc.span(), picture.metadata.icc.span()));
    }
}

TEST(IccFits, LooksAtTheColorSpaceOfTheProfile) {
    const DecodedImage p3 = must_decode(read_data("jpeg/p3.jpg"));
    const DecodedImage gray = must_decode(read_data("jpeg/gray.jpg"));
    EXPECT_TRUE(icc_fits(p3.metadata.icc.span(), false));
    EXPECT_FALSE(icc_fits(p3.metadata.icc.span(), true));
    EXPECT_TRUE(icc_fits(gray.metadata.icc.span(), true));
    EXPECT_FALSE(icc_fits(gray.metadata.icc.span(), false));
    EXPECT_FALSE(icc_fits({}, false));
    EXPECT_FALSE(icc_fits(p3.metadata.icc.span().first(127), false));
    ByteBuffer cmyk = test::buffer_of(p3.metadata.icc.span());
    std::ranges::copy(test::as_bytes("CMYK"), cmyk.data() + 16);
    EXPECT_FALSE(icc_fits(cmyk.span(), false));
}

}  // namespace
}  // namespace limpid::metadata_test
