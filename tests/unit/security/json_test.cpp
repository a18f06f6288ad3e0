#include "limpid/security/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace limpid::security::json_test {
namespace {

Error refusal(std::string_view text, const Limits& limits = {}) {
    // Exactly sized, so that reading one byte beyond is seen.
    const std::string exact(text);
    const auto document = parse_json_strict(exact, limits);
    if (document) return Error(ErrorCode::internal_failure, "accepted " + exact);
    return document.error();
}

std::string canonical(std::string_view text) {
    const auto document = parse_json_strict(text);
    return document ? document->root().canonical() : document.error().message();
}

double from_bits(std::uint64_t bits) { return std::bit_cast<double>(bits); }

TEST(Json, F13_RefusesPrototypeMembersAtAnyDepthAndInEscapedForm) {
    for (const char* name : {"__proto__", "constructor", "prototype", "\\u005f_proto__",
                             "\\u005F\\u005fproto\\u005f_", "c\\u006fnstructor"}) {
        const std::string member = std::string("{\"") + name + "\":1}";
        EXPECT_EQ(refusal(member).id(), ErrorCode::json_forbidden_member) << member;
        const std::string nested = "{\"a\":[0,{\"b\":" + member + "}]}";
        const Error error = refusal(nested);
        EXPECT_EQ(error.id(), ErrorCode::json_forbidden_member) << nested;
        EXPECT_NE(error.found().find("/a/1/b/"), std::string::npos) << error.found();
    }
    EXPECT_TRUE(parse_json_strict(R"({"proto":1,"Constructor":2,"a":"__proto__"})").has_value());
}

TEST(Json, W15_SaysWhereTheOffenderIs) {
    EXPECT_EQ(refusal(R"({"a":1,"b":[true,{"c/d~e":1,"c/d~e":2}]})").found(),
              "member named twice at /b/1/c~1d~0e, before byte 35");
    EXPECT_EQ(refusal("[1,[9007199254740992]]").found(),
              "integer beyond 2^53-1 at /1/0, before byte 21");
    EXPECT_EQ(refusal("[1,2,}").found(), "not JSON at /2, before byte 6");
    EXPECT_EQ(refusal("").found(), "not JSON at the top, before byte 0");
}

TEST(Json, RefusesNumbersThatReadersRoundDifferently) {
    for (const char* text : {"9007199254740992", "-9007199254740992", "18446744073709551616",
                             "123456789012345678901234567890", "-99999999999999999999", "1e20",
                             "9007199254740992.0", "-1.5e17"}) {
        EXPECT_EQ(refusal(text).id(), ErrorCode::json_number_out_of_range) << text;
    }
    for (const char* text : {"1e309", "-1e309", "1e99999"}) {
        EXPECT_EQ(refusal(text).id(), ErrorCode::json_number_out_of_range) << text;
    }
    EXPECT_EQ(canonical("[9007199254740991,-9007199254740991,1e300]"),
              "[9007199254740991,-9007199254740991,1e+300]");
}

TEST(Json, RefusesWhatOtherReadersTakeForTheEndOrSkip) {
    using namespace std::string_literals;
    for (const std::string& text :
         {"1\0"s, "1\0garbage"s,
          "\xEF\xBB\xBF"
          "1"s,
          "\"a\0b\""s, "[1]x"s, "NaN"s, "-Infinity"s, "\"\\ud800\""s, "\"\\udc00\\ud800\""s,
          "\"\xC0\xAF\""s, "\"\xED\xA0\x80\""s, "\"\xF4\x90\x80\x80\""s}) {
        EXPECT_EQ(refusal(text).id(), ErrorCode::json_malformed) << text;
    }
}

TEST(Json, HoldsToItsLimits) {
    Limits limits;
    limits.max_json_bytes = 8;
    EXPECT_TRUE(parse_json_strict("[1,2,3 ]", limits).has_value());
    EXPECT_EQ(refusal("[1,2,3  ]", limits).id(), ErrorCode::json_too_large);
    limits = {};
    EXPECT_TRUE(parse_json_strict(std::string(64, '[') + std::string(64, ']')).has_value());
    EXPECT_EQ(refusal(std::string(65, '[') + std::string(65, ']')).id(), ErrorCode::json_too_deep);
    limits.max_json_depth = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(refusal(std::string(100'000, '['), limits).id(), ErrorCode::json_too_deep);
    limits.max_json_values = 5;  // the object, two names, two values
    EXPECT_TRUE(parse_json_strict(R"({"a":1,"b":2})", limits).has_value());
    limits.max_json_values = 4;
    EXPECT_EQ(refusal(R"({"a":1,"b":2})", limits).id(), ErrorCode::json_too_large);
}

TEST(Json, ViewsGiveTypedValuesOrNothing) {
    const auto document =
        parse_json_strict(R"({"n":1.5,"i":1.0,"s":"x\u0000y","t":true,"z":null,"a":[1,2],"o":{}})");
    ASSERT_TRUE(document.has_value());
    const JsonView root = document->root();
    EXPECT_EQ(root.type(), JsonType::object);
    EXPECT_EQ(root.size(), 7u);
    EXPECT_EQ(root.find("n")->as_number(), 1.5);
    EXPECT_EQ(root.find("n")->as_integer(), std::nullopt);
    EXPECT_EQ(root.find("i")->as_integer(), 1);
    EXPECT_EQ(root.find("s")->as_string(), std::string_view("x\0y", 3));
    EXPECT_EQ(root.find("s")->as_number(), std::nullopt);
    EXPECT_EQ(root.find("t")->as_boolean(), true);
    EXPECT_EQ(root.find("z")->type(), JsonType::null);
    EXPECT_EQ(root.find("a")->at(1)->as_integer(), 2);
    EXPECT_FALSE(root.find("a")->at(2).has_value());
    EXPECT_FALSE(root.find("missing").has_value());
    EXPECT_FALSE(root.at(0).has_value());
    EXPECT_EQ(root.names(), (std::vector<std::string_view>{"a", "i", "n", "o", "s", "t", "z"}));
    EXPECT_TRUE(root.find("a")->names().empty());
    EXPECT_EQ(to_string(root.find("o")->type()), "object");
}

// RFC 8785 section 3.2.2 and 3.2.3, the examples.
TEST(Json, CanonicalTextIsTheStandardsOwn) {
    EXPECT_EQ(
        canonical(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
                           "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
                           "literals":[null,true,false]})"),
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
        "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    EXPECT_EQ(
        canonical("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew "
                  "Letter Dalet With Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning "
                  "Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With "
                  "Diaeresis\"}"),
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":\"Latin "
        "Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\",\"\xF0\x9F\x98\x80\":"
        "\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

// RFC 8785 appendix B.
TEST(Json, NumbersAreWhatEcmaScriptPrints) {
    struct Row {
        std::uint64_t bits;
        const char* text;
    };
    const Row rows[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
        {0x7ff0000000000000, "null"},
        {0x7fffffffffffffff, "null"},
    };
    for (const Row& row : rows) EXPECT_EQ(canonical_number(from_bits(row.bits)), row.text);
}

TEST(Json, CanonicalTextReadsBackAsItself) {
    std::uint64_t state = 88'172'645'463'325'252;  // xorshift64
    for (int i = 0; i < 20'000; ++i) {
        state ^= state << 13U, state ^= state >> 7U, state ^= state << 17U;
        const double value = from_bits(state);
        if (!(value - value == 0)) continue;
        const std::string text = canonical_number(value);
        const auto document = parse_json_strict(text);
        if (!document) {
            const double magnitude = value < 0 ? -value : value;
            EXPECT_TRUE(magnitude > 9'007'199'254'740'991 && magnitude < 1e21) << text;
            continue;
        }
        EXPECT_EQ(document->root().as_number(), value == 0 ? 0.0 : value) << text;
        EXPECT_EQ(document->root().canonical(), text);
    }
}

TEST(Json, StringsFromAnywhereBecomeJson) {
    EXPECT_EQ(canonical_string("a\"\\\n\x01\xFF\xC3\xB6"),
              "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\xC3\xB6\"");
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text = {'x', static_cast<char>(byte), 'y'};
        EXPECT_TRUE(parse_json_strict(canonical_string(text)).has_value()) << byte;
    }
}

}  // namespace
}  // namespace limpid::security::json_test
