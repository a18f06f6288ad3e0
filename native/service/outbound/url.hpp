#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "limpid/error.hpp"
#include "service/outbound/host_rules.hpp"

/// libcurl's CURLU.
struct Curl_URL;

namespace limpid::service::outbound {

/// A URL as libcurl reads it: what is checked here is what it connects to.
class Url {
public:
    /// @return network.malformed_address for what is not http or https, has a user name, or is
    ///         longer than 2048 bytes; its detail has no part of the URL.
    [[nodiscard]] static Result<Url> parse(const std::string& text);

    [[nodiscard]] bool encrypted() const noexcept { return encrypted_; }
    /// Name, address or [address].
    [[nodiscard]] const std::string& host() const noexcept { return host_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// For logs: "https://host:port", without path and query, which may hold secrets.
    [[nodiscard]] std::string origin() const;
    /// Borrowed; for libcurl.
    [[nodiscard]] Curl_URL* handle() const noexcept { return handle_.get(); }

private:
    struct Free {
        void operator()(Curl_URL* handle) const noexcept;
    };
    Url() = default;
    [[nodiscard]] std::string part(int which) const;

    std::unique_ptr<Curl_URL, Free> handle_;
    bool encrypted_ = false;
    std::string host_;
    std::uint16_t port_ = 0;
};

/// May `text` be called, by its host and port? @return as Url::parse() and HostRules::check().
[[nodiscard]] Result<Url> parse_allowed_url(const std::string& text, const HostRules& rules);

/// The same for what must not be changed on its way: https, or http to an address of
/// outbound_networks. @return also network.forbidden_address for other http.
[[nodiscard]] Result<Url> parse_trusted_url(const std::string& text, const HostRules& rules);

}  // namespace limpid::service::outbound
