#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace limpid::crypto {

/// What a TLS server is made of: contents of PEM files, borrowed for the call. The key is a Secret.
struct TlsMaterial {
    /// The server's certificate, then those that lead from it to an authority.
    std::string_view certificate_pem;
    const security::Secret* key = nullptr;
    /// What the key is encrypted with; null: it is not.
    const security::Secret* passphrase = nullptr;
    /// Whose certificates clients must have; empty: clients are not asked for one.
    std::string_view client_authorities_pem = {};
    /// Revocation lists, a current one of every authority that a client's chain may hold; empty:
    /// nothing is revoked.
    std::string_view revocations_pem = {};
};

/// The server side of TLS 1.2 and 1.3 by OpenSSL 3, unchangeable: new files make a new object, and
/// connections made before keep the one they began with. Thread-safe.
///
/// TLS 1.3 with AES-256-GCM, ChaCha20-Poly1305 and AES-128-GCM (RFC 8446 section 9.1 demands the
/// last); TLS 1.2 with ECDHE and the same ciphers, as Mozilla's intermediate configuration 5.7,
/// less its finite-field exchange. No compression, renegotiation, early data or resumption: there
/// is no ticket whose key could leak. The only application protocol is http/1.1.
class TlsServer {
public:
    /// @param now  the certificate and the revocation lists must be valid then.
    /// @return tls.certificate_malformed, tls.certificate_expired, tls.key_malformed,
    ///         tls.key_mismatch; memory.exhausted.
    [[nodiscard]] static Result<std::shared_ptr<const TlsServer>> make(const TlsMaterial& material,
                                                                       security::UnixSeconds now);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    /// The state of one connection, which may outlive this object; whoever asks frees it with
    /// SSL_free(). Null without memory.
    [[nodiscard]] ssl_st* new_connection() const;

private:
    explicit TlsServer(ssl_ctx_st* context) noexcept : context_(context) {}

    ssl_ctx_st* context_;
};

/// The names in the certificate that the client of a finished handshake presented and that was
/// verified: DNS names in lower case without `@` and `:`, e-mail addresses, which have an `@` and
/// no
/// `:`, and URIs, which have a `:`; so none can be taken for one of another kind. Others are left
/// out. Empty without a certificate.
[[nodiscard]] std::vector<std::string> client_names(ssl_st* connection);

}  // namespace limpid::crypto
