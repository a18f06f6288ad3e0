// Limits in a real redis-server, and how the client behaves while it is away.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/platform/random_source.hpp"
#include "native/service/redis/redis_address.hpp"
#include "redis_fixture.hpp"

namespace limpid::service::redis {
namespace {

using security::RateCheck;
using security::RateDecision;
using security::RateQuota;
using std::chrono::milliseconds;
using test::RedisTest;

bool all_allowed(const Result<std::vector<RateDecision>>& decisions) {
    return decisions && std::ranges::all_of(*decisions, &RateDecision::allowed);
}

TEST_F(RedisTest, P15_DecidesAsTheLimiterOfOneServiceDoes) {
    platform::SystemRandom random;
    auto limiter = security::RateLimiter::make(100, random);
    std::mt19937_64 chance(7);
    // Intervals of whole and of broken microseconds.
    const std::array<RateQuota, 4> quotas = {*RateQuota::make(3, 10), *RateQuota::make(100, 60),
                                             *RateQuota::make(7, 86'400, 3),
                                             *RateQuota::make(999'983, 86'400)};
    std::uint64_t now_us = 1'790'000'000'999'000;
    const std::uint64_t began_us = now_us;
    for (int step = 0; step < 1'500; ++step) {
        now_us += chance() % 3 == 0 ? chance() % 5'000'000 : chance() % 50;
        const std::size_t first = chance() % 4;
        const std::size_t second = chance() % 4;
        const std::array names = {std::to_string(first), std::to_string(second)};
        const std::array<RateCheck, 2> checks = {RateCheck{"a", names[0], quotas[first]},
                                                 RateCheck{"b", names[1], quotas[second]}};
        std::vector<std::string> words = {"2", "limpid:test:a" + names[0],
                                          "limpid:test:b" + names[1]};
        for (const RateCheck& check : checks) {
            const std::int64_t interval = check.quota.interval_ns();
            words.push_back(std::to_string(interval));
            words.push_back(
                std::to_string(interval * static_cast<std::int64_t>(check.quota.burst())));
        }
        words.push_back(std::to_string(now_us / 1'000'000));
        words.push_back(std::to_string(now_us % 1'000'000));
        std::array<RateDecision, 2> expected{};
        const auto now_ns = static_cast<std::int64_t>((now_us - began_us) * 1'000) + 1;
        static_cast<void>(limiter->allow_all(checks, {now_ns}, expected));
        std::optional<Result<RedisReply>> answer;
        client_->run({.script = &with_clock_, .words = words},
                     [&](auto reply) { answer = std::move(reply); });
        until([&] { return answer.has_value(); });
        ASSERT_TRUE(*answer);
        ASSERT_EQ((*answer)->list.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i) {
            const auto found =
                security::decide_rate(checks[i].quota, (*answer)->list[i].integer, {0});
            ASSERT_EQ(found.allowed, expected[i].allowed) << step;
            ASSERT_EQ(found.remaining, expected[i].remaining) << step;
            ASSERT_EQ(found.retry_after_ns, expected[i].retry_after_ns) << step;
            ASSERT_EQ(found.reset_after_ns, expected[i].reset_after_ns) << step;
        }
    }
}

TEST_F(RedisTest, F14_AClockThatIsSetBackLocksNobodyOutForLong) {
    // Two in a minute: 30 seconds each.
    const auto debt_at = [&](std::int64_t second) {
        std::optional<Result<RedisReply>> answer;
        client_->run({.script = &with_clock_,
                      .words = {"1", "limpid:test", "30000000000", "60000000000",
                                std::to_string(second), "0"}},
                     [&](auto reply) { answer = std::move(reply); });
        until([&] { return answer.has_value(); });
        return (*answer)->list.at(0).integer / 1'000'000'000;
    };
    constexpr std::int64_t kNow = 1'790'000'000;
    EXPECT_EQ(debt_at(kNow), 0);
    EXPECT_EQ(debt_at(kNow), 30);
    EXPECT_EQ(debt_at(kNow), 60);  // refused
    EXPECT_EQ(debt_at(kNow - 3'600), 60);
    EXPECT_EQ(debt_at(kNow - 3'570), 30);
    EXPECT_EQ(debt_at(kNow + 86'400), 0);
}

TEST_F(RedisTest, P15_TwoServicesAllowTogetherWhatOneWould) {
    const auto other = connect();
    const std::array stores = {rates(*client_), rates(*other)};
    const RateCheck check{"ip", "192.0.2.1", *RateQuota::make(100, 86'400)};
    int allowed = 0;
    int decided = 0;
    for (int i = 0; i < 400; ++i) {
        stores[static_cast<std::size_t>(i % 2)]->async_allow_all({&check, 1}, [&](const auto& all) {
            ASSERT_TRUE(all);
            ++decided;
            allowed += all_allowed(all) ? 1 : 0;
        });
    }
    until([&] { return decided == 400; });
    EXPECT_EQ(allowed, 100);
    // Which is not a matter of the subject alone.
    const RateCheck another{"i", "p192.0.2.1", check.quota};
    std::optional<bool> free;
    stores[0]->async_allow_all({&another, 1}, [&](const auto& all) { free = all_allowed(all); });
    until([&] { return free.has_value(); });
    EXPECT_TRUE(*free);
}

TEST_F(RedisTest, F14_AHundredThousandKeysStaySmallAndEnd) {
    const auto memory = [&] {
        const std::string text = ask({"INFO", "memory"}).text;
        return std::stoull(text.substr(text.find("used_memory:") + 12));
    };
    const auto before = memory();
    const auto store = rates(*client_);
    const RateQuota quota = *RateQuota::make(10, 86'400);
    int decided = 0;
    constexpr int kKeys = 100'000;
    for (int i = 0; i < kKeys; ++i) {
        const std::string subject = "2001:db8::" + std::to_string(i);
        const RateCheck check{"ip", subject, quota};
        store->async_allow_all({&check, 1}, [&](const auto& all) {
            EXPECT_TRUE(all_allowed(all));
            ++decided;
        });
        until([&] { return i - decided < 2'000; });
    }
    until([&] { return decided == kKeys; });
    ask({"DEL", "limpid:probe"});  // what the client wrote when it came
    const std::string keys = ask({"INFO", "keyspace"}).text;
    EXPECT_NE(keys.find("keys=100000,expires=100000"), std::string::npos) << keys;
    // Some 150 bytes a key.
    EXPECT_LT(memory() - before, 25U << 20U);
}

TEST_F(RedisTest, F14_AKeyThatIsNoTimeCountsAsNothing) {
    const auto store = rates(*client_);
    const RateCheck check{"ip", "192.0.2.1", *RateQuota::make(2, 86'400)};
    int allowed = 0;
    const auto ask_once = [&] {
        std::optional<bool> answer;
        store->async_allow_all({&check, 1}, [&](const auto& all) { answer = all_allowed(all); });
        until([&] { return answer.has_value(); });
        allowed += *answer ? 1 : 0;
    };
    ask_once();
    const std::string name = ask({"KEYS", "limpid:rate:*"}).list.at(0).text;
    for (const std::string_view value : {"x", "-1.5", "1e99", "9999999999999999999999.0", ""}) {
        ask({"SET", name, std::string(value)});
        ask_once();
        EXPECT_GT(ask({"TTL", name}).integer, 0) << value;
    }
    // One from the far future counts as a limit that is used up.
    EXPECT_EQ(allowed, 5);
}

TEST_F(RedisTest, P4_ARedisThatIsAwayAnswersAtOnceAndComesBack) {
    auto quick = connect(milliseconds(500));
    const auto store = rates(*quick);
    const RateCheck check{"ip", "192.0.2.1", *RateQuota::make(10, 60)};
    std::optional<Result<std::vector<RateDecision>>> answer;
    const auto count = [&] {
        answer.reset();
        store->async_allow_all({&check, 1}, [&](const auto& all) { answer = all; });
    };
    signal(SIGSTOP);
    count();
    EXPECT_FALSE(answer);  // it is waited for
    until([&] { return answer.has_value(); });
    EXPECT_EQ(answer->error().id(), ErrorCode::store_unavailable);
    EXPECT_EQ(answer->error().found(), "");
    EXPECT_TRUE(quick->trouble());
    count();
    ASSERT_TRUE(answer);  // within the call
    EXPECT_EQ(answer->error().id(), ErrorCode::store_unavailable);
    end();
    spawn();
    until([&] { return !quick->trouble(); });
    count();
    until([&] { return answer.has_value(); });
    EXPECT_TRUE(all_allowed(*answer));
    EXPECT_GE(losses_, 1);
    EXPECT_GE(returns_, 1);
    EXPECT_EQ(quick->moment().losses, 1U);
}

TEST_F(RedisTest, P4_ALongQueueIsRefusedAtOnce) {
    signal(SIGSTOP);
    std::size_t refused = 0;
    std::size_t answered = 0;
    // Some are on their way already.
    constexpr std::size_t kMany = 3 * RedisClient::kMaxWaiting;
    for (std::size_t i = 0; i < kMany; ++i) {
        client_->run({.words = {"PING"}},
                     [&](const auto& reply) { ++(reply ? answered : refused); });
    }
    EXPECT_GE(refused, RedisClient::kMaxWaiting);
    EXPECT_EQ(answered, 0U);
    signal(SIGCONT);
    until([&] { return refused + answered == kMany; });
    EXPECT_GE(answered, RedisClient::kMaxWaiting);
}

TEST_F(RedisTest, P4_AWrongPasswordIsAMistakeOfTheSettings) {
    RedisOptions wrong = options();
    wrong.password = *security::Secret::copy_of(security::as_bytes("something else altogether"));
    const auto client =
        RedisClient::open(context_.get_executor(), std::move(wrong), [](const auto&) {});
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().id(), ErrorCode::config_invalid_value);
    EXPECT_NE(client.error().message().find("WRONGPASS"), std::string::npos);
    EXPECT_EQ(client.error().message().find("something else"), std::string::npos);
}

TEST(RedisAddress, P4_IsReadStrictly) {
    const auto plain = parse_redis_url("redis://127.0.0.1");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->text(), "127.0.0.1:6379");
    EXPECT_FALSE(plain->tls);
    const auto encrypted = parse_redis_url("rediss://Redis.Example.:6380/15");
    ASSERT_TRUE(encrypted);
    EXPECT_EQ(encrypted->text(), "redis.example:6380");
    EXPECT_TRUE(encrypted->tls);
    EXPECT_EQ(encrypted->database, 15U);
    EXPECT_EQ(parse_redis_url("redis://[::1]:7/")->text(), "[::1]:7");
    EXPECT_EQ(parse_redis_url("redis://localhost:7")->host, "localhost");
    EXPECT_EQ(parse_redis_url("unix:/run/redis/socket")->text(), "unix:/run/redis/socket");
    for (const std::string_view url : {"",
                                       "redis:",
                                       "redis://",
                                       "redis://:1",
                                       "redis://127.0.0.1:",
                                       "redis://127.0.0.1:0",
                                       "redis://127.0.0.1:65536",
                                       "redis://127.0.0.1:1x",
                                       "redis://127.0.0.1/x",
                                       "redis://127.0.0.1/65536",
                                       "redis://127.0.0.1/1/2",
                                       "redis://[::1",
                                       "redis://::1",
                                       "redis://[::1]1",
                                       "REDIS://127.0.0.1",
                                       "http://127.0.0.1",
                                       "unix:",
                                       "unix:socket",
                                       "unix:/",
                                       "redis://a b"}) {
        EXPECT_FALSE(parse_redis_url(url)) << url;
    }
}

TEST(RedisAddress, P4_GoesNowhereInClear) {
    for (const std::string_view url :
         {"redis://192.0.2.1", "redis://[2001:db8::1]", "redis://redis",
          "redis://localhost.example", "redis://0.0.0.0", "redis://127.0.0.1.nip.io"}) {
        const auto address = parse_redis_url(url);
        ASSERT_FALSE(address) << url;
        EXPECT_NE(address.error().message().find("rediss://"), std::string::npos) << url;
    }
    for (const std::string_view url : {"redis://:hunter2@127.0.0.1", "rediss://u:hunter2@a",
                                       "rediss://a/0?password=hunter2", "unix:/a?hunter2"}) {
        const auto address = parse_redis_url(url);
        ASSERT_FALSE(address) << url;
        EXPECT_EQ(address.error().message().find("hunter2"), std::string::npos) << url;
    }
}

}  // namespace
}  // namespace limpid::service::redis
