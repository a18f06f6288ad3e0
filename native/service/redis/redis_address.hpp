#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "service/settings.hpp"

namespace limpid::service::redis {

/// Where a Redis is.
struct RedisAddress {
    /// A name, or an address without brackets; empty: a Unix socket.
    std::string host;
    std::uint16_t port = 6379;
    /// Absolute path of a Unix socket; empty: none.
    std::string unix_path;
    bool tls = false;
    std::uint32_t database = 0;

    /// For messages: "redis.example:6379", "[::1]:6379" or "unix:/path".
    [[nodiscard]] std::string text() const;
};

/// Read `redis://HOST[:PORT][/DATABASE]`, `rediss://…` for TLS, or `unix:/PATH`. Resolves no name.
/// @return config.invalid_value, which does not repeat the address: a user or a password in it is
///         refused, and so is, without TLS, whatever is not loopback.
[[nodiscard]] Result<RedisAddress> parse_redis_url(std::string_view url);

/// Do the settings redis_* go together? Also before they are printed, as a password in the address
/// would be printed with it.
/// @param has_password  of redis_password.
/// @return config.invalid_value.
[[nodiscard]] Status check_redis_settings(const Settings& settings, bool has_password);

}  // namespace limpid::service::redis
