#include <string>

#include <gtest/gtest.h>

#include "native/doctor/http_client.hpp"

namespace limpid::doctor {
namespace {

TEST(HttpUrl, IsTakenApart) {
    const HttpUrl plain = parse_http_url("http://127.0.0.1:8080/readyz").value();
    EXPECT_FALSE(plain.https);
    EXPECT_EQ(plain.authority(), "127.0.0.1:8080");
    EXPECT_EQ(plain.path, "/readyz");
    EXPECT_TRUE(plain.is_loopback());
    const HttpUrl secure = parse_http_url("https://Photos.Example.com").value();
    EXPECT_TRUE(secure.https);
    EXPECT_EQ(secure.authority(), "photos.example.com");
    EXPECT_EQ(secure.path, "/");
    EXPECT_FALSE(secure.is_loopback());
    EXPECT_EQ(parse_http_url("http://[::1]?x").value().authority(), "[::1]");
    EXPECT_EQ(parse_http_url("http://[::1]?x").value().path, "/?x");
    EXPECT_TRUE(parse_http_url("http://localhost").value().is_loopback());
}

TEST(HttpUrl, EverythingElseIsRefused) {
    for (const char* const text :
         {"", "ftp://a", "http://", "http://a:0", "http://a:99999", "http://a:b", "http://u:p@a/",
          "http://a/\r\nX: y", "http://a b/", "http://a/#x", "//a", "http://[::1", "https:/a"}) {
        const auto url = parse_http_url(text);
        ASSERT_FALSE(url.has_value()) << text;
        EXPECT_EQ(url.error().id(), ErrorCode::usage_invalid);
    }
}

}  // namespace
}  // namespace limpid::doctor
