#include "limpid/decimal.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace limpid::decimal_test {
namespace {

TEST(Decimal, PrintsItsShortestText) {
    const auto text = [](std::int32_t n) { return to_string(Decimal::from_ten_thousandths(n)); };
    EXPECT_EQ(text(0), "0");
    EXPECT_EQ(text(10'000), "1");
    EXPECT_EQ(text(-3500), "-0.35");
    EXPECT_EQ(text(1), "0.0001");
    EXPECT_EQ(text(-1), "-0.0001");
    EXPECT_EQ(text(120'050), "12.005");
    EXPECT_EQ(text(-2'000'000'000), "-200000");
    EXPECT_EQ(text(std::numeric_limits<std::int32_t>::min()), "-214748.3648");
}

TEST(Decimal, RoundsHalvesAwayFromZero) {
    EXPECT_EQ(Decimal::from_double(0.00005).ten_thousandths, 1);
    EXPECT_EQ(Decimal::from_double(-0.00005).ten_thousandths, -1);
    EXPECT_EQ(Decimal::from_double(0.00004).ten_thousandths, 0);
}

TEST(Decimal, SaturatesAndTreatsNanAsZero) {
    EXPECT_EQ(Decimal::from_double(1e300).ten_thousandths, 2'000'000'000);
    EXPECT_EQ(Decimal::from_double(-std::numeric_limits<double>::infinity()).ten_thousandths,
              -2'000'000'000);
    EXPECT_EQ(Decimal::from_double(std::numeric_limits<double>::quiet_NaN()).ten_thousandths, 0);
}

TEST(Decimal, TextReadsBackAsTheSameNumber) {
    for (std::int32_t n = -30'000; n <= 30'000; n += 7) {
        const Decimal d = Decimal::from_ten_thousandths(n);
        EXPECT_EQ(Decimal::from_double(std::strtod(to_string(d).c_str(), nullptr)), d);
    }
}

}  // namespace
}  // namespace limpid::decimal_test
