#include "native/service/listen_address.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

ErrorCode exposure_of(std::string_view text, bool authenticated) {
    const auto listen = parse_listen_address(text);
    EXPECT_TRUE(listen.has_value()) << text;
    if (!listen) return ErrorCode::internal_failure;
    const Status status = check_exposure(*listen, authenticated);
    return status ? ErrorCode::image_empty : status.error().id();
}

TEST(ListenAddress, IsRead) {
    EXPECT_EQ(parse_listen_address("127.0.0.1:8080")->port, 8080);
    EXPECT_EQ(to_string(parse_listen_address("[::1]:0")->addresses.at(0)), "::1");
    for (const char* bad : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                            "[::1]", "[127.0.0.1:80", "127.1:x", "127.0.0.1:-1", "127.0.0.1: 80",
                            "[name]:80", "no.such.name.invalid:80"}) {
        EXPECT_FALSE(parse_listen_address(bad).has_value()) << bad;
    }
}

TEST(ListenAddress, PathsAreAbsolute) {
    const auto listen = parse_listen_address("unix:/run/limpid/limpidd.sock");
    ASSERT_TRUE(listen.has_value());
    EXPECT_EQ(listen->unix_path, "/run/limpid/limpidd.sock");
    EXPECT_TRUE(listen->addresses.empty());
    const std::string longest = "unix:/" + std::string(106, 'a');
    EXPECT_TRUE(parse_listen_address(longest).has_value());
    for (const std::string& bad :
         {std::string("unix:"), std::string("unix:socket"), std::string("unix:@socket"),
          std::string("unix:/run/"), longest + "a"}) {
        EXPECT_FALSE(parse_listen_address(bad).has_value()) << bad;
    }
}

// image_empty stands for: may be served.
TEST(ListenAddress, W4_OnlyLoopbackIsServedWithoutAuthentication) {
    constexpr auto kServed = ErrorCode::image_empty;
    for (const char* loopback :
         {"127.0.0.1:1", "127.8.9.10:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "localhost:1"}) {
        EXPECT_EQ(exposure_of(loopback, false), kServed) << loopback;
        EXPECT_EQ(exposure_of(loopback, true), kServed) << loopback;
    }
    EXPECT_EQ(exposure_of("unix:/run/limpidd.sock", false), kServed);
    EXPECT_EQ(exposure_of("unix:/run/limpidd.sock", true), kServed);
    for (const char* open :
         {"0.0.0.0:1", "[::]:1", "[::ffff:0.0.0.0]:1", "192.168.1.2:1", "10.0.0.1:1", "[fe80::1]:1",
          "[::2]:1", "[::127.0.0.1]:1", "128.0.0.1:1"}) {
        EXPECT_EQ(exposure_of(open, false), ErrorCode::service_exposed) << open;
        EXPECT_EQ(exposure_of(open, true), kServed) << open;
    }
}

TEST(ListenAddress, W4_OneOpenAddressOfANameIsEnough) {
    ListenAddress listen = *parse_listen_address("127.0.0.1:1");
    listen.addresses.push_back(*security::IpAddress::parse("192.168.1.2"));
    EXPECT_FALSE(check_exposure(listen, false).has_value());
}

}  // namespace
}  // namespace limpid::service
