#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "service/redis/rate_store.hpp"
#include "service/redis/redis_client.hpp"
#include "service/settings.hpp"

namespace limpid::service::redis {

/// What several services keep together, in the Redis of the settings redis_*. For one thread.
class SharedStore {
public:
    /// Connect once. @param password  of redis_password; null: there is none.
    /// @param home, changed  as for RedisClient::open().
    /// @return config.invalid_value as check_redis_settings() and RedisClient::open();
    ///         io.unreadable, secret.exposed, tls.certificate_malformed for redis_ca_file.
    [[nodiscard]] static Result<std::unique_ptr<SharedStore>> open(
        boost::asio::any_io_executor home, const Settings& settings,
        const security::Secret* password, RedisClient::Changed changed);

    [[nodiscard]] RedisClient& client() noexcept { return *client_; }
    [[nodiscard]] RateStore& rates() noexcept { return *rates_; }
    /// Why Redis is away; nothing while it is there.
    [[nodiscard]] const std::optional<Error>& trouble() const noexcept {
        return client_->trouble();
    }
    /// For Prometheus.
    [[nodiscard]] std::string metrics() const;

private:
    SharedStore(std::unique_ptr<RedisClient> client, std::unique_ptr<RateStore> rates)
        : client_(std::move(client)), rates_(std::move(rates)) {}

    std::unique_ptr<RedisClient> client_;
    std::unique_ptr<RateStore> rates_;
};

}  // namespace limpid::service::redis
