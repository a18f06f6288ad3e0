#include "service/redis/redis_session_store.hpp"

#include <optional>
#include <utility>

#include "limpid/security/json.hpp"

namespace limpid::service::redis {
namespace {

using identity::Session;
using security::UnixSeconds;

std::string json_of(const Session& session) {
    // Members in the order of RFC 8785.
    return R"({"began_at":)" + std::to_string(session.began_at.value) + R"(,"csrf_token":)" +
           security::canonical_string(session.csrf_token) + R"(,"expires_at":)" +
           std::to_string(session.expires_at.value) + R"(,"user":)" +
           security::canonical_string(session.user) + "}";
}

/// Nothing for what is no session: who is not sure to have logged in has not.
std::optional<Session> session_of(std::string_view json) {
    const auto document = security::parse_json_strict(json);
    if (!document) return std::nullopt;
    const auto text = [&](std::string_view name) -> std::optional<std::string> {
        const auto member = document->root().find(name);
        const auto value = member ? member->as_string() : std::nullopt;
        return value ? std::optional<std::string>(*value) : std::nullopt;
    };
    const auto moment = [&](std::string_view name) -> std::optional<UnixSeconds> {
        const auto member = document->root().find(name);
        const auto value = member ? member->as_integer() : std::nullopt;
        return value ? std::optional(UnixSeconds{*value}) : std::nullopt;
    };
    auto user = text("user");
    auto csrf_token = text("csrf_token");
    const auto began_at = moment("began_at");
    const auto expires_at = moment("expires_at");
    if (!user || !csrf_token || !began_at || !expires_at) return std::nullopt;
    return Session{.user = *std::move(user),
                   .csrf_token = *std::move(csrf_token),
                   .began_at = *began_at,
                   .expires_at = *expires_at};
}

Status status_of(Result<RedisReply> reply) {
    return reply ? Status() : std::unexpected(std::move(reply).error());
}

}  // namespace

// KEYS: the session, the user's set. ARGV: JSON, when it expires, its name in the set, how many may
// be there. What has expired leaves the set first.
const RedisScript RedisSessionStore::kPut{R"(
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', redis.call('TIME')[1])
if not redis.call('ZSCORE', KEYS[2], ARGV[3]) and
   redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EXAT', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('EXPIREAT', KEYS[2], redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2])
return 1
)"};

// KEYS: the user's set. ARGV: what names of sessions begin with.
const RedisScript RedisSessionStore::kRemoveUser{R"(
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  redis.call('DEL', ARGV[1] .. name)
end
return redis.call('DEL', KEYS[1])
)"};

std::string RedisSessionStore::name_of(const Sha256& token) const {
    return client_.prefix() + "session:" + to_hex(token);
}

/// A digest, so that names are short and of plain characters. Not under the password, as for
/// limits: with another password a user's sessions must still be found, to end them.
std::string RedisSessionStore::name_of_user(std::string_view user) const {
    return client_.prefix() + "sessions-of:" + to_hex(sha256(security::as_bytes(user)));
}

void RedisSessionStore::put(const Sha256& token, Session session, Done done) {
    RedisCommand command{.script = &kPut,
                         .words = {"2", name_of(token), name_of_user(session.user),
                                   json_of(session), std::to_string(session.expires_at.value),
                                   to_hex(token), std::to_string(kMaxOfUser)}};
    client_.run(std::move(command), [done = std::move(done)](Result<RedisReply> reply) mutable {
        if (reply && reply->integer == 0) return done(fail(ErrorCode::token_store_full));
        done(status_of(std::move(reply)));
    });
}

void RedisSessionStore::find(const Sha256& token, UnixSeconds now, Found found) {
    client_.run({.words = {"GET", name_of(token)}},
                [now, found = std::move(found)](Result<RedisReply> reply) mutable {
                    if (!reply) return found(std::unexpected(std::move(reply).error()));
                    auto session = session_of(reply->text);
                    // The clock of Redis may be another one.
                    if (session && session->expires_at.value <= now.value) session.reset();
                    found(std::move(session));
                });
}

void RedisSessionStore::remove(const Sha256& token, Done done) {
    // Only the session says whose it is. When what follows fails it has ended all the same: its
    // name in the set means nothing without it, and goes when it would have expired.
    client_.run(
        {.words = {"GETDEL", name_of(token)}},
        [this, name = to_hex(token), done = std::move(done)](Result<RedisReply> reply) mutable {
            const auto session = reply ? session_of(reply->text) : std::nullopt;
            if (!session) return done(status_of(std::move(reply)));
            client_.run({.words = {"ZREM", name_of_user(session->user), name}},
                        [done = std::move(done)](const Result<RedisReply>&) mutable { done({}); });
        });
}

void RedisSessionStore::remove_user(const std::string& user, Done done) {
    client_.run(
        {.script = &kRemoveUser, .words = {"1", name_of_user(user), client_.prefix() + "session:"}},
        [done = std::move(done)](Result<RedisReply> reply) mutable {
            done(status_of(std::move(reply)));
        });
}

}  // namespace limpid::service::redis
