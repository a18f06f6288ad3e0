#include <algorithm>
#include <cstddef>

#include "base/text.hpp"
#include "limpid/security/network.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxNetworks = 1000;
constexpr int kMappedBits = 96;

/// Are the first `bits` bits of both the same?
bool same_prefix(const IpAddress& a, const IpAddress& b, int bits) noexcept {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(a.bytes().begin(), a.bytes().begin() + bits / 8, b.bytes().begin())) {
        return false;
    }
    if (bits % 8 == 0) return true;
    const int shift = 8 - bits % 8;
    return a.bytes()[whole] >> shift == b.bytes()[whole] >> shift;
}

/// Is every bit after the first `bits` zero?
bool zero_after(const IpAddress& address, int bits) noexcept {
    for (int i = bits; i < 128; ++i) {
        const std::uint8_t byte = address.bytes()[static_cast<std::size_t>(i / 8)];
        if ((byte >> (7 - i % 8) & 1) != 0) return false;
    }
    return true;
}

std::optional<int> parse_prefix(std::string_view text, int max) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    if (value > max) return std::nullopt;
    return value;
}

}  // namespace

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::network_malformed_range,
                    "'" + excerpt(text) + "': " + std::string(why));
    };
    const std::size_t slash = text.find('/');
    const auto first = IpAddress::parse(text.substr(0, slash));
    if (!first) return refuse("no address before the slash");
    // ::ffff:10.0.0.0/104 is 10.0.0.0/8 and could be meant as either; the plain form is asked for.
    const bool mapped = first->is_v4() && text.find(':') != std::string_view::npos;
    if (mapped) return refuse("write an IPv4 range as IPv4");
    const int bits = first->is_v4() ? 32 : 128;
    int prefix = bits;
    if (slash != std::string_view::npos) {
        const auto given = parse_prefix(text.substr(slash + 1), bits);
        if (!given) return refuse("the prefix length is not 0.." + std::to_string(bits));
        prefix = *given;
    }
    const int leading = first->is_v4() ? kMappedBits : 0;
    if (!zero_after(*first, leading + prefix)) return refuse("bits after the prefix are set");
    return IpNetwork(*first, prefix);
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
    if (address.is_v4() != first_.is_v4()) return false;
    return same_prefix(first_, address, prefix_bits_ + (first_.is_v4() ? kMappedBits : 0));
}

Result<std::vector<IpNetwork>> parse_networks(std::string_view text) {
    constexpr std::string_view kSeparators = ", \t";
    std::vector<IpNetwork> out;
    while (true) {
        const std::size_t begin = text.find_first_not_of(kSeparators);
        if (begin == std::string_view::npos) return out;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
        auto network = IpNetwork::parse(text.substr(0, end));
        if (!network) return std::unexpected(std::move(network).error());
        if (out.size() == kMaxNetworks) {
            return fail(ErrorCode::network_malformed_range,
                        "more than " + std::to_string(kMaxNetworks) + " ranges");
        }
        out.push_back(*network);
        text.remove_prefix(end);
    }
}

bool contains(const std::vector<IpNetwork>& networks, const IpAddress& address) noexcept {
    return std::ranges::any_of(networks, [&](const IpNetwork& n) { return n.contains(address); });
}

}  // namespace limpid::security
