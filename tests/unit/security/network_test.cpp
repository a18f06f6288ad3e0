#include "limpid/security/network.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::security::network_test {
namespace {

std::string normal(std::string_view text) {
    const std::string exact(text);
    const auto address = IpAddress::parse(exact);
    return address ? to_string(*address) : "refused";
}

std::string host(std::string_view text) {
    const std::string exact(text);
    const auto parsed = parse_host(exact);
    if (!parsed) return "refused";
    return parsed->name() != nullptr ? "name " + *parsed->name() : to_string(*parsed->address());
}

TEST(IpAddress, HasOneText) {
    EXPECT_EQ(normal("192.0.2.1"), "192.0.2.1");
    // RFC 5952 section 4 and 5.
    EXPECT_EQ(normal("2001:0db8::0001"), "2001:db8::1");
    EXPECT_EQ(normal("2001:db8:0:0:0:0:2:1"), "2001:db8::2:1");
    EXPECT_EQ(normal("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
    EXPECT_EQ(normal("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
    EXPECT_EQ(normal("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
    EXPECT_EQ(normal("2001:DB8::ABCD"), "2001:db8::abcd");
    EXPECT_EQ(normal("::"), "::");
    EXPECT_EQ(normal("::1"), "::1");
    EXPECT_EQ(normal("1::"), "1::");
    EXPECT_EQ(normal("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
    EXPECT_EQ(normal("1:2:3:4:5:6:1.2.3.4"), "1:2:3:4:5:6:102:304");
    // The mapped form is the IPv4 address.
    EXPECT_EQ(normal("::ffff:127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(normal("0:0:0:0:0:FFFF:7f00:1"), "127.0.0.1");
}

TEST(IpAddress, RefusesEveryOtherForm) {
    for (const char* text : {"",
                             "1",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.2.3.256",
                             "01.2.3.4",
                             "1.2.3.04",
                             "1.2.3.-4",
                             "1.2.3.4 ",
                             " 1.2.3.4",
                             "0x7f.0.0.1",
                             "1..2.3",
                             ".1.2.3.4",
                             "1.2.3.4.",
                             "1.2.3.4:80",
                             ":",
                             ":::",
                             "1:::2",
                             "::1::",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7::8",
                             "::12345",
                             "::g",
                             "fe80::1%eth0",
                             "[::1]",
                             "::1/128",
                             "1.2.3.4::",
                             "::1.2.3",
                             "::1.2.3.4:5",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             ":1",
                             "1:",
                             "-1::",
                             "+1::",
                             "1::2:",
                             "0000:0000:0000:0000:0000:0000:0000:00001",
                             "\xEF\xBC\x91.2.3.4"}) {
        EXPECT_EQ(normal(text), "refused") << text;
    }
    EXPECT_EQ(normal(std::string("1.2.3.4\0", 8)), "refused");
}

TEST(IpNetwork, HoldsItsAddresses) {
    const auto networks = parse_networks("10.0.0.0/8, 192.0.2.7\tfd00::/8,2001:db8::/33 0.0.0.0/1");
    ASSERT_TRUE(networks.has_value()) << networks.error().message();
    ASSERT_EQ(networks->size(), 5u);
    const auto holds = [&](std::size_t i, std::string_view text) {
        return (*networks)[i].contains(*IpAddress::parse(text));
    };
    EXPECT_TRUE(holds(0, "10.255.255.255"));
    EXPECT_TRUE(holds(0, "::ffff:10.1.2.3"));
    EXPECT_FALSE(holds(0, "11.0.0.0"));
    EXPECT_FALSE(holds(0, "::10.1.2.3"));
    EXPECT_TRUE(holds(1, "192.0.2.7"));
    EXPECT_FALSE(holds(1, "192.0.2.6"));
    EXPECT_TRUE(holds(2, "fdff::1"));
    EXPECT_FALSE(holds(2, "fc00::1"));
    EXPECT_TRUE(holds(3, "2001:db8:7fff::"));
    EXPECT_FALSE(holds(3, "2001:db8:8000::"));
    EXPECT_TRUE(holds(4, "127.0.0.1"));
    EXPECT_FALSE(holds(4, "128.0.0.1"));
    EXPECT_FALSE(holds(4, "::1"));
    EXPECT_FALSE(IpNetwork::parse("::/0")->contains(*IpAddress::parse("1.2.3.4")));
    EXPECT_TRUE(parse_networks("")->empty());
}

TEST(IpNetwork, RefusesMistakes) {
    for (const char* text :
         {"", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.1/8", "10/8",
          "10.0.0.0/8/8", "::/129", "::1/64", "::ffff:10.0.0.0/104", "10.0.0.0/255.0.0.0", "/8"}) {
        const auto network = IpNetwork::parse(text);
        ASSERT_FALSE(network.has_value()) << text;
        EXPECT_EQ(network.error().id(), ErrorCode::network_malformed_range);
    }
    EXPECT_FALSE(parse_networks("10.0.0.0/8, x").has_value());
    std::string many;
    for (int i = 0; i <= 1000; ++i) many += "1.1.1.1,";
    EXPECT_FALSE(parse_networks(many).has_value());
}

TEST(Host, IsReadAsBrowsersReadIt) {
    EXPECT_EQ(host("Example.COM."), "name example.com");
    EXPECT_EQ(host("xn--bcher-kva.example"), "name xn--bcher-kva.example");
    EXPECT_EQ(host("my_service"), "name my_service");
    EXPECT_EQ(host("1password.com"), "name 1password.com");
    EXPECT_EQ(host("[::1]"), "::1");
    for (const char* text :
         {"127.0.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0x7F.1", "017700000001", "127.1",
          "127.0.1", "0177.0.0.01", "0x7f.0x0.0x0.0x1", "[::ffff:7f00:1]"}) {
        EXPECT_EQ(host(text), "127.0.0.1") << text;
    }
    EXPECT_EQ(host("0x"), "0.0.0.0");
    EXPECT_EQ(host("4294967295"), "255.255.255.255");
    for (const char* text : {"",
                             ".",
                             "..",
                             "a..b",
                             "-a",
                             "a-",
                             "a b",
                             "a/b",
                             "a@b",
                             "a:80",
                             "4294967296",
                             "1.2.3.4.5",
                             "256.1.1.1",
                             "1.2.65536",
                             "09.1.1.1",
                             "0x7g.1",
                             "foo.1",
                             "foo.0x1",
                             "::1",
                             "[::1",
                             "[127.0.0.1]",
                             "[fe80::1%25lo]",
                             "a%2eb",
                             "\xE2\x91\xA0\xE2\x91\xA1.com",
                             "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.1",
                             "a\nb"}) {
        EXPECT_EQ(host(text), "refused") << text;
    }
    EXPECT_EQ(host(std::string(63, 'a')), "name " + std::string(63, 'a'));
    EXPECT_EQ(host(std::string(64, 'a')), "refused");
}

}  // namespace
}  // namespace limpid::security::network_test
