#include "limpid/security/rate_limit.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fixed_random.hpp"
#include "limpid/security/rate_limit_headers.hpp"

namespace limpid::security::rate_limit_test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

MonotonicNanoseconds seconds(std::int64_t s) { return {s * kSecond}; }

RateQuota quota(std::uint64_t q, std::uint64_t w, std::uint64_t burst = 0) {
    return RateQuota::make(q, w, burst).value();
}

RateLimiter limiter(std::size_t keys) {
    FixedRandom random;
    return std::move(RateLimiter::make(keys, random)).value();
}

TEST(RateLimit, V15_TheTwentyFirstRequestOfAMinuteIsRefused) {
    RateLimiter table = limiter(1000);
    const RateCheck check = {"enhance", "192.0.2.1", quota(20, 60)};
    RateDecision decision;
    for (std::uint64_t i = 1; i <= 20; ++i) {
        decision = table.allow(check, seconds(1000));
        EXPECT_TRUE(decision.allowed) << i;
        EXPECT_EQ(decision.remaining, 20 - i);
    }
    EXPECT_EQ(decision.reset_after_ns, 60 * kSecond);
    decision = table.allow(check, seconds(1000));
    EXPECT_FALSE(decision.allowed);
    EXPECT_EQ(decision.remaining, 0u);
    EXPECT_EQ(decision.retry_after_ns, 3 * kSecond);
    const auto headers =
        rate_limit_headers(RateLimitHeaders::draft_10, {&check, 1}, {&decision, 1});
    const std::vector<HeaderField> expected = {{"RateLimit-Policy", "\"enhance\";q=20;w=60"},
                                               {"RateLimit", "\"enhance\";r=0;t=3"},
                                               {"Retry-After", "3"}};
    EXPECT_EQ(headers, expected);
    EXPECT_FALSE(table.allow(check, {1003 * kSecond - 1}).allowed);
    EXPECT_TRUE(table.allow(check, seconds(1003)).allowed);
    EXPECT_FALSE(table.allow(check, seconds(1003)).allowed);
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(table.allow(check, seconds(1063)).allowed) << i;
    EXPECT_FALSE(table.allow(check, seconds(1063)).allowed);
}

TEST(RateLimit, NeverLetsMoreThanTheQuotaThroughInAnyWindow) {
    const RateQuota seven = quota(7, 10, 3);
    std::int64_t arrival = 0;
    std::vector<std::int64_t> let_through;
    for (std::int64_t ms = 0; ms < 60'000; ms += 37) {
        const RateDecision decision = decide_rate(seven, arrival, {ms * 1'000'000});
        arrival = decision.arrival_ns;
        if (decision.allowed) let_through.push_back(ms);
    }
    // burst at once and the rest spread: quota + burst - 1 in the first window, then the quota.
    for (std::size_t i = 0; i + 9 < let_through.size(); ++i) {
        EXPECT_GE(let_through[i + 9] - let_through[i], 10'000 - 37) << i;
    }
    EXPECT_NEAR(static_cast<double>(let_through.size()), 44.0, 1.0);
}

TEST(RateLimit, F14_AClockThatJumpsLocksNobodyOut) {
    const RateQuota hundred = quota(100, 60);
    RateLimiter table = limiter(100);
    const RateCheck check = {"ip", "192.0.2.1", hundred};
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(table.allow(check, seconds(1'000'000)).allowed);
    EXPECT_FALSE(table.allow(check, seconds(1'000'000)).allowed);
    // Back by eleven days: at most one interval of 0.6 s is waited for.
    const RateDecision back = table.allow(check, seconds(1000));
    EXPECT_FALSE(back.allowed);
    EXPECT_LE(back.retry_after_ns, hundred.interval_ns());
    // Forward by eleven days: as new, and no more than the quota.
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(table.allow(check, seconds(2'000'000)).allowed);
    EXPECT_FALSE(table.allow(check, seconds(2'000'000)).allowed);
    const RateDecision wild = decide_rate(hundred, INT64_MAX, {INT64_MIN});
    EXPECT_FALSE(wild.allowed);
    EXPECT_GT(decide_rate(hundred, INT64_MIN, {INT64_MAX}).remaining, 0u);
}

TEST(RateLimit, F14_AMillionKeysFit64Megabytes) {
    RateLimiter table = limiter(1'000'000);
    EXPECT_LE(table.memory_bytes(), 64u * 1024 * 1024);
    const RateQuota one = quota(1, 3600);
    const auto check = [&](int i) {
        return table.allow({"ip", std::to_string(i), one}, {kSecond + i}).allowed;
    };
    int first = 0;
    int second = 0;
    for (int i = 0; i < 1'000'000; ++i) first += check(i) ? 1 : 0;
    for (int i = 0; i < 1'000'000; ++i) second += check(i) ? 1 : 0;
    EXPECT_EQ(first, 1'000'000);
    // Keys that gave way in a full set start anew: fewer than one in a hundred.
    EXPECT_LT(second, 10'000);
}

TEST(RateLimit, AFloodOfKeysCannotFreeOneThatIsInDebt) {
    RateLimiter table = limiter(64);
    const RateCheck victim = {"ip", "attacker", quota(10, 3600)};
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(table.allow(victim, seconds(1)).allowed);
    const RateQuota generous = quota(1000, 60);
    for (int i = 0; i < 100'000; ++i) {
        static_cast<void>(table.allow({"ip", std::to_string(i), generous}, seconds(1)));
    }
    EXPECT_FALSE(table.allow(victim, seconds(2)).allowed);
}

TEST(RateLimit, W7_SeveralLimitsCountTogetherOrNotAtAll) {
    RateLimiter table = limiter(1000);
    const std::array<RateCheck, 3> checks = {RateCheck{"ip", "192.0.2.1", quota(10, 60)},
                                             RateCheck{"key", "k-1", quota(3, 60)},
                                             RateCheck{"enhance", "192.0.2.1", quota(5, 60)}};
    std::array<RateDecision, 3> decisions{};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(table.allow_all(checks, seconds(5), decisions));
    for (int i = 0; i < 50; ++i) EXPECT_FALSE(table.allow_all(checks, seconds(5), decisions));
    EXPECT_TRUE(decisions[0].allowed);
    EXPECT_FALSE(decisions[1].allowed);
    // The fifty that the key refused cost the address nothing.
    int more = 0;
    while (table.allow(checks[0], seconds(5)).allowed) ++more;
    EXPECT_EQ(more, 7);
    const auto headers = rate_limit_headers(RateLimitHeaders::draft_10, checks, decisions);
    EXPECT_EQ(headers[0].value, "\"ip\";q=10;w=60, \"key\";q=3;w=60, \"enhance\";q=5;w=60");
    EXPECT_EQ(headers[1].value.substr(0, 20), "\"ip\";r=6;t=24, \"key\"");
    EXPECT_EQ(headers[2], (HeaderField{"Retry-After", "20"}));
}

TEST(RateLimit, P15_EveryRouteAndSubjectIsCountedByItself) {
    RateLimiter table = limiter(1000);
    const RateQuota one = quota(1, 60);
    EXPECT_TRUE(table.allow({"a", "bc", one}, seconds(1)).allowed);
    EXPECT_TRUE(table.allow({"ab", "c", one}, seconds(1)).allowed);
    EXPECT_TRUE(table.allow({"a", "c", one}, seconds(1)).allowed);
    EXPECT_FALSE(table.allow({"a", "bc", one}, seconds(1)).allowed);
}

TEST(RateLimit, P14_EveryFormOfHeader) {
    const RateCheck check = {"default", "x", quota(100, 900)};
    RateDecision decision;
    std::int64_t arrival = 0;
    for (int i = 0; i < 5; ++i) {
        decision = decide_rate(check.quota, arrival, seconds(10));
        arrival = decision.arrival_ns;
    }
    const auto headers = [&](RateLimitHeaders form) {
        return rate_limit_headers(form, {&check, 1}, {&decision, 1});
    };
    using Fields = std::vector<HeaderField>;
    EXPECT_EQ(headers(RateLimitHeaders::draft_6), (Fields{{"RateLimit-Limit", "100"},
                                                          {"RateLimit-Remaining", "95"},
                                                          {"RateLimit-Reset", "45"}}));
    EXPECT_EQ(headers(RateLimitHeaders::legacy), (Fields{{"X-RateLimit-Limit", "100"},
                                                         {"X-RateLimit-Remaining", "95"},
                                                         {"X-RateLimit-Reset", "45"}}));
    EXPECT_EQ(headers(RateLimitHeaders::draft_7),
              (Fields{{"RateLimit-Policy", "100;w=900"},
                      {"RateLimit", "limit=100, remaining=95, reset=45"}}));
    EXPECT_EQ(headers(RateLimitHeaders::draft_10),
              (Fields{{"RateLimit-Policy", "\"default\";q=100;w=900"},
                      {"RateLimit", "\"default\";r=95;t=45"}}));
    const RateCheck hostile = {"a\"\\\r\nb", "x", check.quota};
    EXPECT_EQ(
        rate_limit_headers(RateLimitHeaders::draft_10, {&hostile, 1}, {&decision, 1})[1].value,
        "\"a\\\"\\\\??b\";r=95;t=45");
    EXPECT_TRUE(rate_limit_headers(RateLimitHeaders::draft_10, {}, {}).empty());
}

TEST(RateLimit, RefusesQuotasItCannotCount) {
    for (const auto& [q, w, b] :
         std::vector<std::array<std::uint64_t, 3>>{{0, 60, 1},
                                                   {1, 0, 1},
                                                   {1'000'000'001, 60, 1},
                                                   {1, 31'536'001, 1},
                                                   {1, 31'536'000, 1'000'000'000}}) {
        EXPECT_EQ(RateQuota::make(q, w, b).error().id(), ErrorCode::argument_invalid) << q;
    }
    EXPECT_EQ(quota(3, 10).interval_ns(), 3'333'333'334);
    EXPECT_EQ(quota(100, 900).interval_ns(), 9 * kSecond);
    FixedRandom random;
    EXPECT_FALSE(RateLimiter::make(0, random).has_value());
    EXPECT_FALSE(RateLimiter::make(SIZE_MAX, random).has_value());
}

}  // namespace
}  // namespace limpid::security::rate_limit_test
