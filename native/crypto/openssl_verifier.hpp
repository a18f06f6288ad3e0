#pragma once

#include "limpid/security/asymmetric_verifier.hpp"

namespace limpid::crypto {

/// RS256, PS256 (salt of 32 bytes, RFC 7518 section 3.5) and ES256 by OpenSSL 3's libcrypto.
/// Has no state: one serves every thread.
class OpenSslVerifier final : public security::AsymmetricVerifier {
public:
    /// See AsymmetricVerifier. Keys are checked at every call: a point off the curve is invalid.
    [[nodiscard]] security::AsymmetricVerdict verify(
        const security::AsymmetricPublicKey& key, security::Bytes message,
        security::Bytes signature) const noexcept override;
};

/// Have libcrypto read now what it would read at its first use, for a process that soon can open no
/// file.
void prepare_openssl() noexcept;

}  // namespace limpid::crypto
