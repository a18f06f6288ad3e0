#include "limpid/security/forwarded.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxElements = 64;
constexpr std::size_t kMaxHeaderBytes = 8192;

/// Names that proxy-addr, and so Express, gives to networks.
struct NamedNetworks {
    std::string_view name;
    std::string_view networks;
};
constexpr std::array kNamed = {
    NamedNetworks{"loopback", "127.0.0.0/8, ::1"},
    NamedNetworks{"linklocal", "169.254.0.0/16, fe80::/10"},
    NamedNetworks{"uniquelocal", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"},
};

std::string_view trimmed_element(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The elements that are not empty, in order.
std::vector<std::string_view> list_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view element = trimmed_element(text.substr(0, comma));
        if (!element.empty()) out.push_back(element);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return false;
    std::uint32_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value <= 65535;
}

/// The host of `host`, `host:port`, `[v6]` or `[v6]:port`; nothing when the port is no port.
std::optional<std::string_view> without_port(std::string_view text) {
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon == std::string_view::npos) return text;
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    return text.substr(0, colon);
}

std::optional<IpAddress> forwarded_address(std::string_view element) {
    if (const auto plain = IpAddress::parse(element)) return *plain;
    std::optional<std::string_view> host = without_port(element);
    if (!host) return std::nullopt;
    if (host->starts_with('[')) {
        if (!host->ends_with(']') || host->find(':') == std::string_view::npos) return std::nullopt;
        host = host->substr(1, host->size() - 2);
    }
    const auto address = IpAddress::parse(*host);
    if (!address) return std::nullopt;
    return *address;
}

std::unexpected<Error> malformed_header(std::string_view header, std::string_view found) {
    return fail(ErrorCode::network_malformed_forwarding,
                std::string(header) + ": '" + excerpt(found) + "'");
}

Result<IpAddress> client_of(const IpAddress& peer, std::string_view header,
                            const TrustedProxies& trusted) {
    constexpr std::string_view kName = "X-Forwarded-For";
    if (header.size() > kMaxHeaderBytes) return malformed_header(kName, "more than 8 KiB");
    const auto elements = list_of(header);
    if (elements.size() > kMaxElements) return malformed_header(kName, "more than 64 elements");
    IpAddress client = peer;
    for (std::size_t step = 0; step < elements.size() && trusted.trusts(client, step); ++step) {
        const std::string_view element = elements[elements.size() - 1 - step];
        const auto address = forwarded_address(element);
        if (!address) return malformed_header(kName, element);
        client = *address;
    }
    return client;
}

std::string lower_name(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

Status read_scheme(std::string_view header, ForwardedRequest& out) {
    const auto values = list_of(header.substr(0, kMaxHeaderBytes));
    const std::string scheme = values.empty() ? std::string() : lower_name(values.back());
    if (scheme != "http" && scheme != "https") return malformed_header("X-Forwarded-Proto", header);
    out.scheme = scheme;
    return {};
}

Status read_host(std::string_view header, ForwardedRequest& out) {
    const auto values = list_of(header.substr(0, kMaxHeaderBytes));
    const auto host = values.empty() ? std::nullopt : without_port(values.back());
    if (!host || !parse_host(*host)) return malformed_header("X-Forwarded-Host", header);
    out.host = lower_name(values.back());
    return {};
}

}  // namespace

TrustedProxies TrustedProxies::hops(std::uint32_t count) noexcept {
    TrustedProxies proxies;
    proxies.who_ = count;
    return proxies;
}

TrustedProxies TrustedProxies::networks(std::vector<IpNetwork> networks) noexcept {
    TrustedProxies proxies;
    proxies.who_ = std::move(networks);
    return proxies;
}

TrustedProxies TrustedProxies::everybody() noexcept {
    TrustedProxies proxies;
    proxies.who_ = Everybody{};
    return proxies;
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view text) {
    const std::string_view value = trimmed_element(text);
    if (value == "false") return TrustedProxies();
    if (value == "true") return everybody();
    if (is_port(value)) {  // up to five digits
        std::uint32_t count = 0;
        for (const char c : value) count = count * 10 + static_cast<std::uint32_t>(c - '0');
        if (count <= kMaxElements) return hops(count);
    }
    std::vector<IpNetwork> all;
    for (const std::string_view element : list_of(value)) {
        const auto* const named = std::ranges::find(kNamed, element, &NamedNetworks::name);
        const auto parsed = parse_networks(named == kNamed.end() ? element : named->networks);
        if (!parsed) {
            return fail(ErrorCode::policy_malformed, "trusted proxies: '" + excerpt(element) + "'");
        }
        all.insert(all.end(), parsed->begin(), parsed->end());
    }
    if (all.empty()) return fail(ErrorCode::policy_malformed, "trusted proxies: nothing named");
    return networks(std::move(all));
}

bool TrustedProxies::trusts(const IpAddress& peer, std::size_t distance) const noexcept {
    if (const auto* count = std::get_if<std::uint32_t>(&who_)) return distance < *count;
    if (const auto* named = std::get_if<std::vector<IpNetwork>>(&who_)) {
        return contains(*named, peer);
    }
    return true;
}

bool TrustedProxies::trusts_everybody() const noexcept {
    return std::holds_alternative<Everybody>(who_);
}

Result<ForwardedRequest> resolve_client(const IpAddress& peer, const ForwardingHeaders& headers,
                                        const TrustedProxies& trusted) {
    ForwardedRequest out{peer, std::nullopt, std::nullopt};
    if (!trusted.trusts(peer, 0)) return out;
    if (headers.forwarded_for) {
        const auto client = client_of(peer, *headers.forwarded_for, trusted);
        if (!client) return std::unexpected(client.error());
        out.client = *client;
    }
    Status read;
    if (headers.forwarded_proto) read = read_scheme(*headers.forwarded_proto, out);
    if (read && headers.forwarded_host) read = read_host(*headers.forwarded_host, out);
    if (!read) return std::unexpected(std::move(read).error());
    return out;
}

}  // namespace limpid::security
