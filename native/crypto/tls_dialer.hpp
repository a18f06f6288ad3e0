#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace limpid::crypto {

/// Frees the state of a connection.
struct FreeTlsConnection {
    void operator()(ssl_st* connection) const noexcept;
};
using TlsConnection = std::unique_ptr<ssl_st, FreeTlsConnection>;

/// The client side of TLS 1.2 and 1.3 by OpenSSL 3, to one server, whose chain of certificates and
/// name are verified always: there is no way to switch that off. For libraries that take a
/// connection of OpenSSL and do the rest. Thread-safe.
class TlsDialer {
public:
    /// @param authorities_pem  whose certificates are believed; empty: the system's.
    /// @param host  what the server's certificate must name: a DNS name, or an address.
    /// @return tls.certificate_malformed; memory.exhausted.
    [[nodiscard]] static Result<std::shared_ptr<const TlsDialer>> make(
        std::string_view authorities_pem, std::string host);
    ~TlsDialer();
    TlsDialer(const TlsDialer&) = delete;
    TlsDialer& operator=(const TlsDialer&) = delete;

    /// The state of one connection, which may outlive this object. Null without memory.
    [[nodiscard]] TlsConnection new_connection() const;

private:
    TlsDialer(ssl_ctx_st* context, std::string host) noexcept
        : context_(context), host_(std::move(host)) {}

    ssl_ctx_st* context_;
    std::string host_;
};

/// After a handshake that failed: why the server's certificate was not accepted. Empty: the
/// certificate was not the reason.
[[nodiscard]] std::string why_not_trusted(const ssl_st* connection);

}  // namespace limpid::crypto
