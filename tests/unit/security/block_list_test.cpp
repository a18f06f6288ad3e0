#include "limpid/security/block_list.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "fixed_random.hpp"

namespace limpid::security::block_list_test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

MonotonicNanoseconds seconds(std::int64_t s) { return {s * kSecond}; }

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

class BlockListTest : public testing::Test {
protected:
    static BlockList list(BlockSettings settings = {}) {
        FixedRandom random;
        return {std::move(settings), random};
    }

    /// Fails until blocked; for how many seconds.
    static std::int64_t fail_five_times(BlockList& list, const IpAddress& client,
                                        std::int64_t at_s) {
        std::int64_t ns = 0;
        for (int i = 0; i < 5; ++i) ns = list.record_failure(client, seconds(at_s));
        return ns / kSecond;
    }
};

TEST_F(BlockListTest, F5_FiveFailuresInAMinuteBlockForFiveMinutes) {
    BlockList blocked = list();
    const IpAddress client = ip("192.0.2.1");
    for (int i = 0; i < 4; ++i) EXPECT_EQ(blocked.record_failure(client, seconds(10 + i)), 0);
    EXPECT_EQ(blocked.blocked_for(client, seconds(14)), 0);
    EXPECT_EQ(blocked.record_failure(client, seconds(14)), 300 * kSecond);
    EXPECT_EQ(blocked.blocked_for(client, seconds(15)), 299 * kSecond);
    EXPECT_EQ(blocked.record_failure(client, seconds(15)), 299 * kSecond);
    EXPECT_EQ(blocked.blocked_for(client, seconds(314)), 0);
    EXPECT_EQ(blocked.blocked_for(ip("192.0.2.2"), seconds(15)), 0);
}

TEST_F(BlockListTest, F5_SlowFailuresDoNotBlock) {
    BlockList blocked = list();
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(blocked.record_failure(ip("192.0.2.1"), seconds(i * 20)), 0) << i;
}

TEST_F(BlockListTest, F5_BlocksDoubleUpToADayAndAreForgottenAfterOne) {
    BlockList blocked = list();
    const IpAddress client = ip("192.0.2.1");
    std::int64_t now = 0;
    for (const std::int64_t length :
         {300, 600, 1200, 2400, 4800, 9600, 19'200, 38'400, 76'800, 86'400, 86'400}) {
        EXPECT_EQ(fail_five_times(blocked, client, now), length);
        now += length;
    }
    EXPECT_EQ(fail_five_times(blocked, client, now + 86'400), 300);
}

TEST_F(BlockListTest, F5_NetworksOnTheAllowListAreNeverBlocked) {
    BlockSettings settings;
    settings.allow = parse_networks("10.0.0.0/8").value();
    BlockList blocked = list(settings);
    EXPECT_EQ(fail_five_times(blocked, ip("10.1.2.3"), 1), 0);
    EXPECT_EQ(fail_five_times(blocked, ip("::ffff:10.1.2.3"), 1), 0);
    EXPECT_EQ(blocked.size(), 0u);
    EXPECT_EQ(fail_five_times(blocked, ip("11.1.2.3"), 1), 300);
}

TEST_F(BlockListTest, F5_Ipv6IsBlockedByNetworksOf64Bits) {
    BlockList blocked = list();
    for (int i = 1; i <= 5; ++i) {
        static_cast<void>(
            blocked.record_failure(ip("2001:db8:0:1::" + std::to_string(i)), seconds(1)));
    }
    EXPECT_EQ(blocked.blocked_for(ip("2001:db8:0:1:ffff::"), seconds(1)), 300 * kSecond);
    EXPECT_EQ(blocked.blocked_for(ip("2001:db8:0:2::1"), seconds(1)), 0);
}

TEST_F(BlockListTest, F5_TheTableIsBoundedAndTheLongestUnheardOfGivesWay) {
    BlockSettings settings;
    settings.max_clients = 100'000;
    BlockList blocked = list(settings);
    EXPECT_EQ(fail_five_times(blocked, ip("192.0.2.1"), 1), 300);
    for (std::uint32_t i = 0; i < 150'000; ++i) {
        const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(i >> shift); };
        static_cast<void>(
            blocked.record_failure(IpAddress::v4({30, byte(16), byte(8), byte(0)}), seconds(2)));
        if (i % 50'000 == 0) static_cast<void>(blocked.record_failure(ip("192.0.2.1"), seconds(2)));
    }
    EXPECT_EQ(blocked.size(), 100'000u);
    EXPECT_GT(blocked.blocked_for(ip("192.0.2.1"), seconds(2)), 0);
}

TEST_F(BlockListTest, ASuccessEndsTheRunOfFailuresButNotTheBlock) {
    BlockList blocked = list();
    const IpAddress client = ip("192.0.2.1");
    for (int i = 0; i < 4; ++i) static_cast<void>(blocked.record_failure(client, seconds(1)));
    blocked.record_success(client);
    EXPECT_EQ(blocked.record_failure(client, seconds(1)), 0);
    EXPECT_EQ(fail_five_times(blocked, client, 2), 300);
    blocked.record_success(client);
    EXPECT_GT(blocked.blocked_for(client, seconds(3)), 0);
    blocked.forgive(client);
    EXPECT_EQ(blocked.blocked_for(client, seconds(3)), 0);
    EXPECT_EQ(blocked.size(), 0u);
}

TEST_F(BlockListTest, AClockThatGoesBackCannotLengthenABlock) {
    BlockList blocked = list();
    const IpAddress client = ip("192.0.2.1");
    EXPECT_EQ(fail_five_times(blocked, client, 10'000'000), 300);
    EXPECT_LE(blocked.blocked_for(client, seconds(0)), 86'400 * kSecond);
}

}  // namespace
}  // namespace limpid::security::block_list_test
