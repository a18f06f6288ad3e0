#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/network.hpp"

namespace limpid::service {

/// Where to listen. A name may stand for several addresses.
struct ListenAddress {
    std::vector<security::IpAddress> addresses;
    std::uint16_t port = 0;
    /// Absolute path of a Unix socket, instead of addresses; empty: none.
    std::string unix_path;
};

/// Read `ADDRESS:PORT`, `[IPV6]:PORT`, `NAME:PORT` or `unix:/PATH`; a name is resolved.
/// @return config.invalid_value.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

/// May only this machine connect: 127.0.0.0/8, ::1, and these mapped to IPv6?
[[nodiscard]] bool is_loopback(const security::IpAddress& address) noexcept;

/// Refuse to serve others without authentication.
/// @return service.exposed when one of the addresses is not loopback and nobody has to
///         authenticate. A Unix socket is not reached from other machines.
[[nodiscard]] Status check_exposure(const ListenAddress& listen, bool authenticated);

}  // namespace limpid::service
