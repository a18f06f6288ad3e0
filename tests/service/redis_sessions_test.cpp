// Sessions in a real redis-server.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "native/platform/clock.hpp"
#include "native/service/redis/redis_session_store.hpp"
#include "redis_fixture.hpp"

namespace limpid::service::redis {
namespace {

using identity::Session;
using test::RedisTest;

class RedisSessions : public RedisTest {
protected:
    void SetUp() override {
        RedisTest::SetUp();
        store_ = std::make_unique<RedisSessionStore>(*client_);
    }

    static Sha256 token(int number) {
        return sha256(security::as_bytes("token " + std::to_string(number)));
    }
    static Session session(std::string user, std::int64_t seconds = 3'600) {
        const security::UnixSeconds now = platform::wall_clock();
        return {.user = std::move(user),
                .csrf_token = "c\"s\\rf",
                .began_at = now,
                .expires_at = {now.value + seconds}};
    }
    Status put(int number, Session session) {
        return wait([&](auto done) { store_->put(token(number), std::move(session), done); });
    }
    Status remove(int number) {
        return wait([&](auto done) { store_->remove(token(number), done); });
    }
    Status remove_user(const std::string& user) {
        return wait([&](auto done) { store_->remove_user(user, done); });
    }
    std::optional<Session> find(int number, std::int64_t later_s = 0) {
        std::optional<Result<std::optional<Session>>> answer;
        store_->find(token(number), {platform::wall_clock().value + later_s},
                     [&](auto found) { answer = std::move(found); });
        until([&] { return answer.has_value(); });
        EXPECT_TRUE(*answer);
        return *answer ? **answer : std::nullopt;
    }

    template <class Start>
    Status wait(Start start) {
        std::optional<Status> answer;
        start([&](Status status) { answer = std::move(status); });
        until([&] { return answer.has_value(); });
        return answer.value_or(fail(ErrorCode::internal_failure));
    }

    std::unique_ptr<RedisSessionStore> store_;
};

TEST_F(RedisSessions, P4_ASessionIsFoundUntilItIsRemoved) {
    const Session kept = session("käthe");
    ASSERT_TRUE(put(1, kept));
    EXPECT_FALSE(find(2));
    const auto found = find(1);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user, kept.user);
    EXPECT_EQ(found->csrf_token, kept.csrf_token);
    EXPECT_EQ(found->began_at.value, kept.began_at.value);
    EXPECT_EQ(found->expires_at.value, kept.expires_at.value);
    EXPECT_FALSE(find(1, 3'600));
    EXPECT_TRUE(remove(1));
    EXPECT_FALSE(find(1));
    EXPECT_TRUE(remove(1));
    EXPECT_EQ(ask({"KEYS", "limpid:session*"}).list.size(), 0U);
}

TEST_F(RedisSessions, P4_EverySessionOfAUserEndsAtOnce) {
    const auto elsewhere = connect();
    RedisSessionStore other(*elsewhere);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(put(i, session(i < 3 ? "one" : "two")));
    ASSERT_TRUE(wait([&](auto done) { other.remove_user("one", done); }));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(find(i).has_value(), i >= 3) << i;
    EXPECT_TRUE(remove_user("nobody"));
}

TEST_F(RedisSessions, P4_RedisForgetsWhatHasExpired) {
    ASSERT_TRUE(put(1, session("one", 100)));
    ASSERT_TRUE(put(2, session("one", 1)));
    const std::int64_t own = ask({"TTL", "limpid:session:" + to_hex(token(1))}).integer;
    EXPECT_TRUE(own > 0 && own <= 100) << own;
    // The user's set lives as long as the session that lives longest.
    const std::string set = ask({"KEYS", "limpid:sessions-of:*"}).list.at(0).text;
    const std::int64_t left = ask({"TTL", set}).integer;
    EXPECT_TRUE(left > 1 && left <= 100) << left;
    until([&] { return ask({"EXISTS", "limpid:session:" + to_hex(token(2))}).integer == 0; });
    EXPECT_FALSE(find(2));
    ASSERT_TRUE(put(3, session("one", 100)));
    EXPECT_EQ(ask({"ZCARD", set}).integer, 2);
    // One that has ended before it began is not kept.
    ASSERT_TRUE(put(4, session("late", -5)));
    EXPECT_FALSE(find(4, -10));
}

TEST_F(RedisSessions, P4_AUserHasSoManySessionsAndNoMore) {
    for (int i = 0; i < RedisSessionStore::kMaxOfUser; ++i) {
        ASSERT_TRUE(put(i, session("one")));
    }
    EXPECT_EQ(put(-1, session("one")).error().id(), ErrorCode::token_store_full);
    EXPECT_FALSE(find(-1));
    EXPECT_TRUE(put(7, session("one")));  // again
    EXPECT_TRUE(put(-1, session("two")));
    EXPECT_TRUE(remove(0));
    EXPECT_TRUE(put(-2, session("one")));
}

TEST_F(RedisSessions, P4_WhatIsNoSessionLetsNobodyIn) {
    const std::string name = "limpid:session:" + to_hex(token(1));
    for (const std::string_view text :
         {"", "x", "{}", R"({"user":"a"})",
          R"({"began_at":1,"csrf_token":"c","expires_at":"9999999999","user":"a"})",
          R"({"began_at":1,"csrf_token":"c","expires_at":1,"expires_at":9999999999,"user":"a"})"}) {
        ask({"SET", name, std::string(text)});
        EXPECT_FALSE(find(1)) << text;
    }
    EXPECT_TRUE(remove(1));
}

TEST_F(RedisSessions, P4_WithoutRedisNobodyIsLetInOrOut) {
    ASSERT_TRUE(put(1, session("one")));
    end();
    until([&] { return client_->trouble().has_value(); });
    EXPECT_EQ(put(2, session("one")).error().id(), ErrorCode::store_unavailable);
    EXPECT_EQ(remove(1).error().id(), ErrorCode::store_unavailable);
    EXPECT_EQ(remove_user("one").error().id(), ErrorCode::store_unavailable);
    std::optional<Result<std::optional<Session>>> answer;
    store_->find(token(1), platform::wall_clock(), [&](auto found) { answer = std::move(found); });
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error().id(), ErrorCode::store_unavailable);
    spawn();
    until([&] { return !client_->trouble(); });
    EXPECT_FALSE(find(1));  // this one keeps nothing on its disk
}

}  // namespace
}  // namespace limpid::service::redis
