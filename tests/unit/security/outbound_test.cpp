#include "limpid/security/outbound.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::security::outbound_test {
namespace {

struct Row {
    const char* host;
    AddressClass value;
};

using enum AddressClass;

// First, last and a middle address of every range of the IANA special-purpose registries, their
// neighbours, the spellings of inet_aton(), and IPv4 within IPv6.
constexpr Row kRows[] = {
    {"0.0.0.0", unspecified},
    {"0.0.0.1", this_network},
    {"0.255.255.255", this_network},
    {"1.0.0.0", global},
    {"9.255.255.255", global},
    {"10.0.0.0", private_use},
    {"10.255.255.255", private_use},
    {"11.0.0.0", global},
    {"100.63.255.255", global},
    {"100.64.0.0", shared},
    {"100.127.255.255", shared},
    {"100.128.0.0", global},
    {"126.255.255.255", global},
    {"127.0.0.0", loopback},
    {"127.0.0.1", loopback},
    {"127.255.255.255", loopback},
    {"128.0.0.0", global},
    {"169.253.255.255", global},
    {"169.254.0.0", link_local},
    {"169.254.169.254", link_local},
    {"169.254.170.2", link_local},
    {"169.254.255.255", link_local},
    {"169.255.0.0", global},
    {"172.15.255.255", global},
    {"172.16.0.0", private_use},
    {"172.31.255.255", private_use},
    {"172.32.0.0", global},
    {"191.255.255.255", global},
    {"192.0.0.0", protocol_assignment},
    {"192.0.0.192", protocol_assignment},
    {"192.0.0.255", protocol_assignment},
    {"192.0.1.0", global},
    {"192.0.2.0", documentation},
    {"192.0.2.255", documentation},
    {"192.0.3.0", global},
    {"192.88.98.255", global},
    {"192.88.99.1", protocol_assignment},
    {"192.88.100.0", global},
    {"192.167.255.255", global},
    {"192.168.0.0", private_use},
    {"192.168.255.255", private_use},
    {"192.169.0.0", global},
    {"198.17.255.255", global},
    {"198.18.0.0", benchmarking},
    {"198.19.255.255", benchmarking},
    {"198.20.0.0", global},
    {"198.51.100.1", documentation},
    {"198.51.101.0", global},
    {"203.0.113.255", documentation},
    {"203.0.114.0", global},
    {"223.255.255.255", global},
    {"224.0.0.0", multicast},
    {"239.255.255.255", multicast},
    {"240.0.0.0", reserved},
    {"255.255.255.254", reserved},
    {"255.255.255.255", reserved},
    {"8.8.8.8", global},
    {"1.1.1.1", global},
    {"100.100.100.200", shared},
    // decimal, octal, hexadecimal and short
    {"2130706433", loopback},
    {"0x7f000001", loopback},
    {"017700000001", loopback},
    {"127.1", loopback},
    {"127.0.1", loopback},
    {"0177.0.0.1", loopback},
    {"0x7f.0.0.1", loopback},
    {"0x7F.0x0.0x0.0x1", loopback},
    {"0", unspecified},
    {"0x0", unspecified},
    {"00000000", unspecified},
    {"3232235521", private_use},
    {"0xc0a80001", private_use},
    {"0300.0250.0.1", private_use},
    {"192.168.257", private_use},
    {"10.1", private_use},
    {"012.1", private_use},
    {"2852039166", link_local},
    {"0xa9fea9fe", link_local},
    {"0251.0376.0251.0376", link_local},
    {"169.16689662", link_local},
    {"134744072", global},
    {"0x08080808", global},
    {"127.0.0.1.", loopback},
    // IPv6
    {"[::]", unspecified},
    {"[::1]", loopback},
    {"[0:0:0:0:0:0:0:1]", loopback},
    {"[::2]", this_network},
    {"[100::]", discard},
    {"[100::ffff:ffff:ffff:ffff]", discard},
    {"[100:0:0:1::]", global},
    {"[2001:2::]", benchmarking},
    {"[2001:2:0:ffff::]", benchmarking},
    {"[2001:10::]", protocol_assignment},
    {"[2001:20::1]", protocol_assignment},
    {"[2001:db8::1]", documentation},
    {"[2001:db8:ffff::]", documentation},
    {"[2001:db9::]", global},
    {"[2606:4700:4700::1111]", global},
    {"[2a00:1450:4001:80b::200e]", global},
    {"[3fff::1]", documentation},
    {"[3fff:fff:ffff::]", documentation},
    {"[3fff:1000::]", global},
    {"[5f00::1]", protocol_assignment},
    {"[fbff::]", global},
    {"[fc00::]", unique_local},
    {"[fdff::1]", unique_local},
    {"[fd00:ec2::254]", unique_local},
    {"[fe00::]", global},
    {"[fe80::1]", link_local},
    {"[febf::]", link_local},
    {"[fec0::1]", site_local},
    {"[feff::]", site_local},
    {"[ff00::]", multicast},
    {"[ff02::1]", multicast},
    // IPv4 within IPv6
    {"[::ffff:127.0.0.1]", loopback},
    {"[::ffff:7f00:1]", loopback},
    {"[::ffff:169.254.169.254]", link_local},
    {"[::ffff:8.8.8.8]", global},
    {"[::ffff:0:127.0.0.1]", loopback},
    {"[::ffff:0:8.8.8.8]", global},
    {"[::127.0.0.1]", loopback},
    {"[::10.0.0.1]", private_use},
    {"[::8.8.8.8]", global},
    {"[64:ff9b::127.0.0.1]", loopback},
    {"[64:ff9b::a9fe:a9fe]", link_local},
    {"[64:ff9b::8.8.8.8]", global},
    {"[64:ff9b:1::]", local_translation},
    {"[64:ff9b:1:ffff::8.8.8.8]", local_translation},
    {"[2002:7f00:1::]", loopback},
    {"[2002:c0a8:1::1]", private_use},
    {"[2002:a9fe:a9fe::]", link_local},
    {"[2002:808:808::]", global},
    {"[2001:0:7f00:1::]", loopback},
    {"[2001:0:a00:1::f7f7:f7f7]", private_use},
    {"[2001:0:808:808::80ff:fffe]", loopback},
    {"[2001:0:808:808::3f57:fffe]", private_use},
    {"[2001:0:808:808::f7f7:f7f7]", global},
    {"[2606:4700::5efe:127.0.0.1]", loopback},
    {"[2606:4700::200:5efe:10.0.0.1]", private_use},
    {"[2606:4700::5efe:8.8.8.8]", global},
    {"[2606:4700::5eff:127.0.0.1]", global},
};
static_assert(std::size(kRows) >= 120);

TEST(Outbound, W15_OnlyGlobalAddressesAreConnectedTo) {
    for (const Row& row : kRows) {
        const auto host = parse_host(row.host);
        ASSERT_TRUE(host.has_value() && host->address() != nullptr) << row.host;
        EXPECT_EQ(to_string(classify(*host->address())), to_string(row.value)) << row.host;
        const Status allowed = check_outbound_host(row.host);
        EXPECT_EQ(allowed.has_value(), row.value == global) << row.host;
        if (!allowed) {
            EXPECT_EQ(allowed.error().id(), ErrorCode::network_forbidden_address);
        }
    }
}

TEST(Outbound, NamesOfThisMachineAreRefusedBeforeTheyAreResolved) {
    for (const char* name : {"localhost", "LOCALHOST.", "a.localhost", "printer.local",
                             "metadata.google.internal", "router.home.arpa", "intranet"}) {
        EXPECT_FALSE(check_outbound_host(name).has_value()) << name;
    }
    EXPECT_TRUE(check_outbound_host("example.org").has_value());
    EXPECT_TRUE(check_outbound_host("localhost.example.org").has_value());
    EXPECT_EQ(check_outbound_host("foo.1").error().id(), ErrorCode::network_malformed_address);
}

TEST(Outbound, ThePolicyAllowsAndDeniesByNetwork) {
    OutboundPolicy policy;
    policy.allow = *parse_networks("10.1.0.0/16, fd00::/8");
    policy.deny = *parse_networks("10.1.2.0/24, 8.8.8.0/24");
    const auto allowed = [&](std::string_view text) {
        return check_outbound(*IpAddress::parse(text), policy).has_value();
    };
    EXPECT_TRUE(allowed("10.1.1.1"));
    EXPECT_TRUE(allowed("fd00::1"));
    EXPECT_FALSE(allowed("10.1.2.3"));
    EXPECT_FALSE(allowed("10.2.0.1"));
    EXPECT_FALSE(allowed("8.8.8.8"));
    EXPECT_TRUE(allowed("9.9.9.9"));
}

}  // namespace
}  // namespace limpid::security::outbound_test
