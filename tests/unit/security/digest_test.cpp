#include "limpid/digest.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace limpid::digest_test {
namespace {

std::string hex_of(std::string_view text) { return to_hex(sha256(std::as_bytes(std::span(text)))); }

// FIPS 180-4 example values.
TEST(Sha256, AgreesWithTheStandardsExamples) {
    EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PixelsAreHashedWithoutPadding) {
    const std::string_view tight = "abcdef";
    const std::string_view padded = "abc--def";
    const auto digest = [](std::string_view text, std::ptrdiff_t stride) {
        const auto view =
            make_view(std::as_bytes(std::span(text)), PixelFormat::rgb8, 1, 2, stride);
        return to_hex(sha256(view.value()));
    };
    EXPECT_EQ(digest(tight, 3), hex_of(tight));
    EXPECT_EQ(digest(padded, 5), hex_of(tight));
}

}  // namespace
}  // namespace limpid::digest_test
