#include <algorithm>
#include <cstddef>

#include "base/text.hpp"
#include "limpid/security/network.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035 section 2.3.4, as text
constexpr std::size_t kMaxLabelBytes = 63;

std::vector<std::string_view> labels_of(std::string_view host) {
    std::vector<std::string_view> labels;
    while (true) {
        const std::size_t dot = host.find('.');
        labels.push_back(host.substr(0, dot));
        if (dot == std::string_view::npos) return labels;
        host.remove_prefix(dot + 1);
    }
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Decimal, 0x hexadecimal or 0 octal, as inet_aton() reads a part; at most 2^32-1.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
    unsigned base = 10;
    if (text.starts_with("0x")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
        text.remove_prefix(1);
    } else if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                                                      : 99;
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
        if (value > 0xFFFF'FFFF) return std::nullopt;
    }
    return value;
}

/// WHATWG URL, "ends in a number": then the host is an IPv4 address or an error.
bool ends_in_number(const std::vector<std::string_view>& labels) {
    return all_digits(labels.back()) ||
           (labels.back().starts_with("0x") && ipv4_number(labels.back()));
}

/// The last part fills what the parts before it leave: 127.1 is 127.0.0.1.
std::optional<IpAddress> legacy_v4(const std::vector<std::string_view>& labels) {
    if (labels.size() > 4) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto number = ipv4_number(labels[i]);
        if (!number) return std::nullopt;
        const bool last = i + 1 == labels.size();
        const std::size_t bits = last ? 8 * (5 - labels.size()) : 8;
        if (*number >> bits != 0) return std::nullopt;
        value = value << bits | *number;
    }
    const auto byte = [&](unsigned shift) {
        return static_cast<std::uint8_t>(value >> shift & 255);
    };
    return IpAddress::v4({byte(24), byte(16), byte(8), byte(0)});
}

bool is_label(std::string_view label) {
    const auto is_name_character = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !label.empty() && label.size() <= kMaxLabelBytes && label.front() != '-' &&
           label.back() != '-' && std::ranges::all_of(label, is_name_character);
}

}  // namespace

Result<Host> parse_host(std::string_view text) {
    const auto refuse = [&] {
        return fail(ErrorCode::network_malformed_address, "host '" + excerpt(text) + "'");
    };
    if (text.starts_with('[')) {
        if (!text.ends_with(']') || text.find(':') == std::string_view::npos) return refuse();
        const auto address = IpAddress::parse(text.substr(1, text.size() - 2));
        if (!address) return refuse();
        return Host{*address};
    }
    std::string host;
    for (const char c : text) host += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (host.ends_with('.')) host.pop_back();
    if (host.empty() || host.size() > kMaxHostBytes) return refuse();
    const auto labels = labels_of(host);
    if (ends_in_number(labels)) {
        const auto address = legacy_v4(labels);
        if (!address) return refuse();
        return Host{*address};
    }
    if (!std::ranges::all_of(labels, is_label)) return refuse();
    return Host{std::move(host)};
}

}  // namespace limpid::security
