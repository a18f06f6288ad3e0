#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid::security {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (::ffff:0:0/96) is the IPv4 address: the
/// two reach the same host, and rules for one must hold for the other.
class LIMPID_API IpAddress {
public:
    /// 0.0.0.0
    IpAddress() = default;
    [[nodiscard]] static IpAddress v4(std::array<std::uint8_t, 4> bytes) noexcept;
    /// Network byte order.
    [[nodiscard]] static IpAddress v6(const std::array<std::uint8_t, 16>& bytes) noexcept;

    /// Strict text: four decimal numbers without leading zeros, or RFC 4291 section 2.2. No zone,
    /// no port, no brackets, no other bases.
    /// @return network.malformed_address. Thread-safe.
    [[nodiscard]] static Result<IpAddress> parse(std::string_view text);

    /// Is it IPv4, mapped or plain?
    [[nodiscard]] bool is_v4() const noexcept;
    /// The IPv4 address, when it is one.
    [[nodiscard]] std::optional<std::array<std::uint8_t, 4>> v4_bytes() const noexcept;
    /// Network byte order; IPv4 as ::ffff:a.b.c.d.
    [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

    auto operator<=>(const IpAddress&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_ = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};
};

/// Dotted decimal, or RFC 5952: the one text of an address.
[[nodiscard]] LIMPID_API std::string to_string(const IpAddress& address);

/// A range of addresses with a common prefix.
class LIMPID_API IpNetwork {
public:
    /// "10.0.0.0/8", "fd00::/8", or one address without a slash.
    /// @return network.malformed_range, also when bits after the prefix are set: 10.0.0.1/8 is more
    ///         often a mistake than a network. Thread-safe.
    [[nodiscard]] static Result<IpNetwork> parse(std::string_view text);

    /// An IPv4 range holds IPv4 addresses only, and an IPv6 range IPv6 addresses only.
    [[nodiscard]] bool contains(const IpAddress& address) const noexcept;

    /// Its first address.
    [[nodiscard]] const IpAddress& first() const noexcept { return first_; }
    /// 0..32 for IPv4, 0..128 for IPv6.
    [[nodiscard]] int prefix_bits() const noexcept { return prefix_bits_; }

    auto operator<=>(const IpNetwork&) const = default;

private:
    IpNetwork(IpAddress first, int prefix_bits) : first_(first), prefix_bits_(prefix_bits) {}
    IpAddress first_;
    int prefix_bits_;
};

/// Ranges separated by commas or blanks: "10.0.0.0/8, ::1". At most 1000.
/// @return network.malformed_range naming the first that is not one. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::vector<IpNetwork>> parse_networks(std::string_view text);

/// Is the address in one of them?
[[nodiscard]] LIMPID_API bool contains(const std::vector<IpNetwork>& networks,
                                       const IpAddress& address) noexcept;

/// A host as URLs and headers name it.
struct Host {
    /// An address, or a name in lower case without the root's dot.
    std::variant<IpAddress, std::string> value;

    /// The address, when it is one.
    [[nodiscard]] const IpAddress* address() const noexcept {
        return std::get_if<IpAddress>(&value);
    }
    /// The name, when it is one.
    [[nodiscard]] const std::string* name() const noexcept {
        return std::get_if<std::string>(&value);
    }
};

/// Read a host as the URL standard of WHATWG does, so that what is checked is what is connected to:
/// `[::1]`, `127.0.0.1`, and what browsers and inet_aton() take for an IPv4 address: `2130706433`,
/// `0x7f.1`, `017700000001`, `127.1`. A name whose last part is a number is an address or nothing.
/// Names are ASCII letters, digits, `-` and `_`, at most 63 a part and 253 in all; international
/// names come in as punycode.
/// @return network.malformed_address. Thread-safe.
[[nodiscard]] LIMPID_API Result<Host> parse_host(std::string_view text);

}  // namespace limpid::security
