#include "native/service/multipart.hpp"

#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

auto parse(std::string_view text) {
    return parse_form(std::as_bytes(std::span(text.data(), text.size())), "XX");
}

constexpr std::string_view kForm =
    "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
    "Content-Type: image/jpeg\r\n\r\n\x01\r\n--X\r\n\r\n--XX\r\n"
    "Content-Disposition: form-data; name=preset\r\n\r\nvivid\r\n--XX--\r\n";

TEST(Multipart, PartsAreFound) {
    const auto parts = parse(kForm);
    ASSERT_TRUE(parts.has_value()) << parts.error().message();
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ(parts->at(0).name, "file");
    EXPECT_EQ(parts->at(0).content_type, "image/jpeg");
    EXPECT_EQ(parts->at(0).content, "\x01\r\n--X\r\n");
    EXPECT_EQ(parts->at(1).name, "preset");
    EXPECT_EQ(parts->at(1).content, "vivid");
}

TEST(Multipart, EveryCutBeforeTheEndIsRefused) {
    const std::size_t end = kForm.rfind("--\r\n") + 2;
    for (std::size_t size = 0; size < end; ++size) {
        EXPECT_FALSE(parse(kForm.substr(0, size)).has_value()) << size;
    }
}

TEST(Multipart, AmbiguousFormsAreRefused) {
    const std::string part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    EXPECT_TRUE(parse(part + "--XX--").has_value());
    EXPECT_FALSE(parse(part + part + "--XX--").has_value());
    EXPECT_FALSE(parse("x\r\n" + part + "--XX--").has_value());
    EXPECT_FALSE(parse("--XXy" + part.substr(4) + "--XX--").has_value());
    EXPECT_FALSE(parse("--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--").has_value());
    EXPECT_FALSE(parse("--XX\r\nContent-Disposition: form-data; name=a\r\n"
                       "Content-Transfer-Encoding: base64\r\n\r\n1\r\n--XX--")
                     .has_value());
    std::string many;
    for (int i = 0; i < 17; ++i) {
        many += "--XX\r\nContent-Disposition: form-data; name=\"p" + std::to_string(i) +
                "\"\r\n\r\n1\r\n";
    }
    EXPECT_FALSE(parse(many + "--XX--").has_value());
}

TEST(Multipart, BoundariesAreRead) {
    EXPECT_EQ(form_boundary("multipart/form-data; boundary=\"a b\"").has_value(), false);
    EXPECT_EQ(form_boundary("Multipart/Form-Data; charset=x; boundary=\"a=b\"").value(), "a=b");
    EXPECT_EQ(form_boundary("image/jpeg").value(), std::nullopt);
    EXPECT_FALSE(form_boundary("multipart/form-data").has_value());
    EXPECT_FALSE(
        form_boundary("multipart/form-data; boundary=" + std::string(71, 'a')).has_value());
}

}  // namespace
}  // namespace limpid::service
