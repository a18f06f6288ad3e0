#include "security/validate/strict_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::security::strict_json_test {
namespace {

Result<nlohmann::json> parse(std::string_view text) {
    return parse_strict_json(text, 4, ErrorCode::recipe_malformed);
}

TEST(StrictJson, BuildsTheTree) {
    const auto tree = parse(R"({"a":[1,-2.5,true,null,"x"],"b":{"c":{}}})");
    ASSERT_TRUE(tree.has_value()) << tree.error().message();
    EXPECT_EQ(tree->dump(), R"({"a":[1,-2.5,true,null,"x"],"b":{"c":{}}})");
}

TEST(StrictJson, RefusesMembersNamedTwiceAlsoInEscapedForm) {
    for (const char* text : {R"({"a":1,"a":1})", R"({"x":{"a":1,"b":2,"\u0061":3}})"}) {
        const auto tree = parse(text);
        ASSERT_FALSE(tree.has_value()) << text;
        EXPECT_EQ(tree.error().id(), ErrorCode::recipe_malformed);
        EXPECT_NE(tree.error().found().find("twice"), std::string::npos);
    }
}

TEST(StrictJson, BoundsTheDepth) {
    EXPECT_TRUE(parse("[[[[1]]]]").has_value());
    EXPECT_FALSE(parse("[[[[[1]]]]]").has_value());
    EXPECT_FALSE(parse(std::string(100'000, '[')).has_value());
}

TEST(StrictJson, RefusesWhatIsNotJson) {
    for (const char* text :
         {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "NaN", "Infinity", "1 2", "01", "'a'",
          "\"\\ud800\"", "\"\xff\"", "// c\n1", "1e999", "\xef\xbb\xbf"}) {
        EXPECT_FALSE(parse(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace limpid::security::strict_json_test
