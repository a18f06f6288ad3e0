#pragma once

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/signing_key.hpp"

namespace limpid::platform {

/// The key of a minisign or signify secret key file.
/// @param password  empty for a file without one.
/// @return key.malformed, key.wrong_password; as security::parse_minisign_secret_key().
[[nodiscard]] Result<security::SigningKey> parse_signing_key(const security::Secret& text,
                                                             const security::Secret& password);

}  // namespace limpid::platform
