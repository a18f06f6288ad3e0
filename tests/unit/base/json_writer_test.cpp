#include "base/json_writer.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace limpid::json_writer_test {
namespace {

TEST(JsonWriter, SeparatesMembersAndItems) {
    JsonWriter json;
    json.begin_object();
    json.key("a").begin_array().value(1).value(true).begin_object().end_object().end_array();
    json.key("b").value(Decimal::from_double(-0.25));
    json.key("c").value("x");
    json.end_object();
    EXPECT_EQ(std::move(json).take(), R"({"a":[1,true,{}],"b":-0.25,"c":"x"})");
}

// RFC 8785 section 3.2.2.2: these and no other escapes.
TEST(JsonWriter, EscapesAsRfc8785) {
    JsonWriter json;
    json.value("\b\t\n\f\r\"\\\x01\x1f\x7f/\u20ac");
    EXPECT_EQ(std::move(json).take(), "\"\\b\\t\\n\\f\\r\\\"\\\\\\u0001\\u001f\x7f/\u20ac\"");
}

}  // namespace
}  // namespace limpid::json_writer_test
