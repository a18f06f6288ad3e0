#include "lut/number.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::lut::number_test {
namespace {

TEST(Number, ReadsDecimalNumbers) {
    EXPECT_EQ(parse_number("0"), 0.0);
    EXPECT_EQ(parse_number("1"), 1.0);
    EXPECT_EQ(parse_number("-.5"), -0.5);
    EXPECT_EQ(parse_number("+1."), 1.0);
    EXPECT_EQ(parse_number("0.03125"), 0.03125);
    EXPECT_EQ(parse_number("25e-2"), 0.25);
    EXPECT_EQ(parse_number("1.5E+3"), 1500.0);
    EXPECT_EQ(parse_number("0.1"), 0.1);
    EXPECT_EQ(parse_number("1e-999"), 0.0);
    EXPECT_EQ(parse_number("0e999"), 0.0);
}

TEST(Number, DigitsBeyondTheSeventeenthDoNotCount) {
    EXPECT_EQ(parse_number("0.3333333333333333333333333333"), parse_number("0.33333333333333333"));
    EXPECT_NEAR(parse_number("0.3333333333333333333333333333").value(), 1.0 / 3, 1e-16);
    EXPECT_EQ(parse_number("0." + std::string(200, '0') + "1").value_or(1) < 1e-200, true);
    EXPECT_EQ(parse_number("100000000000000000000"), 1e20);
}

TEST(Number, RefusesEverythingElse) {
    for (const char* text :
         {"",       "+",    "-",     ".",   "e5",  "1e",   "1e+",
          "1e1234", "0x10", "nan",   "NaN", "inf", "-inf", "1,5",
          "1 ",     " 1",   "1.2.3", "--1", "1f",  "1e22", "99999999999999999999999",
          "1e999"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

}  // namespace
}  // namespace limpid::lut::number_test
