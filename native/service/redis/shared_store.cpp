#include "service/redis/shared_store.hpp"

#include <utility>

#include "crypto/tls_dialer.hpp"
#include "service/prometheus_text.hpp"
#include "service/redis/redis_address.hpp"
#include "service/redis/redis_rate_store.hpp"
#include "service/redis/redis_session_store.hpp"
#include "service/tls_files.hpp"

namespace limpid::service::redis {
namespace {

Result<std::shared_ptr<const crypto::TlsDialer>> dialer_for(const Settings& settings,
                                                            const RedisAddress& address) {
    if (!address.tls) return nullptr;
    const auto authorities = read_pem(settings.redis_ca_file);
    if (!authorities) return std::unexpected(authorities.error());
    // An empty file must not stand for the system's authorities.
    if (authorities->empty() && !settings.redis_ca_file.empty()) {
        return fail(ErrorCode::tls_certificate_malformed, "redis_ca_file is empty");
    }
    return crypto::TlsDialer::make(*authorities, address.host);
}

}  // namespace

Result<std::unique_ptr<SharedStore>> SharedStore::open(boost::asio::any_io_executor home,
                                                       const Settings& settings,
                                                       const security::Secret* password,
                                                       RedisClient::Changed changed) {
    if (Status status = check_redis_settings(settings, password != nullptr); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto address = parse_redis_url(settings.redis_url);
    if (!address) return std::unexpected(std::move(address).error());
    auto dialer = dialer_for(settings, *address);
    if (!dialer) return std::unexpected(std::move(dialer).error());
    auto copy = password->clone();
    if (!copy) return std::unexpected(std::move(copy).error());
    auto client =
        RedisClient::open(std::move(home),
                          {.address = *std::move(address),
                           .user = settings.redis_user,
                           .password = *std::move(copy),
                           .tls = *std::move(dialer),
                           .prefix = settings.redis_prefix,
                           .timeout = std::chrono::milliseconds(settings.redis_timeout_ms),
                           .scripts = {&RedisRateStore::kScript, &RedisSessionStore::kPut,
                                       &RedisSessionStore::kRemoveUser}},
                          std::move(changed));
    if (!client) return std::unexpected(std::move(client).error());
    auto rates = RedisRateStore::make(**client, *password);
    if (!rates) return std::unexpected(std::move(rates).error());
    return std::unique_ptr<SharedStore>(new SharedStore(*std::move(client), *std::move(rates)));
}

std::string SharedStore::metrics() const {
    const RedisClient::Moment& moment = client_->moment();
    const auto amount = [](std::uint64_t count) { return static_cast<double>(count); };
    std::string out;
    prometheus::single(out, "redis_up", "gauge", "1 while Redis answers.",
                       client_->trouble() ? 0 : 1);
    prometheus::single(out, "redis_commands_total", "counter", "Commands for Redis.",
                       amount(moment.commands));
    prometheus::single(out, "redis_errors_total", "counter", "Commands for Redis that failed.",
                       amount(moment.errors));
    prometheus::head(out, "redis_command_seconds", "summary",
                     "Time from a command to its answer, waiting included.");
    prometheus::sample(out, "redis_command_seconds_sum", {}, moment.seconds);
    prometheus::sample(out, "redis_command_seconds_count", {}, amount(moment.answered));
    return out;
}

}  // namespace limpid::service::redis
