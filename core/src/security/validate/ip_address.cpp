#include <algorithm>
#include <charconv>
#include <cstddef>
#include <span>

#include "base/text.hpp"
#include "limpid/security/network.hpp"

namespace limpid::security {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// One of the four numbers: no sign, no leading zero, at most 255.
std::optional<std::uint8_t> decimal_byte(std::string_view text) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255) return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

std::optional<std::array<std::uint8_t, 4>> parse_v4(std::string_view text) {
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::size_t dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return std::nullopt;
        const auto byte = decimal_byte(text.substr(0, dot));
        if (!byte) return std::nullopt;
        bytes[i] = *byte;
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return bytes;
}

std::optional<std::uint16_t> hex_group(std::string_view text) {
    std::uint16_t value = 0;
    const char* const first = text.data();
    const char* const end = first + text.size();
    if (text.empty() || text.size() > 4 || text[0] == '-') return std::nullopt;
    const auto [stop, error] = std::from_chars(first, end, value, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

/// Appends the groups of `text`, of which an IPv4 address may be the last two. Empty text has none.
bool append_groups(std::string_view text, std::vector<std::uint16_t>& groups) {
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view part = text.substr(0, colon);
        if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
            const auto v4 = parse_v4(part);
            if (!v4) return false;
            groups.push_back(static_cast<std::uint16_t>((*v4)[0] << 8U | (*v4)[1]));
            groups.push_back(static_cast<std::uint16_t>((*v4)[2] << 8U | (*v4)[3]));
            return true;
        }
        const auto group = hex_group(part);
        if (!group || groups.size() > 8) return false;
        groups.push_back(*group);
        if (colon == std::string_view::npos) return true;
        text.remove_prefix(colon + 1);
        if (text.empty()) return false;  // a colon at the end
    }
    return true;
}

std::optional<std::array<std::uint8_t, 16>> parse_v6(std::string_view text) {
    constexpr std::size_t kGroups = 8;
    std::vector<std::uint16_t> head;
    std::vector<std::uint16_t> tail;
    const std::size_t gap = text.find("::");
    if (!append_groups(text.substr(0, gap), head)) return std::nullopt;
    if (gap == std::string_view::npos) {
        if (head.size() != kGroups) return std::nullopt;
    } else {
        // An IPv4 address ends the text, so it may not stand before the gap.
        if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
        if (!append_groups(text.substr(gap + 2), tail)) return std::nullopt;
        if (head.size() + tail.size() >= kGroups) return std::nullopt;
    }
    head.resize(kGroups - tail.size());
    head.insert(head.end(), tail.begin(), tail.end());
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < kGroups; ++i) {
        bytes[2 * i] = static_cast<std::uint8_t>(head[i] >> 8U);
        bytes[2 * i + 1] = static_cast<std::uint8_t>(head[i] & 0xFFU);
    }
    return bytes;
}

/// RFC 5952 section 4.2: the first of the longest runs of at least two zero groups.
std::pair<std::size_t, std::size_t> longest_zero_run(std::span<const std::uint16_t, 8> groups) {
    std::size_t best = 0;
    std::size_t best_length = 1;
    for (std::size_t i = 0; i < groups.size();) {
        std::size_t end = i;
        while (end < groups.size() && groups[end] == 0) ++end;
        if (end - i > best_length) best = i, best_length = end - i;
        i = std::max(end, i + 1);
    }
    return {best, best_length > 1 ? best_length : 0};
}

std::string v6_text(const std::array<std::uint8_t, 16>& bytes) {
    std::array<std::uint16_t, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8U | bytes[2 * i + 1]);
    }
    const auto [gap, gap_length] = longest_zero_run(groups);
    std::string out;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (gap_length > 0 && i == gap) {
            out += "::";
            i += gap_length - 1;
            continue;
        }
        if (!out.empty() && !out.ends_with(':')) out += ':';
        std::array<char, 4> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + 4, groups[i], 16).ptr;
        out.append(digits.data(), end);
    }
    return out;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) noexcept {
    IpAddress address;
    std::ranges::copy(bytes, address.bytes_.begin() + 12);
    return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) noexcept {
    IpAddress address;
    address.bytes_ = bytes;
    return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    if (const auto bytes = parse_v4(text)) return v4(*bytes);
    // 45 is the longest: 0000:0000:0000:0000:0000:ffff:255.255.255.255
    if (text.size() <= 45) {
        if (text.find(':') != std::string_view::npos) {
            if (const auto bytes = parse_v6(text)) return v6(*bytes);
        }
    }
    return fail(ErrorCode::network_malformed_address, "'" + excerpt(text) + "'");
}

bool IpAddress::is_v4() const noexcept {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::optional<std::array<std::uint8_t, 4>> IpAddress::v4_bytes() const noexcept {
    if (!is_v4()) return std::nullopt;
    return std::array<std::uint8_t, 4>{bytes_[12], bytes_[13], bytes_[14], bytes_[15]};
}

std::string to_string(const IpAddress& address) {
    const auto v4 = address.v4_bytes();
    if (!v4) return v6_text(address.bytes());
    std::string out;
    for (const std::uint8_t byte : *v4) {
        if (!out.empty()) out += '.';
        out += std::to_string(byte);
    }
    return out;
}

}  // namespace limpid::security
