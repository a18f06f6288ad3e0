#include "limpid/limits.hpp"

#include <gtest/gtest.h>

namespace limpid::limits_test {
namespace {

TEST(Limits, DefaultsAreTheDocumentedOnes) {
    const Limits limits;
    EXPECT_EQ(limits.max_file_bytes, 50u * 1024 * 1024);
    EXPECT_EQ(limits.max_pixels, 50'000'000u);
    EXPECT_EQ(limits.max_width_px, 16384u);
    EXPECT_EQ(limits.max_height_px, 16384u);
    EXPECT_EQ(limits.max_frames, 1u);
    EXPECT_EQ(limits.max_icc_bytes, 1024u * 1024);
    EXPECT_EQ(limits.max_exif_bytes, 1024u * 1024);
    EXPECT_EQ(limits.max_text_bytes, 1024u * 1024);
    EXPECT_EQ(limits.max_progressive_scans, 100u);
}

TEST(Limits, EveryNameSetsItsOwnMember) {
#define LIMPID_LIMIT(name, default_value, unit, doc)                 \
    {                                                                \
        Limits limits;                                               \
        ASSERT_TRUE(set_limit(limits, #name, 12345).has_value());    \
        EXPECT_EQ(limits.name, 12345u) << #name;                     \
        limits.name = default_value;                                 \
        const Limits untouched;                                      \
        EXPECT_EQ(limits.max_pixels, untouched.max_pixels) << #name; \
        EXPECT_EQ(limits.max_frames, untouched.max_frames) << #name; \
    }
#include "limpid/limits.def"
#undef LIMPID_LIMIT
}

TEST(Limits, UnknownNamesAreRefusedOnOneLine) {
    Limits limits;
    const Status status = set_limit(limits, "max_\npixel", 1);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().id(), ErrorCode::argument_invalid);
    EXPECT_EQ(status.error().message().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace limpid::limits_test
