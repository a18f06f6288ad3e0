#include "service/listen_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/printable.hpp"
#include "service/unix_socket.hpp"

namespace limpid::service {
namespace {

using security::IpAddress;

std::unexpected<Error> refuse_address(std::string_view text) {
    return fail(ErrorCode::config_invalid_value,
                "`" + platform::printable(text) +
                    "`; expected ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:8080, or "
                    "unix:/PATH");
}

IpAddress from_sockaddr(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return IpAddress::v4(bytes);
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IpAddress::v6(bytes);
}

/// Every address a name stands for; none when there is none.
std::vector<IpAddress> resolve_name(const std::string& name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* first = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &hints, &first) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(first, &::freeaddrinfo);
    std::vector<IpAddress> addresses;
    for (const addrinfo* found = first; found != nullptr; found = found->ai_next) {
        if (found->ai_family != AF_INET && found->ai_family != AF_INET6) continue;
        const IpAddress address = from_sockaddr(*found->ai_addr);
        if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
    }
    return addresses;
}

/// Names without a slash would be relative, and those of the abstract kind nobody's: they have no
/// mode.
Result<ListenAddress> parse_unix_path(std::string_view text) {
    const std::string_view path = text.substr(text.find(':') + 1);
    if (!path.starts_with('/') || path.ends_with('/') || path.size() > kMaxUnixPathBytes) {
        return refuse_address(text);
    }
    ListenAddress listen;
    listen.unix_path = path;
    return listen;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
    if (text.starts_with("unix:")) return parse_unix_path(text);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return refuse_address(text);
    ListenAddress listen;
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
    if (error != std::errc() || end != port.data() + port.size()) return refuse_address(text);

    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    // Without brackets an IPv6 address could swallow its port.
    if (!bracketed && host.contains(':')) return refuse_address(text);
    if (const auto address = IpAddress::parse(host)) {
        listen.addresses = {*address};
    } else if (!bracketed) {
        listen.addresses = resolve_name(std::string(host));
    }
    if (listen.addresses.empty()) return refuse_address(text);
    return listen;
}

bool is_loopback(const security::IpAddress& address) noexcept {
    // Mapped IPv4 addresses are IPv4 addresses to IpAddress.
    if (const auto v4 = address.v4_bytes()) return (*v4)[0] == 127;
    std::array<std::uint8_t, 16> one{};
    one.back() = 1;
    return address.bytes() == one;
}

Status check_exposure(const ListenAddress& listen, bool authenticated) {
    if (authenticated) return {};
    for (const security::IpAddress& address : listen.addresses) {
        if (!is_loopback(address)) {
            return fail(ErrorCode::service_exposed,
                        to_string(address) + " can be reached from other machines");
        }
    }
    return {};
}

}  // namespace limpid::service
