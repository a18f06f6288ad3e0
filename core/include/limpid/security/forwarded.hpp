#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/network.hpp"

namespace limpid::security {

/// Which peers may say, by X-Forwarded-For and its siblings, who the client is.
class LIMPID_API TrustedProxies {
public:
    /// Nobody: the headers are ignored. The default.
    TrustedProxies() = default;
    /// The `count` peers nearest to this machine, whoever they are; 0 is nobody.
    [[nodiscard]] static TrustedProxies hops(std::uint32_t count) noexcept;
    /// Peers in these networks, up to the first that is not.
    [[nodiscard]] static TrustedProxies networks(std::vector<IpNetwork> networks) noexcept;
    /// Everybody: the client is what the client says. Only behind a proxy that replaces the header.
    [[nodiscard]] static TrustedProxies everybody() noexcept;

    /// Read a configuration's text: "false", "true", a number of hops up to 64, or networks
    /// separated by commas, of which `loopback`, `linklocal` and `uniquelocal` are names.
    /// @return policy.malformed. Thread-safe.
    [[nodiscard]] static Result<TrustedProxies> parse(std::string_view text);

    /// Is the peer `distance` steps away (0 is who connected) believed?
    [[nodiscard]] bool trusts(const IpAddress& peer, std::size_t distance) const noexcept;
    /// Is everybody believed? Unsafe on a listener that clients reach directly.
    [[nodiscard]] bool trusts_everybody() const noexcept;

private:
    struct Everybody {};
    std::variant<std::uint32_t, std::vector<IpNetwork>, Everybody> who_ = std::uint32_t{0};
};

/// The forwarding headers of a request; several lines of one header are joined by a comma. Absent
/// is not the same as empty.
struct ForwardingHeaders {
    std::optional<std::string_view> forwarded_for;
    std::optional<std::string_view> forwarded_proto;
    std::optional<std::string_view> forwarded_host;
};

/// Who is behind a request.
struct ForwardedRequest {
    IpAddress client;
    /// "http" or "https"; absent when no trusted proxy said.
    std::optional<std::string> scheme;
    /// Lower-case host with the port as sent; absent when no trusted proxy said.
    std::optional<std::string> host;
};

/// Find the client: from the peer leftwards through X-Forwarded-For for as long as each step is
/// trusted. Empty list elements are skipped (RFC 9110 section 5.6.1); `1.2.3.4:567`, `[::1]:567`
/// and
/// `[::1]` are addresses. What stands left of the first untrusted address is never looked at.
///
/// X-Forwarded-Proto and -Host are read from a trusted peer only, and of several values the last,
/// which the nearest proxy wrote.
///
/// @return network.malformed_forwarding when a step that a trusted peer vouches for is not an
/// address,
///         when the header has more than 64 elements or 8 KiB, or scheme or host are not ones.
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<ForwardedRequest> resolve_client(const IpAddress& peer,
                                                                 const ForwardingHeaders& headers,
                                                                 const TrustedProxies& trusted);

}  // namespace limpid::security
