#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/network.hpp"
#include "limpid/security/outbound.hpp"

namespace limpid::service::outbound {

/// Which servers may be called: the settings outbound_hosts and outbound_networks. Nothing is
/// allowed until it is named. Immutable; thread-safe.
class HostRules {
public:
    /// @param hosts     names and addresses, separated by commas: `example.com` (the ports 80 and
    ///                  443), `example.com:8443`, `*.example.com` (what is below it), `[::1]:80`,
    ///                  `*` (every name that is not of a local network).
    /// @param networks  that may be connected to although they are not global.
    /// @return config.invalid_value, network.malformed_range.
    [[nodiscard]] static Result<HostRules> make(std::string_view hosts, std::string_view networks);

    /// May nothing be called at all?
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

    /// May this server be called? Says nothing about the addresses of a name: ask check_address()
    /// for the very one that is connected to. A name that is listed as it is may be one of a local
    /// network, as containers have them; one that only a `*` fits may not.
    /// @param encrypted  over TLS: decides the port of entries without one.
    /// @return network.forbidden_address, network.malformed_address; their details are for the
    ///         operator.
    [[nodiscard]] Status check(std::string_view host, std::uint16_t port, bool encrypted) const;

    /// May this address be connected to? @return network.forbidden_address.
    [[nodiscard]] Status check_address(const security::IpAddress& address) const {
        return security::check_outbound(address, networks_);
    }

    /// Is the host an address in outbound_networks? What goes there may go unencrypted.
    [[nodiscard]] bool is_own_address(std::string_view host) const;

private:
    struct Entry {
        /// An address, or a name in lower case; with `is_wildcard` what must stand behind the
        /// name's first parts, and nothing for any.
        security::Host host;
        bool is_wildcard = false;
        /// Absent: 443 with TLS, 80 without.
        std::optional<std::uint16_t> port;
    };
    [[nodiscard]] static Result<Entry> read_entry(std::string_view text);
    [[nodiscard]] static bool fits(const Entry& entry, const security::Host& host);

    std::vector<Entry> entries_;
    security::OutboundPolicy networks_;
};

}  // namespace limpid::service::outbound
