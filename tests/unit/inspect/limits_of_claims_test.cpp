#include <gtest/gtest.h>

#include "limpid/inspect.hpp"
#include "unit/codec/support.hpp"

namespace limpid::limits_of_claims_test {
namespace {

using test::outcome;
using test::PngBuilder;
using test::read_data;

test::Bytes png_claiming(std::uint32_t width_px, std::uint32_t height_px) {
    return PngBuilder().header(width_px, height_px, 8, 2).zero_pixels(4).end();
}

/// The limit must accept its own value and refuse one less.
void expect_boundary(std::span<const std::byte> file, std::uint64_t Limits::* limit,
                     std::uint64_t value, const char* refused_with, const char* limit_name) {
    Limits limits;
    limits.*limit = value;
    EXPECT_EQ(outcome(inspect(file, limits)), "ok") << limit_name;
    limits.*limit = value - 1;
    const auto refused = inspect(file, limits);
    EXPECT_EQ(outcome(refused), refused_with) << limit_name;
    if (refused) return;
    EXPECT_NE(
        refused.error().found().find(std::string(limit_name) + " is " + std::to_string(value - 1)),
        std::string::npos)
        << refused.error().found();
}

TEST(LimitsOfClaims, NameWhatWasFoundAndTheLimit) {
    const auto refused = inspect(png_claiming(20000, 20000));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::image_too_large);
    EXPECT_EQ(refused.error().found(), "20000 x 20000 px; max_width_px is 16384");
}

TEST(LimitsOfClaims, EachLimitAcceptsItsValueAndRefusesOneMore) {
    const auto png = png_claiming(300, 200);
    expect_boundary(png, &Limits::max_width_px, 300, "image.too_large", "max_width_px");
    expect_boundary(png, &Limits::max_height_px, 200, "image.too_large", "max_height_px");
    expect_boundary(png, &Limits::max_pixels, 60000, "image.too_large", "max_pixels");
    expect_boundary(png, &Limits::max_file_bytes, png.size(), "image.too_large", "max_file_bytes");
    for (const char* name : {"png/metadata.png", "png/metadata-late.png", "webp/metadata.webp"}) {
        SCOPED_TRACE(name);
        const auto file = read_data(name);
        constexpr const char* kCode = "image.metadata_too_large";
        expect_boundary(file, &Limits::max_icc_bytes, 488, kCode, "max_icc_bytes");
        expect_boundary(file, &Limits::max_exif_bytes, 26, kCode, "max_exif_bytes");
        expect_boundary(file, &Limits::max_text_bytes, 439, kCode, "max_text_bytes");
    }
    const auto jpeg = read_data("jpeg/p3.jpg");
    expect_boundary(jpeg, &Limits::max_icc_bytes, 488, "image.metadata_too_large", "max_icc_bytes");
}

TEST(LimitsOfClaims, SidesBeyondAnyImageAreRefusedHoweverHighTheLimits) {
    Limits limits;
    limits.max_width_px = limits.max_height_px = limits.max_pixels = UINT64_MAX;
    EXPECT_EQ(outcome(inspect(png_claiming(65535, 65535), limits)), "ok");
    EXPECT_EQ(outcome(inspect(png_claiming(65536, 1), limits)), "image.too_large");
    EXPECT_EQ(outcome(inspect(png_claiming(0x7FFFFFFF, 0x7FFFFFFF), limits)), "image.too_large");
}

TEST(LimitsOfClaims, EmptySidesAreMalformed) {
    EXPECT_EQ(outcome(inspect(png_claiming(0, 7))), "image.malformed");
    EXPECT_EQ(outcome(inspect(png_claiming(7, 0))), "image.malformed");
}

TEST(LimitsOfClaims, FramesAreCountedNotBelieved) {
    EXPECT_EQ(outcome(inspect(read_data("hostile/animated-lie.png"))), "image.too_many_frames");
    Limits limits;
    limits.max_frames = 3;
    const auto apng = inspect(read_data("hostile/animated-lie.png"), limits);
    ASSERT_TRUE(apng.has_value());
    EXPECT_EQ(apng->frame_count, 3);
    const auto webp = inspect(read_data("hostile/animated.webp"), limits);
    ASSERT_TRUE(webp.has_value()) << webp.error().message();
    EXPECT_EQ(webp->frame_count, 2);
    limits.max_frames = 1;
    EXPECT_EQ(outcome(inspect(read_data("hostile/animated.webp"), limits)),
              "image.too_many_frames");
}

TEST(LimitsOfClaims, IccBombIsStoppedAtTheLimit) {
    std::vector<std::byte> data{std::byte{'x'}, std::byte{0}, std::byte{0}};
    const auto bomb = test::deflated_zeros(100 << 20);
    data.insert(data.end(), bomb.begin(), bomb.end());
    const auto file = PngBuilder().header(4, 4, 8, 2).chunk("iCCP", data).zero_pixels(52).end();
    const auto refused = inspect(file);
    EXPECT_EQ(outcome(refused), "image.metadata_too_large");
}

TEST(LimitsOfClaims, TextChunksCountTogether) {
    PngBuilder png;
    png.header(4, 4, 8, 2);
    const std::string text = "Comment" + std::string(1, '\0') + std::string(1000, 'x');
    for (int i = 0; i < 10; ++i) png.chunk(i % 2 == 0 ? "tEXt" : "zTXt", text);
    const auto file = png.zero_pixels(52).end();
    expect_boundary(file, &Limits::max_text_bytes, 10 * text.size(), "image.metadata_too_large",
                    "max_text_bytes");
}

}  // namespace
}  // namespace limpid::limits_of_claims_test
