#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "limpid/lut.hpp"

namespace limpid::cube_test {
namespace {

/// A copy without a terminating zero, so that reading past the end is seen.
Result<Lut> parse(std::string_view text, const Limits& limits = {}) {
    const std::vector<char> exact(text.begin(), text.end());
    return parse_cube({exact.data(), exact.size()}, limits);
}

constexpr std::string_view kCurve = "LUT_1D_SIZE 2\n0 0 0\n1 0.5 1\n";
constexpr std::string_view kEight = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";

TEST(ParseCube, ReadsALatticeWithEverythingAround) {
    const auto lut = parse(
        "\xEF\xBB\xBF# a comment\r\nTITLE \"Golden hour\"\r\n\r\n"
        "LUT_3D_SIZE 2\r\nDOMAIN_MIN 0 0 -0.5\r\nDOMAIN_MAX 1 1 2\r\n" +
        std::string(kEight));
    ASSERT_TRUE(lut) << lut.error().message();
    EXPECT_EQ(lut->title, "Golden hour");
    EXPECT_TRUE(lut->is_3d);
    EXPECT_EQ(lut->points, 2);
    EXPECT_EQ(lut->domain_min, (std::array<double, 3>{0, 0, -0.5}));
    EXPECT_EQ(lut->domain_max, (std::array<double, 3>{1, 1, 2}));
    ASSERT_EQ(lut->values.size(), 24u);
    EXPECT_EQ(lut->values[3], 1.0) << "red changes fastest";
}

TEST(ParseCube, ReadsACurveWithoutANewlineAtTheEnd) {
    const auto lut = parse(kCurve.substr(0, kCurve.size() - 1));
    ASSERT_TRUE(lut) << lut.error().message();
    EXPECT_FALSE(lut->is_3d);
    EXPECT_EQ(lut->values, (std::vector<double>{0, 0, 0, 1, 0.5, 1}));
}

TEST(ParseCube, ReadsTheCommonRangeKeyword) {
    const auto lut = parse("LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE -0.1 1.1\n" + std::string(kEight));
    ASSERT_TRUE(lut) << lut.error().message();
    EXPECT_EQ(lut->domain_min[2], -0.1);
    EXPECT_EQ(lut->domain_max[0], 1.1);
}

TEST(ParseCube, SaysWhatIsWrongAndInWhichLine) {
    struct Case {
        std::string text;
        const char* says;
    };
    const std::string eight(kEight);
    const Case cases[] = {
        {"", "no LUT_1D_SIZE or LUT_3D_SIZE"},
        {"# nothing\n", "no LUT_1D_SIZE"},
        {"0 0 0\n", "line 1: a colour before the size"},
        {"LUT_3D_SIZE 2\n" + eight + "0 0 0\n", "line 10: more colours"},
        {"LUT_3D_SIZE 2\n0 0 0\n", "1 colours of 8"},
        {"LUT_3D_SIZE 2\n0 0\n", "line 2: a number was expected"},
        {"LUT_3D_SIZE 2\n0 0 0 0\n", "line 2: more on the line"},
        {"LUT_3D_SIZE 2\n0 nan 0\n", "line 2: a number was expected"},
        {"LUT_3D_SIZE 2\n0 inf 0\n", "line 2: a number was expected"},
        {"LUT_3D_SIZE 2\n0 0,5 0\n", "line 2: a number was expected"},
        {"LUT_3D_SIZE 1\n", "line 1: sizes are 2 to 65"},
        {"LUT_3D_SIZE 66\n", "line 1: sizes are 2 to 65"},
        {"LUT_3D_SIZE 2.5\n", "line 1: sizes are 2 to 65"},
        {"LUT_3D_SIZE -2\n", "line 1: sizes are 2 to 65"},
        {"LUT_1D_SIZE 65537\n", "line 1: sizes are 2 to 65536"},
        {"LUT_3D_SIZE 2 2\n", "line 1: more on the line"},
        {"LUT_3D_SIZE\n", "line 1: a number was expected"},
        {"LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n", "line 2: the size a second time"},
        {"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n", "line 2: both a curve and a lattice"},
        {"DOMAIN_MIN 0 0 0\nDOMAIN_MIN 0 0 0\n", "line 2: the domain a second time"},
        {"LUT_3D_SIZE 2\n0 0 0\nTITLE \"late\"\n", "line 3: a keyword after"},
        {"SHAPER 2\n", "line 1: an unknown keyword"},
        {"TITLE none\n", "line 1: TITLE without"},
        {"TITLE \"\n", "line 1: TITLE without"},
        {"#" + std::string(250, 'x') + "\n", "line 1: a line of more than 250 bytes"},
        {std::string("LUT_3D_SIZE 2\n0 0 \0\n", 20), "line 2: a number was expected"},
    };
    for (const Case& c : cases) {
        const auto lut = parse(c.text);
        ASSERT_FALSE(lut) << c.text;
        EXPECT_EQ(lut.error().id(), ErrorCode::lut_malformed) << c.text;
        EXPECT_NE(lut.error().found().find(c.says), std::string::npos) << lut.error().found();
    }
}

TEST(ParseCube, RefusesDomainsAndValuesOutsideTheirRange) {
    const std::string eight(kEight);
    for (const std::string& text :
         {"LUT_3D_SIZE 2\nDOMAIN_MAX 1 0 1\n" + eight, "LUT_3D_SIZE 2\nDOMAIN_MIN 1 1 1\n" + eight,
          "LUT_3D_SIZE 2\nDOMAIN_MAX 1 1 0.0001\n" + eight,
          std::string("LUT_1D_SIZE 2\n0 0 0\n0 1e6 0\n")}) {
        const auto lut = parse(text);
        ASSERT_FALSE(lut) << text;
        EXPECT_EQ(lut.error().id(), ErrorCode::lut_out_of_range) << text;
    }
}

TEST(ParseCube, LimitsAreHeld) {
    Limits limits;
    limits.max_lut_bytes = kCurve.size();
    EXPECT_TRUE(parse(kCurve, limits));
    limits.max_lut_bytes--;
    ASSERT_FALSE(parse(kCurve, limits));
    EXPECT_EQ(parse(kCurve, limits).error().id(), ErrorCode::lut_too_large);
    limits = {};
    limits.max_lut_points = 3;
    EXPECT_EQ(parse("LUT_3D_SIZE 4\n", limits).error().id(), ErrorCode::lut_too_large);
    EXPECT_EQ(parse("LUT_3D_SIZE 3\n", limits).error().id(), ErrorCode::lut_malformed);
}

TEST(ParseCube, EveryTruncationIsRefused) {
    const std::string whole = "TITLE \"t\"\nLUT_3D_SIZE 2\n" + std::string(kEight);
    ASSERT_TRUE(parse(whole));
    // Without its last newline and the last digit's fraction nothing is missing.
    for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
        EXPECT_FALSE(parse(std::string_view(whole).substr(0, length))) << length;
    }
}

TEST(ValidateLut, RefusesWhatParsingWouldNotMake) {
    Lut lut = *parse(kCurve);
    EXPECT_TRUE(validate(lut));
    lut.values.pop_back();
    EXPECT_EQ(validate(lut).error().id(), ErrorCode::lut_malformed);
    lut = *parse(kCurve);
    lut.values[0] = 0.0 / (lut.values[0] + 0.0);
    EXPECT_EQ(validate(lut).error().id(), ErrorCode::lut_out_of_range) << "NaN";
    lut = {};
    EXPECT_FALSE(validate(lut));
}

}  // namespace
}  // namespace limpid::cube_test
