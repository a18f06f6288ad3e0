#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "service/http_message.hpp"

// The cookie that carries a session's token.
namespace limpid::service::identity {

/// With the prefix browsers take it over TLS only, for one host and all its paths, and no other
/// host of the domain can set it.
inline constexpr std::string_view kSecureCookie = "__Host-limpid";
/// Over plain HTTP at loopback, where browsers refuse the other.
inline constexpr std::string_view kPlainCookie = "limpid";

/// A cookie's value in the header Cookie; empty for none, and for one that comes twice: who sends
/// two does not know which is theirs.
[[nodiscard]] std::string cookie_value(const RequestHead& head, std::string_view name);

/// Does the request carry a cookie of this name, whatever its value?
[[nodiscard]] bool has_cookie(const RequestHead& head, std::string_view name);

/// A header Set-Cookie. @param max_age_s  0: the browser forgets it.
[[nodiscard]] std::string set_cookie(std::string_view token, bool secure, std::uint64_t max_age_s);

}  // namespace limpid::service::identity
