#include "service/outbound/url.hpp"

#include <charconv>
#include <cstddef>
#include <utility>

#include <curl/curl.h>

namespace limpid::service::outbound {
namespace {

constexpr std::size_t kMaxUrlBytes = 2048;

std::unexpected<Error> malformed() {
    return fail(ErrorCode::network_malformed_address, "this is no URL that may be called");
}

}  // namespace

void Url::Free::operator()(Curl_URL* handle) const noexcept { curl_url_cleanup(handle); }

std::string Url::part(int which) const {
    char* text = nullptr;
    const CURLUcode code =
        curl_url_get(handle_.get(), static_cast<CURLUPart>(which), &text, CURLU_DEFAULT_PORT);
    if (code != CURLUE_OK) return {};
    const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
    return text;
}

Result<Url> Url::parse(const std::string& text) {
    if (text.size() > kMaxUrlBytes || text.contains('\0')) return malformed();
    Url url;
    url.handle_.reset(curl_url());
    if (!url.handle_) return fail(ErrorCode::memory_exhausted);
    const CURLUcode code =
        curl_url_set(url.handle_.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER);
    if (code != CURLUE_OK) return malformed();
    const std::string scheme = url.part(CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http") return malformed();
    url.encrypted_ = scheme == "https";
    url.host_ = url.part(CURLUPART_HOST);
    const std::string port = url.part(CURLUPART_PORT);
    const auto [stopped, error] =
        std::from_chars(port.data(), port.data() + port.size(), url.port_);
    if (url.host_.empty() || error != std::errc() || url.port_ == 0) return malformed();
    return url;
}

std::string Url::origin() const {
    return (encrypted_ ? "https://" : "http://") + host_ + ":" + std::to_string(port_);
}

Result<Url> parse_allowed_url(const std::string& text, const HostRules& rules) {
    auto url = Url::parse(text);
    if (!url) return url;
    if (Status status = rules.check(url->host(), url->port(), url->encrypted()); !status) {
        return std::unexpected(std::move(status).error());
    }
    return url;
}

Result<Url> parse_trusted_url(const std::string& text, const HostRules& rules) {
    auto url = parse_allowed_url(text, rules);
    if (!url || url->encrypted() || rules.is_own_address(url->host())) return url;
    return fail(ErrorCode::network_forbidden_address,
                url->origin() + " is not encrypted, and no address of outbound_networks");
}

}  // namespace limpid::service::outbound
