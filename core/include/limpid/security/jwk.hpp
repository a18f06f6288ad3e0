#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

class KeyAccess;
class KeyMaterial;

/// Signature algorithms of RFC 7518 and RFC 8037 that exist here. `none` is not among them and so
/// cannot be asked for.
enum class JwsAlgorithm : std::uint8_t {
    /// HMAC-SHA256.
    hs256,
    /// Ed25519; `EdDSA` of RFC 8037 or `Ed25519` of RFC 9864 in a header.
    eddsa,
    /// RSASSA-PKCS1-v1_5 and RSASSA-PSS with SHA-256, and ECDSA on P-256: verified natively only,
    /// by an AsymmetricVerifier.
    rs256,
    ps256,
    es256,
};

/// The algorithm's name in a JOSE header, e.g. "HS256".
[[nodiscard]] LIMPID_API std::string_view name_of(JwsAlgorithm algorithm) noexcept;

/// A key and the one algorithm it is for (RFC 8725 section 3.1): what a token says of its algorithm
/// is compared with the key's, and never chooses one. Copies share the bytes, which are wiped with
/// the last of them.
class LIMPID_API JwsKey {
public:
    /// @param secret  32..1024 bytes: an HS256 key is no shorter than its digest (RFC 7518
    ///                section 3.2).
    /// @param id      the key id (`kid`): 1..64 of `A-Z a-z 0-9 _ -`, or empty for none.
    /// @return key.too_short, key.malformed. Errors never hold the key.
    [[nodiscard]] static Result<JwsKey> hmac_sha256(Bytes secret, std::string_view id = {});

    /// @param key  32 bytes (RFC 8032). @return key.malformed.
    [[nodiscard]] static Result<JwsKey> ed25519_public(Bytes key, std::string_view id = {});

    /// A key that signs and verifies. Not in a library that cannot sign (LIMPID_VERIFY_ONLY).
    /// @param seed  32 secret bytes. @return key.malformed.
    [[nodiscard]] static Result<JwsKey> ed25519_private(Bytes seed, std::string_view id = {});

    /// @param algorithm  rs256 or ps256.
    /// @param modulus    big-endian without leading zeros; 2048..8192 bits; none of the kind that
    ///                   can be factored by how it was made (ROCA, CVE-2017-15361).
    /// @param exponent   big-endian; odd, 65537..2^32-1 (FIPS 186-5 section A.1.1).
    /// @return key.too_short, key.malformed, key.wrong_kind.
    [[nodiscard]] static Result<JwsKey> rsa_public(JwsAlgorithm algorithm, Bytes modulus,
                                                   Bytes exponent, std::string_view id = {});

    /// A point on P-256, 32 bytes each coordinate, big-endian. Whether it lies on the curve is
    /// looked at when it is used. @return key.malformed.
    [[nodiscard]] static Result<JwsKey> es256_public(Bytes x, Bytes y, std::string_view id = {});

    /// The one algorithm it may be used with.
    [[nodiscard]] JwsAlgorithm algorithm() const noexcept { return algorithm_; }
    /// The `kid`, or nothing.
    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    /// Holds it what a signature is made with?
    [[nodiscard]] bool can_sign() const noexcept { return can_sign_; }

private:
    friend class KeyAccess;
    JwsKey(JwsAlgorithm algorithm, bool can_sign, std::string_view id, std::size_t first_bytes,
           std::shared_ptr<const KeyMaterial> material);

    JwsAlgorithm algorithm_;
    bool can_sign_;
    std::string id_;
    // material_ is two fields one after the other; where there is one, it is all of it.
    //   hs256 secret | eddsa [seed] public | rs256, ps256 modulus exponent | es256 x y
    std::size_t first_bytes_;
    std::shared_ptr<const KeyMaterial> material_;
};

/// What a JSON Web Key may leave open.
struct JwkOptions {
    /// For RSA keys that name no `alg`: rs256 or ps256. Without it such keys are refused, for both
    /// would fit. The other kinds have one algorithm each.
    std::optional<JwsAlgorithm> rsa_algorithm = {};
};

/// Read one JSON Web Key (RFC 7517) to verify with: kty oct (which signs as well), OKP (Ed25519),
/// RSA or EC (P-256). Its `use` and `key_ops` must allow it.
///
/// @param json  at most 16 KiB of strict JSON; a member named twice is refused. A key with private
///              members (`d` and the like) is refused: where a public key belongs, a private one
///              has leaked.
/// @return jwk.malformed, jwk.unsupported (another kind, curve or algorithm), jwk.private_key,
///         jwk.wrong_use, key.too_short, key.malformed. Errors never hold the key.
/// Thread-safe. The text may hold secrets: it is the caller's to wipe.
[[nodiscard]] LIMPID_API Result<JwsKey> parse_jwk(std::string_view json,
                                                  const JwkOptions& options = {});

/// The same for a key to sign with: oct, or OKP whose `x` is its `d`'s. Not in a library that
/// cannot sign (LIMPID_VERIFY_ONLY). @return as parse_jwk().
[[nodiscard]] LIMPID_API Result<JwsKey> parse_signing_jwk(std::string_view json);

/// Keys of a JSON Web Key Set.
struct JwkSet {
    std::vector<JwsKey> keys;
    /// Keys that were passed over, as RFC 7517 section 5 wants it: of a kind, curve, algorithm or
    /// use that is not supported here, or with a `kid` that no token may name.
    std::size_t ignored = 0;
};

/// Read a JSON Web Key Set of public keys.
///
/// @param json  at most 256 KiB and 100 keys.
/// @return as parse_jwk() for the first key that is malformed, weak or private: one such key makes
///         the whole set suspect. jwk.malformed also when two keys have the same `kid`; key.none
///         when no key is left.
[[nodiscard]] LIMPID_API Result<JwkSet> parse_jwk_set(std::string_view json,
                                                      const JwkOptions& options = {});

}  // namespace limpid::security
