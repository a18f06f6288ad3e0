#include "limpid/security/forwarded.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::security::forwarded_test {
namespace {

std::string client(std::string_view trusted, std::string_view peer,
                   std::optional<std::string_view> for_) {
    const auto proxies = TrustedProxies::parse(trusted);
    if (!proxies) return "policy";
    const auto request = resolve_client(*IpAddress::parse(peer), {for_, {}, {}}, *proxies);
    return request ? to_string(request->client) : std::string(request.error().code());
}

constexpr std::string_view kMalformed = "network.malformed_forwarding";

TEST(Forwarded, P8_NobodyIsBelievedByDefault) {
    const auto peer = *IpAddress::parse("203.0.113.9");
    const auto request =
        resolve_client(peer, {"1.2.3.4", "https", "evil.example"}, TrustedProxies());
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->client, peer);
    EXPECT_FALSE(request->scheme.has_value());
    EXPECT_FALSE(request->host.has_value());
    EXPECT_EQ(client("false", "203.0.113.9", "garbage,,"), "203.0.113.9");
    EXPECT_EQ(client("0", "203.0.113.9", "1.2.3.4"), "203.0.113.9");
}

TEST(Forwarded, P8_HopsCountFromTheRight) {
    EXPECT_EQ(client("1", "10.0.0.1", "6.6.6.6, 198.51.100.2"), "198.51.100.2");
    EXPECT_EQ(client("2", "10.0.0.1", "6.6.6.6, 198.51.100.2, 10.0.0.2"), "198.51.100.2");
    EXPECT_EQ(client("9", "10.0.0.1", "198.51.100.2, 10.0.0.2"), "198.51.100.2");
    EXPECT_EQ(client("1", "10.0.0.1", std::nullopt), "10.0.0.1");
    EXPECT_EQ(client("1", "10.0.0.1", ""), "10.0.0.1");
}

TEST(Forwarded, P8_NetworksStopAtTheFirstUntrusted) {
    constexpr std::string_view kProxies = "10.0.0.0/8, loopback";
    EXPECT_EQ(client(kProxies, "10.0.0.1", "6.6.6.6, 198.51.100.2, 10.0.0.2"), "198.51.100.2");
    EXPECT_EQ(client(kProxies, "203.0.113.9", "10.0.0.5"), "203.0.113.9");
    EXPECT_EQ(client(kProxies, "::1", "2001:db8::7, 127.0.0.1"), "2001:db8::7");
    // An attacker's rubbish stands left of what the proxy wrote and is never read.
    EXPECT_EQ(client(kProxies, "10.0.0.1", "<script>, ::::, 198.51.100.2"), "198.51.100.2");
    // A trusted address cannot be claimed from outside.
    EXPECT_EQ(client(kProxies, "10.0.0.1", "127.0.0.1, 198.51.100.2"), "198.51.100.2");
    EXPECT_EQ(client(kProxies, "::ffff:10.0.0.1", "198.51.100.2"), "198.51.100.2");
}

TEST(Forwarded, P8_EverybodyMeansTheLeftmost) {
    EXPECT_EQ(client("true", "203.0.113.9", "6.6.6.6, 198.51.100.2"), "6.6.6.6");
    EXPECT_TRUE(TrustedProxies::everybody().trusts_everybody());
    EXPECT_FALSE(TrustedProxies::hops(3).trusts_everybody());
}

TEST(Forwarded, P8_ReadsPortsAndRefusesRubbishThatATrustedPeerSent) {
    EXPECT_EQ(client("1", "10.0.0.1", "198.51.100.2:443"), "198.51.100.2");
    EXPECT_EQ(client("1", "10.0.0.1", "[2001:db8::1]:65535"), "2001:db8::1");
    EXPECT_EQ(client("1", "10.0.0.1", "[2001:db8::1]"), "2001:db8::1");
    EXPECT_EQ(client("1", "10.0.0.1", "2001:db8::1"), "2001:db8::1");
    EXPECT_EQ(client("1", "10.0.0.1", ",, 198.51.100.2 ,\t,"), "198.51.100.2");
    EXPECT_EQ(client("1", "10.0.0.1", ",,"), "10.0.0.1");
    for (const char* text : {"unknown", "_hidden", "198.51.100.2:", "198.51.100.2:99999",
                             "198.51.100.2:x", "[2001:db8::1", "[198.51.100.2]", "[2001:db8::1]x",
                             "[2001:db8::1]:", "2001:db8::1]:80", "198.51.100", "0x7f.1", "[]", "[",
                             "]", ":", "\"1.2.3.4\"", "1.2.3.4;5.6.7.8", "fe80::1%eth0"}) {
        EXPECT_EQ(client("1", "10.0.0.1", text), kMalformed) << text;
    }
    std::string many = "1.1.1.1";
    for (int i = 0; i < 64; ++i) many += ",1.1.1.1";
    EXPECT_EQ(client("1", "10.0.0.1", many), kMalformed);
    EXPECT_EQ(client("1", "10.0.0.1", std::string(9000, ',')), kMalformed);
}

TEST(Forwarded, P8_SchemeAndHostComeFromTheNearestProxy) {
    const auto peer = *IpAddress::parse("10.0.0.1");
    const auto trusted = TrustedProxies::hops(1);
    const auto request =
        resolve_client(peer, {{}, "http, HTTPS", "evil.example, Shop.Example:8443"}, trusted);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->scheme, "https");
    EXPECT_EQ(request->host, "shop.example:8443");
    for (const char* scheme : {"", "ftp", "https\r\nX: y", "javascript"}) {
        EXPECT_FALSE(resolve_client(peer, {{}, scheme, {}}, trusted).has_value()) << scheme;
    }
    for (const char* host : {"", "a b", "a/b", "a@b", "a:x", "[::1", "\r\n", "a:80:80"}) {
        EXPECT_FALSE(resolve_client(peer, {{}, {}, host}, trusted).has_value()) << host;
    }
    EXPECT_EQ(resolve_client(peer, {{}, {}, "[::1]:80"}, trusted)->host, "[::1]:80");
}

TEST(Forwarded, P8_RefusesConfigurationsItDoesNotUnderstand) {
    for (const char* text : {"", ",", "yes", "-1", "65", "10.0.0.1/8", "loopback, x", "TRUE"}) {
        EXPECT_EQ(client(text, "10.0.0.1", "1.1.1.1"), "policy") << text;
    }
}

}  // namespace
}  // namespace limpid::security::forwarded_test
