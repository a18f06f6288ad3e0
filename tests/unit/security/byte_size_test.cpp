#include "limpid/security/byte_size.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::security::byte_size_test {
namespace {

TEST(ByteSize, P16_UnitsAreBinary) {
    EXPECT_EQ(parse_byte_size("50mb"), 52'428'800u);
    EXPECT_EQ(parse_byte_size("10mb"), 10'485'760u);
    EXPECT_EQ(parse_byte_size("50 MB"), 52'428'800u);
    EXPECT_EQ(parse_byte_size("50MiB"), 52'428'800u);
    EXPECT_EQ(parse_byte_size("0"), 0u);
    EXPECT_EQ(parse_byte_size("17"), 17u);
    EXPECT_EQ(parse_byte_size("17b"), 17u);
    EXPECT_EQ(parse_byte_size("1.5kb"), 1536u);
    EXPECT_EQ(parse_byte_size("0.5gb"), 536'870'912u);
    EXPECT_EQ(parse_byte_size("2gb"), 2'147'483'648u);
    EXPECT_EQ(parse_byte_size("1tb"), 1'099'511'627'776u);
    EXPECT_EQ(parse_byte_size("9007199254740991"), 9'007'199'254'740'991u);
}

TEST(ByteSize, P16_RefusesWhatCouldMeanSomethingElse) {
    for (const char* text : {"",
                             " ",
                             "mb",
                             "-1",
                             "+1",
                             "1e3",
                             "1,000",
                             "1_000",
                             "0x10",
                             "50mbx",
                             "50m",
                             "50 ",
                             " 50",
                             "50  mb",
                             "1.5",
                             "1.0000001kb",
                             "1.mb",
                             ".5mb",
                             "1..5mb",
                             "1.5.5mb",
                             "9007199254740992",
                             "8192.1tb",
                             "99999999999999999999",
                             "9999999999999999tb",
                             "50mb\n",
                             "\xEF\xBC\x95mb",
                             "ib",
                             "5ib"}) {
        const auto size = parse_byte_size(text);
        ASSERT_FALSE(size.has_value()) << text << " is " << *size;
        EXPECT_EQ(size.error().id(), ErrorCode::size_malformed);
    }
}

TEST(ByteSize, WhatIsWrittenReadsBack) {
    EXPECT_EQ(format_byte_size(52'428'800), "50mb");
    EXPECT_EQ(format_byte_size(1'572'864), "1536kb");
    EXPECT_EQ(format_byte_size(0), "0b");
    for (std::uint64_t bytes = 1; bytes < 9'007'199'254'740'991 / 3;
         bytes = bytes * 3 + bytes / 7) {
        EXPECT_EQ(parse_byte_size(format_byte_size(bytes)), bytes);
    }
}

}  // namespace
}  // namespace limpid::security::byte_size_test
