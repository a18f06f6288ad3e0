#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/security/network.hpp"
#include "limpid/security/origin.hpp"
#include "service/body_stream.hpp"
#include "service/text.hpp"

// What the service knows of HTTP; only connection*.cpp and rpc/ know Beast.
namespace limpid::service {
namespace rpc {
class Place;
}

using security::HeaderField;

/// A request without its body.
struct RequestHead {
    std::string method;
    /// Path and query, exactly as sent.
    std::string target;
    /// As sent, without the query.
    std::string path;
    /// What follows the `?`; empty when nothing does.
    std::string query;
    std::vector<HeaderField> fields;
    /// Who connected.
    security::IpAddress peer;
    /// Did it come over TLS?
    bool encrypted = false;
    /// In the client's certificate, which was verified; see crypto::client_names().
    std::vector<std::string> certificate_names;

    /// The value of a header, whatever its case; several of one name joined by commas, as RFC 9110
    /// section 5.2 says. Absent is not the same as empty.
    [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
    /// Content-Length; absent for chunks and when there is no body. parse_request_head() has
    /// checked it.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;
    /// Does a body follow?
    [[nodiscard]] bool has_body() const;
};

/// A response. The body is `text`, or `bytes` when `owner` is set, or what comes out of `stream`.
struct Response {
    int status = 200;
    std::vector<HeaderField> fields;
    std::string text;
    std::span<const std::byte> bytes;
    /// Keeps `bytes` alive.
    std::shared_ptr<const void> owner;
    /// Sent as it comes, and the connection is closed when it ends.
    std::shared_ptr<BodyStream> stream;
    /// With status 101: speak WebSocket from here on. Holds the connection's place among those that
    /// may be open; null: do not.
    std::shared_ptr<rpc::Place> upgrade;
    /// Close the connection afterwards.
    bool close = false;

    /// What is sent after the head, but for a stream.
    [[nodiscard]] std::span<const std::byte> body() const noexcept {
        return owner ? bytes : std::as_bytes(std::span(text));
    }
};

/// The standard phrase of a status code (RFC 9110 section 15).
[[nodiscard]] std::string_view status_phrase(int status) noexcept;

}  // namespace limpid::service
