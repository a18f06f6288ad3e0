#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::crypto {

/// What an X.509 certificate says, for judging a configuration. Nothing here decides trust.
struct Certificate {
    /// Names as RFC 2253 writes them.
    std::string subject, issuer;
    security::UnixSeconds not_before, not_after;
    /// DNS names and addresses of subjectAltName.
    std::vector<std::string> names;
    /// "RSA", "EC", "ED25519", as OpenSSL names the kind of the public key.
    std::string key_kind;
    int key_bits = 0;
    /// Digest of the signature, "SHA256"; empty where the algorithm has none of its own.
    std::string signature_digest;
    /// Is it signed with its own key?
    bool self_signed = false;
    /// Is it signed by the certificate after it? True for the last one.
    bool signed_by_next = true;
};

/// Largest file of certificates that is read, in bytes, and most certificates in it.
inline constexpr std::size_t kMaxCertificateBytes = 1U << 20U;
inline constexpr std::size_t kMaxCertificates = 16;

/// Read a chain in PEM, the server's own certificate first.
/// @return key.malformed when there is none, one is damaged, or there are too many. Thread-safe.
[[nodiscard]] Result<std::vector<Certificate>> read_certificates(std::string_view pem);

/// Is `key`, a private key in PEM, the one of the first certificate?
/// @return key.malformed; key.wrong_password for an encrypted key, which is not opened.
/// Thread-safe.
[[nodiscard]] Result<bool> is_key_of(const security::Secret& key, std::string_view certificates);

/// Version of the OpenSSL that is loaded, "3.0.11".
[[nodiscard]] std::string openssl_version();

}  // namespace limpid::crypto
