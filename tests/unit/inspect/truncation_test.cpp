#include <gtest/gtest.h>

#include "limpid/inspect.hpp"
#include "unit/codec/support.hpp"

namespace limpid::truncation_test {
namespace {

using test::outcome;
using test::read_data;

/// Where the coded pixels of a JPEG start: inspect() need not look beyond.
std::size_t jpeg_header_bytes(const test::Bytes& file) {
    const auto at = [&file](std::size_t i) { return std::to_integer<std::size_t>(file.span()[i]); };
    std::size_t segment = 2;
    while (at(segment + 1) != 0xDA) segment += 2 + at(segment + 2) * 256 + at(segment + 3);
    return segment + 2 + at(segment + 2) * 256 + at(segment + 3);
}

TEST(Truncation, NothingAtAllIsEmpty) { EXPECT_EQ(outcome(inspect({})), "image.empty"); }

TEST(Truncation, AtEveryHeaderByteOfAJpegIsSaid) {
    for (const char* name : {"sizes/7x5.jpg", "jpeg/p3.jpg", "jpeg/exif-gps-thumbnail.jpg",
                             "jpeg/cmyk-adobe.jpg", "jpeg/progressive.jpg"}) {
        const auto file = read_data(name);
        const std::size_t header = jpeg_header_bytes(file);
        for (std::size_t size = 1; size < header; ++size) {
            ASSERT_EQ(outcome(inspect(file.first(size))), "image.truncated") << name << " " << size;
        }
        EXPECT_EQ(outcome(inspect(file.first(header))), "ok") << name;
    }
}

TEST(Truncation, AtEveryByteOfAPngIsSaid) {
    for (const char* name : {"sizes/7x5.png", "png/metadata.png", "png/metadata-late.png",
                             "png/palette2-trns.png", "png/gray1-interlaced.png"}) {
        const auto file = read_data(name);
        for (std::size_t size = 1; size < file.size(); ++size) {
            ASSERT_EQ(outcome(inspect(file.first(size))), "image.truncated") << name << " " << size;
        }
    }
}

TEST(Truncation, AtEveryByteOfAWebpIsSaid) {
    for (const char* name :
         {"webp/lossy.webp", "webp/lossless.webp", "webp/lossy-alpha.webp", "webp/metadata.webp"}) {
        const auto file = read_data(name);
        for (std::size_t size = 1; size < file.size(); ++size) {
            ASSERT_EQ(outcome(inspect(file.first(size))), "image.truncated") << name << " " << size;
        }
    }
}

TEST(Truncation, OfSomethingElseIsUnrecognised) {
    EXPECT_EQ(outcome(inspect(test::as_bytes("GIF89a"))), "image.unrecognised");
    EXPECT_EQ(outcome(inspect(test::as_bytes("RIFF....WAVE"))), "image.unrecognised");
    EXPECT_EQ(outcome(inspect(test::as_bytes("\x89PNK"))), "image.unrecognised");
}

}  // namespace
}  // namespace limpid::truncation_test
