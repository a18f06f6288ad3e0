#include "base/shortest_digits.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>

namespace limpid {
namespace {

std::string written(double value) {
    const DecimalDigits decimal = shortest_digits(value);
    return decimal.digits + "e" + std::to_string(decimal.point);
}

/// The same by the standard library.
std::string expected(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    const std::string scientific(text, end.ptr);
    const std::size_t e = scientific.find('e');
    std::string digits;
    for (const char c : scientific.substr(0, e)) {
        if (c != '.') digits += c;
    }
    return digits + "e" + std::to_string(std::stoi(scientific.substr(e + 1)) + 1);
}

TEST(ShortestDigits, AreThoseOfTheStandardLibraryForEveryExponent) {
    for (std::uint64_t exponent = 0; exponent < 2047; ++exponent) {
        for (const std::uint64_t mantissa :
             {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{0x8000000000000},
              std::uint64_t{0xAAAAAAAAAAAAA}, std::uint64_t{0xFFFFFFFFFFFFE},
              std::uint64_t{0xFFFFFFFFFFFFF}}) {
            const auto value = std::bit_cast<double>(exponent << 52U | mantissa);
            if (value > 0) {
                ASSERT_EQ(written(value), expected(value)) << exponent << ' ' << mantissa;
            }
        }
    }
}

TEST(ShortestDigits, AreThoseOfTheStandardLibraryForRandomDoubles) {
    std::uint64_t state = 1;
    for (int i = 0; i < 50'000; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const auto bits = (state ^ state >> 29U) & 0x7FFF'FFFF'FFFF'FFFFU;
        const auto value = std::bit_cast<double>(bits);
        if (value > 0 && value <= std::numeric_limits<double>::max()) {
            ASSERT_EQ(written(value), expected(value)) << bits;
        }
    }
}

TEST(ShortestDigits, AreThoseOfTheStandardLibraryForNumbersPeopleWrite) {
    for (double decimals = 1; decimals <= 1e9; decimals *= 10) {
        for (int i = 1; i < 5'000; ++i) {
            for (const double value :
                 {i / decimals, i * 1e9 / decimals + 0.1, i * 123456.789 / decimals}) {
                ASSERT_EQ(written(value), expected(value)) << i << ' ' << decimals;
            }
        }
    }
}

TEST(ShortestDigits, AreExactAtTheEdges) {
    EXPECT_EQ(written(1), "1e1");
    EXPECT_EQ(written(0.1), "1e0");
    EXPECT_EQ(written(5e-324), "5e-323");
    EXPECT_EQ(written(std::numeric_limits<double>::max()), "17976931348623157e309");
    EXPECT_EQ(written(1e23), "1e24");
    EXPECT_EQ(written(9007199254740991), "9007199254740991e16");
    EXPECT_EQ(written(9007199254740992), "9007199254740992e16");
    EXPECT_EQ(written(9007199254740000), "900719925474e16");
}

}  // namespace
}  // namespace limpid
