#pragma once

#include <cstdint>

#include "limpid/export.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// A public key for the algorithms that the library does not verify by itself, big-endian:
/// modulus and exponent (rs256, ps256) or the point's x and y of 32 bytes each (es256).
struct AsymmetricPublicKey {
    JwsAlgorithm algorithm;
    Bytes modulus_or_x;
    Bytes exponent_or_y;
};

/// Anything but valid is a refusal; unsupported says that another build could answer.
enum class AsymmetricVerdict : std::uint8_t { valid, invalid, unsupported };

/// Verifies RS256, PS256 and ES256. The portable library has none; native programs hand in
/// OpenSSL's. Where none is handed in, such tokens are answered with jwt.unsupported_algorithm.
class LIMPID_API AsymmetricVerifier {
public:
    AsymmetricVerifier() = default;
    AsymmetricVerifier(const AsymmetricVerifier&) = delete;
    AsymmetricVerifier& operator=(const AsymmetricVerifier&) = delete;
    virtual ~AsymmetricVerifier();

    /// Is `signature` the key owner's of `message`?
    ///
    /// @param signature  rs256, ps256: as long as the modulus. es256: r and s, 32 bytes each, both
    ///                   already known to be from 1 to the group order - 1.
    /// Must not throw, and must be thread-safe where verification is.
    [[nodiscard]] virtual AsymmetricVerdict verify(const AsymmetricPublicKey& key, Bytes message,
                                                   Bytes signature) const noexcept = 0;
};

}  // namespace limpid::security
