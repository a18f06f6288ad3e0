#pragma once

#include <string>
#include <string_view>

#include "service/identity/session_store.hpp"
#include "service/redis/redis_client.hpp"

namespace limpid::service::redis {

/// Sessions that several services share: whoever logged in at one is known to all, and logged out
/// of all. A session is a key of its own that Redis forgets when it expires; beside it there is one
/// sorted set for each user, which names the user's sessions.
///
/// Redis sees the user's name and the token for X-CSRF-Token, but never the token of a session: its
/// memory lets nobody log in. Needs Redis 6.2.
class RedisSessionStore final : public identity::SessionStore {
public:
    /// What the client must have among its scripts.
    static const RedisScript kPut, kRemoveUser;
    /// Sessions of one user that may be alive; one more is token.store_full.
    static constexpr int kMaxOfUser = 1'000;

    /// @param client  borrowed for the life of the store.
    explicit RedisSessionStore(RedisClient& client) : client_(client) {}

    void put(const Sha256& token, identity::Session session, Done done) override;
    void find(const Sha256& token, security::UnixSeconds now, Found found) override;
    void remove(const Sha256& token, Done done) override;
    void remove_user(const std::string& user, Done done) override;

private:
    [[nodiscard]] std::string name_of(const Sha256& token) const;
    [[nodiscard]] std::string name_of_user(std::string_view user) const;

    RedisClient& client_;
};

}  // namespace limpid::service::redis
