#pragma once

#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::crypto {

/// HMAC-SHA-256 (RFC 2104) by OpenSSL 3's libcrypto. Thread-safe.
/// @param key  at least 1 byte.
/// @return argument.invalid for an empty key; internal.failure when libcrypto gives up.
[[nodiscard]] Result<Sha256> hmac_sha256(security::Bytes key, security::Bytes message);

}  // namespace limpid::crypto
