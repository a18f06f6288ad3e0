#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "doctor/http_client.hpp"
#include "limpid/security/network.hpp"
#include "platform/printable.hpp"
#include "service/listen_address.hpp"
#include "service/text.hpp"

namespace limpid::doctor {
namespace {

std::unexpected<Error> refuse_url(std::string_view text) {
    return fail(ErrorCode::usage_invalid,
                "`" + platform::printable(text) + "` is no URL http://HOST[:PORT][/PATH]");
}

bool is_url_character(char c) { return c > ' ' && c < 0x7F && c != '#' && c != '"' && c != '<'; }

/// Read `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT` into `url`.
bool take_authority(HttpUrl& url, std::string_view text) {
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port) {
        const std::string_view port = text.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (error != std::errc() || end != port.data() + port.size() || url.port == 0) return false;
        text = text.substr(0, colon);
    }
    const auto host = security::parse_host(text);
    if (!host) return false;
    url.host = host->address() != nullptr ? to_string(*host->address()) : *host->name();
    return true;
}

}  // namespace

std::string HttpUrl::authority() const {
    const std::string name = host.contains(':') ? "[" + host + "]" : host;
    const bool usual = port == (https ? 443 : 80);
    return usual ? name : name + ":" + std::to_string(port);
}

bool HttpUrl::is_loopback() const {
    const auto address = security::IpAddress::parse(host);
    return address ? service::is_loopback(*address) : host == "localhost";
}

Result<HttpUrl> parse_http_url(std::string_view text) {
    HttpUrl url;
    std::string_view rest = text;
    if (text.starts_with("https://")) {
        url.https = true;
        url.port = 443;
        rest.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return refuse_url(text);
    }
    for (const char c : rest) {
        if (!is_url_character(c)) return refuse_url(text);
    }
    const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, slash);
    if (authority.contains('@') || !take_authority(url, authority)) return refuse_url(text);
    const std::string_view path = rest.substr(slash);
    if (path.starts_with('?')) url.path = "/" + std::string(path);
    if (path.starts_with('/')) url.path = path;
    return url;
}

std::optional<std::string_view> HttpReply::field(std::string_view name) const {
    for (const security::HeaderField& header : fields) {
        if (service::equal_ignoring_case(header.name, name)) return header.value;
    }
    return std::nullopt;
}

}  // namespace limpid::doctor
