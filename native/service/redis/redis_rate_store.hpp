#pragma once

#include <string>

#include "limpid/digest.hpp"
#include "limpid/security/secret.hpp"
#include "service/redis/rate_store.hpp"
#include "service/redis/redis_client.hpp"

namespace limpid::service::redis {

/// The generic cell rate algorithm of security::decide_rate() in one script of Redis, so that
/// several services allow together what one would allow alone. The clock is Redis', which they all
/// share; it may be set back, and then no key is held back for longer than its own window.
///
/// A key's name is a keyed hash of limit and subject, made from the password: whoever reads the
/// memory, a backup or the network of Redis finds no address and no credential, and cannot try them
/// out. It ends by itself when everything is as if nobody had asked.
class RedisRateStore final : public RateStore {
public:
    /// What the client must have among its scripts.
    static const RedisScript kScript;

    /// @param client    borrowed for the life of the store.
    /// @param password  of Redis; services that share limits have the same.
    /// @return as crypto::hmac_sha256().
    [[nodiscard]] static Result<std::unique_ptr<RedisRateStore>> make(
        RedisClient& client, const security::Secret& password);

    void async_allow_all(std::span<const security::RateCheck> checks, Decided decided) override;

private:
    RedisRateStore(RedisClient& client, const Sha256& key) : client_(client), key_(key) {}
    [[nodiscard]] Result<std::string> name_of(const security::RateCheck& check) const;

    RedisClient& client_;
    Sha256 key_;
};

}  // namespace limpid::service::redis
