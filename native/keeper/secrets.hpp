#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/access_token.hpp"
#include "keeper/protocol.hpp"
#include "limpid/error.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/secret_source.hpp"
#include "limpid/security/signing_key.hpp"

namespace limpid::keeper {

/// Everything that a keeper holds and limpidd does not.
struct Secrets {
    std::vector<security::JwsKey> jwt_keys;
    crypto::AccessTokenPolicy token_policy;
    std::optional<security::Secret> audit_key;
    std::optional<security::SigningKey> signing_key;
    std::optional<security::License> license;
    /// Of this machine, where the licence is bound to one.
    std::string fingerprint;
};

/// Read them all.
/// @return the errors of resolve_secret(); key.none, as parse_jwk_set(), JwsKey::hmac_sha256(),
///         parse_signing_key(), read_verify_keys() and read_license(); config.invalid_value for
///         tokens without issuer or audience.
[[nodiscard]] Result<Secrets> read_secrets(const Setup& setup, security::SecretReader& reader,
                                           security::RandomSource& random);

}  // namespace limpid::keeper
