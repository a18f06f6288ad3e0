#pragma once

#include <memory>
#include <string>

#include "crypto/tls_server.hpp"
#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/secret_source.hpp"
#include "service/settings.hpp"

namespace limpid::service {

/// A PEM file that decides who is believed; nobody but its owner may write it. Empty without a
/// path. @return io.unreadable; secret.exposed for one that others may change.
[[nodiscard]] Result<std::string> read_pem(const std::string& path);

/// The TLS of the listener, made from what is now in the files that the settings name.
/// @param passphrase  of the private key; null: there is none.
/// @return null without tls_cert_file. config.invalid_value for settings that do not go together;
///         io.unreadable; secret.exposed for a key that others may read and for authorities that
///         others may change; as crypto::TlsServer::make().
[[nodiscard]] Result<std::shared_ptr<const crypto::TlsServer>> read_tls(
    const Settings& settings, const security::Secret* passphrase, security::SecretReader& reader);

}  // namespace limpid::service
