#include "limpid/security/outbound.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace limpid::security {
namespace {

using enum AddressClass;

struct V4Range {
    std::array<std::uint8_t, 4> first;
    int bits;
    AddressClass value;
};

// IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771). First match counts.
constexpr V4Range kV4[] = {
    {{0, 0, 0, 0}, 32, unspecified},
    {{0, 0, 0, 0}, 8, this_network},
    {{10, 0, 0, 0}, 8, private_use},
    {{100, 64, 0, 0}, 10, shared},
    {{127, 0, 0, 0}, 8, loopback},
    {{169, 254, 0, 0}, 16, link_local},
    {{172, 16, 0, 0}, 12, private_use},
    {{192, 0, 0, 0}, 24, protocol_assignment},
    {{192, 0, 2, 0}, 24, documentation},
    {{192, 31, 196, 0}, 24, protocol_assignment},  // AS112
    {{192, 52, 193, 0}, 24, protocol_assignment},  // AMT
    {{192, 88, 99, 0}, 24, protocol_assignment},   // 6to4 relay anycast, deprecated
    {{192, 168, 0, 0}, 16, private_use},
    {{192, 175, 48, 0}, 24, protocol_assignment},  // AS112
    {{198, 18, 0, 0}, 15, benchmarking},
    {{198, 51, 100, 0}, 24, documentation},
    {{203, 0, 113, 0}, 24, documentation},
    {{224, 0, 0, 0}, 4, multicast},
    {{240, 0, 0, 0}, 4, reserved},
};

struct V6Range {
    std::array<std::uint16_t, 8> first;
    int bits;
    AddressClass value;
};

// IANA IPv6 Special-Purpose Address Registry, and multicast (RFC 4291). First match counts.
constexpr V6Range kV6[] = {
    {{}, 128, unspecified},
    {{0, 0, 0, 0, 0, 0, 0, 1}, 128, loopback},
    {{0x64, 0xff9b, 1}, 48, local_translation},
    {{0x100}, 64, discard},
    {{0x2001, 2}, 48, benchmarking},
    {{0x2001, 0x10}, 28, protocol_assignment},  // ORCHID, deprecated
    {{0x2001, 0x20}, 28, protocol_assignment},  // ORCHIDv2
    {{0x2001, 0x30}, 28, protocol_assignment},  // drone remote identification
    {{0x2001, 0xdb8}, 32, documentation},
    {{0x2620, 0x4f, 0x8000}, 48, protocol_assignment},  // AS112
    {{0x3fff}, 20, documentation},
    {{0x5f00}, 16, protocol_assignment},  // segment routing
    {{0xfc00}, 7, unique_local},
    {{0xfe80}, 10, link_local},
    {{0xfec0}, 10, site_local},
    {{0xff00}, 8, multicast},
};

using Bytes16 = std::array<std::uint8_t, 16>;

/// Does `address` begin with the first `bits` bits of `prefix`? Both are sixteen bytes or four.
template <std::size_t N>
bool begins_with(const std::array<std::uint8_t, N>& address,
                 const std::array<std::uint8_t, N>& prefix, int bits) noexcept {
    for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
        const int shift = bits >= 8 ? 0 : 8 - bits;
        if (address[i] >> shift != prefix[i] >> shift) return false;
    }
    return true;
}

constexpr Bytes16 bytes_of(const std::array<std::uint16_t, 8>& groups) noexcept {
    Bytes16 out{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        out[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8U);
        out[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xFFU);
    }
    return out;
}

AddressClass classify_v4(const std::array<std::uint8_t, 4>& address) noexcept {
    for (const V4Range& range : kV4) {
        if (begins_with(address, range.first, range.bits)) return range.value;
    }
    return global;
}

/// Where IPv6 carries IPv4: the prefix, the first byte of the IPv4 address, and whether its bits
/// are inverted.
struct Carrier {
    std::array<std::uint16_t, 8> prefix;
    std::size_t offset;
    int bits;
    std::uint8_t inverted;
};

constexpr Carrier kCarriers[] = {
    {{}, 12, 96, 0},                    // IPv4-compatible, deprecated (RFC 4291)
    {{0, 0, 0, 0, 0xffff}, 12, 96, 0},  // IPv4-translated, deprecated (RFC 2765)
    {{0x64, 0xff9b}, 12, 96, 0},        // NAT64 (RFC 6052)
    {{0x2002}, 2, 16, 0},               // 6to4 (RFC 3056)
    {{0x2001}, 4, 32, 0},               // Teredo's server (RFC 4380)
    {{0x2001}, 12, 32, 0xFF},           // Teredo's client, obscured
};

AddressClass classify_at(const Bytes16& bytes, std::size_t offset, std::uint8_t inverted) noexcept {
    std::array<std::uint8_t, 4> v4{};
    for (std::size_t i = 0; i < v4.size(); ++i) {
        v4[i] = static_cast<std::uint8_t>(bytes[offset + i] ^ inverted);
    }
    return classify_v4(v4);
}

/// The class of the IPv4 addresses within, the first that is not global.
AddressClass classify_carried(const Bytes16& bytes) noexcept {
    for (const Carrier& carrier : kCarriers) {
        if (!begins_with(bytes, bytes_of(carrier.prefix), carrier.bits)) continue;
        const AddressClass found = classify_at(bytes, carrier.offset, carrier.inverted);
        if (found != global) return found;
    }
    // ISATAP (RFC 5214): ::0:5efe:a.b.c.d or ::200:5efe:a.b.c.d under any prefix.
    const bool isatap =
        (bytes[8] & 0xFDU) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
    return isatap ? classify_at(bytes, 12, 0) : global;
}

std::unexpected<Error> forbidden_address(std::string_view what, std::string_view why) {
    return fail(ErrorCode::network_forbidden_address,
                std::string(what) + " is " + std::string(why));
}

}  // namespace

std::string_view to_string(AddressClass value) noexcept {
    constexpr std::array<std::string_view, 16> kClassNames = {
        "global",           "unspecified",   "this_network", "loopback",     "private_use",
        "shared",           "link_local",    "site_local",   "unique_local", "protocol_assignment",
        "benchmarking",     "documentation", "multicast",    "reserved",     "discard",
        "local_translation"};
    return kClassNames[static_cast<std::size_t>(value)];
}

AddressClass classify(const IpAddress& address) noexcept {
    if (const auto v4 = address.v4_bytes()) return classify_v4(*v4);
    for (const V6Range& range : kV6) {
        if (begins_with(address.bytes(), bytes_of(range.first), range.bits)) return range.value;
    }
    return classify_carried(address.bytes());
}

Status check_outbound(const IpAddress& address, const OutboundPolicy& policy) {
    if (contains(policy.deny, address))
        return forbidden_address(to_string(address), "denied by name");
    const AddressClass found = classify(address);
    if (found == global || contains(policy.allow, address)) return {};
    return forbidden_address(to_string(address), to_string(found));
}

Status check_outbound_host(std::string_view text, const OutboundPolicy& policy) {
    const auto host = parse_host(text);
    if (!host) return std::unexpected(host.error());
    if (const IpAddress* address = host->address()) return check_outbound(*address, policy);
    // RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal.
    constexpr std::array<std::string_view, 4> kLocal = {".localhost", ".local", ".internal",
                                                        ".home.arpa"};
    const std::string& name = *host->name();
    const bool local = name.find('.') == std::string::npos ||
                       std::ranges::any_of(kLocal, [&](auto end) { return name.ends_with(end); });
    if (local) return forbidden_address(name, "a name of this machine or a local network");
    return {};
}

}  // namespace limpid::security
