#include <gtest/gtest.h>

#include <algorithm>

#include "unit/codec/support.hpp"

namespace limpid::hostile_test {
namespace {

using test::outcome;
using test::PngBuilder;
using test::read_data;

/// One small file of every kind of coding.
constexpr const char* kSmallFiles[] = {
    "sizes/7x5.jpg",         "sizes/31x17.jpg",          "sizes/7x5.png",
    "png/palette2-trns.png", "png/gray1-interlaced.png", "png/metadata.png",
};

// V23, of which the core's part is this: a file that is not what it says gets an answer and does
// nothing else. A process of its own around the decoders is the business of whoever runs a service.
TEST(HostileFiles, V23_GetTheAnswerWrittenBesideThem) {
    const auto files = test::hostile_files();
    ASSERT_GT(files.size(), 70u);
    for (const auto& file : files) {
        const auto bytes = read_data("hostile/" + file.name);
        const auto decoded = decode(bytes);
        EXPECT_EQ(outcome(decoded), file.expected)
            << file.name << (decoded ? "" : ": " + decoded.error().message());
    }
}

TEST(HostileFiles, MessagesAreOneLine) {
    for (const auto& file : test::hostile_files()) {
        const auto decoded = decode(read_data("hostile/" + file.name));
        if (decoded) continue;
        const std::string message = decoded.error().message();
        EXPECT_TRUE(std::ranges::all_of(message, [](char c) { return c >= ' '; })) << file.name;
        EXPECT_EQ(message.rfind(file.expected, 0), 0u) << message;
    }
}

TEST(HostileFiles, TruncatedAnywhereIsAnErrorAndSaysSo) {
    for (const char* name : kSmallFiles) {
        const auto file = read_data(name);
        for (std::size_t size = 1; size < file.size(); ++size) {
            ASSERT_EQ(outcome(decode(file.first(size))), "image.truncated") << name << " " << size;
        }
    }
}

TEST(HostileFiles, LargerOnesTruncatedInTheirPixelsToo) {
    for (const char* name : {"jpeg/420.jpg", "jpeg/progressive.jpg", "jpeg/restart.jpg",
                             "jpeg/cmyk-adobe.jpg", "webp/lossy.webp", "webp/lossless.webp",
                             "webp/lossy-alpha.webp", "webp/lossless-alpha.webp"}) {
        const auto file = read_data(name);
        for (std::size_t size = 2; size < file.size(); size += 1 + file.size() / 60) {
            ASSERT_EQ(outcome(decode(file.first(size))), "image.truncated") << name << " " << size;
        }
        ASSERT_EQ(outcome(decode(file.first(file.size() - 1))), "image.truncated") << name;
    }
}

TEST(HostileFiles, OneFlippedBitNeverGetsPastAPngChecksum) {
    const auto original = read_data("png/palette2-trns.png");
    for (std::size_t i = 0; i < original.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            test::Bytes file(original.span());
            file[i] ^= static_cast<std::byte>(1 << bit);
            ASSERT_NE(outcome(decode(file)), "ok") << i << " " << bit;
        }
    }
}

TEST(HostileFiles, FlippedBitsGiveAPictureOrAnImageError) {
    Limits limits;
    limits.max_pixels = 1 << 20;
    for (const char* name :
         {"sizes/31x17.jpg", "jpeg/exif-gps-thumbnail.jpg", "webp/metadata.webp",
          "webp/lossy-alpha.webp", "webp/lossless-alpha.webp", "hostile/scans-100.jpg"}) {
        const auto original = read_data(name);
        const std::size_t step = std::max<std::size_t>(1, original.size() / 300);
        for (std::size_t i = 0; i < original.size(); i += step) {
            test::Bytes file(original.span());
            file[i] ^= static_cast<std::byte>(1 << i % 8);
            const auto decoded = decode(file, limits);
            if (decoded) {
                ASSERT_EQ(decoded->pixels.width_px(), decoded->info.width_px) << name << " " << i;
                ASSERT_EQ(decoded->pixels.format(), decoded->info.pixel_format) << name << " " << i;
                continue;
            }
            const std::string code = outcome(decoded);
            ASSERT_TRUE(code.rfind("image.", 0) == 0 || code == "memory.exhausted") << code;
        }
    }
}

TEST(HostileFiles, A20000SquarePngIsRefusedFromItsHeader) {
    // As large as its 1.2 GB of pixels: the claim is true, and still refused before any pixel.
    const auto bomb =
        PngBuilder().header(20000, 20000, 8, 2).zero_pixels(20000ull * (1 + 3 * 20000)).end();
    ASSERT_LT(bomb.size(), 1300000u);
    const auto refused = decode(bomb);
    ASSERT_EQ(outcome(refused), "image.too_large");
    EXPECT_EQ(refused.error().found(), "20000 x 20000 px; max_width_px is 16384");
}

TEST(HostileFiles, ExpandingTextIsNeverExpanded) {
    std::vector<std::byte> text(test::as_bytes("Comment").begin(), test::as_bytes("Comment").end());
    text.resize(text.size() + 2);  // NUL, method 0
    const auto zeros = test::deflated_zeros(100 << 20);
    text.insert(text.end(), zeros.begin(), zeros.end());
    const auto file = PngBuilder().header(4, 4, 8, 2).chunk("zTXt", text).zero_pixels(52).end();
    EXPECT_EQ(outcome(decode(file)), "ok");
}

TEST(HostileFiles, PixelsThatExpandBeyondTheImageAreRefused) {
    const auto file = PngBuilder().header(4, 4, 8, 2).zero_pixels(64 << 20).end();
    EXPECT_EQ(outcome(decode(file)), "image.malformed");
}

TEST(HostileFiles, ManyEmptyChunksAreWalkedQuickly) {
    PngBuilder png;
    png.header(4, 4, 8, 2);
    for (int i = 0; i < 200000; ++i) png.chunk("prVt", "");
    EXPECT_EQ(outcome(decode(png.zero_pixels(52).end())), "ok");
}

}  // namespace
}  // namespace limpid::hostile_test
