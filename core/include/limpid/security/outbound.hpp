#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/network.hpp"

namespace limpid::security {

/// What an address is for, by the special-purpose registries of IANA (RFC 6890 and what amended
/// it).
enum class AddressClass : std::uint8_t {
    /// Globally reachable.
    global,
    unspecified,
    this_network,
    loopback,
    private_use,
    shared,
    link_local,
    site_local,
    unique_local,
    protocol_assignment,
    benchmarking,
    documentation,
    multicast,
    reserved,
    discard,
    local_translation,
};

/// "global", "private_use", ….
[[nodiscard]] LIMPID_API std::string_view to_string(AddressClass value) noexcept;

/// The class of an address. An IPv6 address that carries an IPv4 address has that one's class when
/// it is not global: IPv4-mapped, -compatible and -translated, NAT64 (64:ff9b::/96), 6to4
/// (2002::/16), Teredo (2001::/32, server and client) and ISATAP. Thread-safe.
[[nodiscard]] LIMPID_API AddressClass classify(const IpAddress& address) noexcept;

/// Where outgoing connections may go, against server-side request forgery.
struct OutboundPolicy {
    /// Allowed although not global, such as the network of an own object store.
    std::vector<IpNetwork> allow;
    /// Refused although global; wins over `allow`.
    std::vector<IpNetwork> deny;
};

/// May `address` be connected to? Ask for every address a name resolves to, and connect to the very
/// address that was asked for: a name that is resolved again may answer differently.
/// @return network.forbidden_address, whose detail is for the operator's eyes. Thread-safe.
[[nodiscard]] LIMPID_API Status check_outbound(const IpAddress& address,
                                               const OutboundPolicy& policy = {});

/// The same for a host before it is resolved: an address is checked, a name that means this machine
/// or a local network (localhost, .localhost, .local, .internal, .home.arpa, or no dot) is refused.
/// A name that passes says nothing about its addresses.
/// @return network.forbidden_address | network.malformed_address. Thread-safe.
[[nodiscard]] LIMPID_API Status check_outbound_host(std::string_view host,
                                                    const OutboundPolicy& policy = {});

}  // namespace limpid::security
