#include "service/redis/redis_address.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "limpid/security/network.hpp"
#include "service/listen_address.hpp"
#include "service/unix_socket.hpp"

namespace limpid::service::redis {
namespace {

// As many as a Redis may be built with; it has 16 by default.
constexpr std::uint32_t kMaxDatabase = 65'535;
constexpr std::size_t kMaxPrefixBytes = 64;

/// Never with the address in it: who errs may have put a password anywhere.
std::unexpected<Error> refuse(std::string_view why) {
    return fail(ErrorCode::config_invalid_value, "redis_url: " + std::string(why));
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

/// HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT.
bool read_authority(std::string_view text, RedisAddress& out) {
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == std::string_view::npos) return false;
    const std::size_t host_size = std::min(bracketed ? host_end + 1 : host_end, text.size());
    const std::string_view port = text.substr(host_size);
    if (!port.empty() && (port.front() != ':' || !read_number(port.substr(1), out.port))) {
        return false;
    }
    const auto host = security::parse_host(text.substr(0, host_size));
    if (!host || out.port == 0) return false;
    out.host = host->address() != nullptr ? to_string(*host->address()) : *host->name();
    return true;
}

bool on_this_machine(const RedisAddress& address) {
    // RFC 6761 section 6.3: the one name that must mean loopback.
    if (address.host == "localhost") return true;
    const auto number = security::IpAddress::parse(address.host);
    return number && is_loopback(*number);
}

bool is_prefix(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == ':' || c == '_' || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= kMaxPrefixBytes && std::ranges::all_of(text, plain);
}

}  // namespace

std::string RedisAddress::text() const {
    if (!unix_path.empty()) return "unix:" + unix_path;
    const std::string number = ":" + std::to_string(port);
    return host.contains(':') ? "[" + host + "]" + number : host + number;
}

Result<RedisAddress> parse_redis_url(std::string_view url) {
    if (url.contains('@') || url.contains('?') || url.contains('#')) {
        return refuse(
            "it holds a user, a password or options; use redis_user and redis_password instead");
    }
    RedisAddress out;
    if (url.starts_with("unix:")) {
        out.unix_path = url.substr(5);
        if (out.unix_path.starts_with('/') && !out.unix_path.ends_with('/') &&
            out.unix_path.size() <= kMaxUnixPathBytes) {
            return out;
        }
        return refuse("expected the absolute path of a socket after unix:");
    }
    out.tls = url.starts_with("rediss://");
    if (!out.tls && !url.starts_with("redis://")) {
        return refuse("expected redis://HOST:PORT/DATABASE, rediss:// for TLS, or unix:/PATH");
    }
    url.remove_prefix(url.find("//") + 2);
    const std::size_t slash = std::min(url.find('/'), url.size());
    const std::string_view database = url.substr(std::min(slash + 1, url.size()));
    if (!read_authority(url.substr(0, slash), out) ||
        (!database.empty() && !read_number(database, out.database)) ||
        out.database > kMaxDatabase) {
        return refuse("host, port or database cannot be read");
    }
    if (!out.tls && !on_this_machine(out)) {
        return refuse(
            "beyond this machine the password and what is kept would cross the network in clear; "
            "use rediss://");
    }
    return out;
}

Status check_redis_settings(const Settings& settings, bool has_password) {
    if (settings.redis_url.empty()) {
        const bool none = settings.redis_ca_file.empty() && settings.redis_user.empty();
        return none ? Status()
                    : fail(ErrorCode::config_invalid_value,
                           "redis_ca_file and redis_user need redis_url");
    }
    const auto address = parse_redis_url(settings.redis_url);
    if (!address) return std::unexpected(address.error());
    if (!has_password) {
        return fail(ErrorCode::config_invalid_value,
                    "redis_url needs redis_password: it also hides whom the limits count");
    }
    if (!address->tls && !settings.redis_ca_file.empty()) {
        return fail(ErrorCode::config_invalid_value, "redis_ca_file needs rediss:// in redis_url");
    }
    if (!is_prefix(settings.redis_prefix)) {
        return fail(ErrorCode::config_invalid_value,
                    "redis_prefix: expected 1 to 64 letters, digits, `:`, `_`, `-` and `.`");
    }
    return {};
}

}  // namespace limpid::service::redis
