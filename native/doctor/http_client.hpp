#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/origin.hpp"

namespace limpid::doctor {

/// `http://HOST[:PORT][/PATH]` or `https://…`, taken apart.
struct HttpUrl {
    bool https = false;
    /// A name in lower case or an address, without brackets.
    std::string host;
    std::uint16_t port = 80;
    /// With the query; "/" when the URL has none.
    std::string path = "/";

    /// Host as the header of that name has it: "localhost:8080", "[::1]:8080".
    [[nodiscard]] std::string authority() const;
    /// Is the host an address of this machine, or `localhost`?
    [[nodiscard]] bool is_loopback() const;
};

/// @return usage.invalid for anything else, and for a URL with user name, fragment or blanks.
[[nodiscard]] Result<HttpUrl> parse_http_url(std::string_view text);

/// A request. Header values must hold no line ends.
struct HttpRequest {
    std::string method = "GET";
    std::string path = "/";
    std::vector<security::HeaderField> fields = {};
    /// Said in Content-Length while no body is sent: to see whether it is refused before.
    std::optional<std::uint64_t> announced_bytes = {};
};

/// A response.
struct HttpReply {
    int status = 0;
    std::vector<security::HeaderField> fields;
    std::string body;

    /// The value of the first header of that name, whatever its case.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
};

/// How a request is made.
struct HttpOptions {
    /// For all of it but the resolution of a name, whose time the system's resolver decides.
    std::chrono::milliseconds deadline{5'000};
    /// A longer body is an error.
    std::size_t max_body_bytes = 256 * 1024;
    /// PEM file of certificates that are trusted instead of the system's; empty: the system's.
    std::string ca_file = {};
};

/// Ask once, over a connection of its own. Follows no redirection, knows no proxy, and believes a
/// certificate only when it is trusted and names the host.
/// @return service.unreachable saying at which step. Thread-safe.
[[nodiscard]] Result<HttpReply> http_request(const HttpUrl& url, const HttpRequest& request,
                                             const HttpOptions& options = {});

}  // namespace limpid::doctor
