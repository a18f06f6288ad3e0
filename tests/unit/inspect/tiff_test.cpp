#include "inspect/tiff.hpp"

#include <gtest/gtest.h>

#include "inspect/exif.hpp"
#include "unit/codec/support.hpp"

namespace limpid::tiff_test {
namespace {

using namespace std::string_view_literals;
using test::as_bytes;

/// Orientation 3, read from exactly these bytes.
constexpr auto kLittle = "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0"sv;
constexpr auto kBig = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0"sv;

int orientation_of(std::string_view tiff) { return read_orientation(test::Bytes(as_bytes(tiff))); }

TEST(Tiff, ReadsBothByteOrders) {
    EXPECT_EQ(orientation_of(kLittle), 3);
    EXPECT_EQ(orientation_of(kBig), 3);
}

TEST(Tiff, IsSafeWhenCutAnywhere) {
    for (const std::string_view tiff : {kLittle, kBig}) {
        for (std::size_t size = 0; size < tiff.size(); ++size) {
            const int orientation = orientation_of(tiff.substr(0, size));
            // The four bytes of the next-directory pointer are not needed.
            EXPECT_EQ(orientation, size >= tiff.size() - 4 ? 3 : 1) << size;
        }
    }
}

TEST(Tiff, IsSafeWithAnyByteAnyValue) {
    for (const std::string_view original : {kLittle, kBig}) {
        std::string tiff(original);
        for (char& c : tiff) {
            const char kept = c;
            for (int value = 0; value < 256; ++value) {
                c = static_cast<char>(value);
                const int orientation = orientation_of(tiff);
                EXPECT_TRUE(orientation >= 1 && orientation <= 8);
            }
            c = kept;
        }
    }
}

TEST(Tiff, RefusesOtherHeaders) {
    EXPECT_FALSE(TiffReader::open(as_bytes("IM*\0\x08\0\0\0"sv)).has_value());
    EXPECT_FALSE(TiffReader::open(as_bytes("II+\0\x08\0\0\0"sv)).has_value());
    EXPECT_FALSE(TiffReader::open({}).has_value());
}

TEST(Tiff, CutsALyingEntryCount) {
    std::string tiff(kLittle);
    tiff[8] = tiff[9] = '\xFF';
    const test::Bytes bytes(as_bytes(tiff));
    const auto reader = TiffReader::open(bytes);
    ASSERT_TRUE(reader.has_value());
    EXPECT_EQ(reader->entry_count(8), 1u);
    EXPECT_FALSE(reader->next_ifd_field(8).has_value());
    EXPECT_EQ(read_orientation(bytes), 3);
}

TEST(Tiff, SkipsEntriesWhoseValueLiesOutside) {
    // Eight bytes a value, 0x20000001 times: 32 bits would call that 8 bytes.
    constexpr auto kOverflowing =
        "II*\0\x08\0\0\0\x01\0\x98\x82\x05\0\x01\0\0\x20\x08\0\0\0\0\0\0\0"sv;
    const test::Bytes bytes(as_bytes(kOverflowing));
    const auto reader = TiffReader::open(bytes);
    ASSERT_TRUE(reader.has_value());
    EXPECT_FALSE(reader->entry(8, 0).has_value());
    EXPECT_TRUE(read_copyright(bytes).empty());
}

TEST(Tiff, TreatsABlankCopyrightAsNone) {
    constexpr auto kBlank = "II*\0\x08\0\0\0\x01\0\x98\x82\x02\0\x04\0\0\0  \0\0\0\0\0\0"sv;
    EXPECT_TRUE(read_copyright(as_bytes(kBlank)).empty());
    constexpr auto kShort = "II*\0\x08\0\0\0\x01\0\x98\x82\x02\0\x03\0\0\0me\0\0\0\0\0\0"sv;
    EXPECT_EQ(read_copyright(as_bytes(kShort)).size(), 2u);
}

TEST(Tiff, AcceptsOrientationOfAnyIntegerType) {
    std::string tiff(kLittle);
    for (const char type : {'\1', '\3', '\4'}) {
        tiff[12] = type;
        EXPECT_EQ(orientation_of(tiff), 3) << int{type};
    }
    tiff[12] = '\2';
    EXPECT_EQ(orientation_of(tiff), 1);
}

}  // namespace
}  // namespace limpid::tiff_test
