#pragma once

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Who can sign: both halves of an Ed25519 key. Move-only; the secret half lies in a Secret.
///
/// Absent from a library built with LIMPID_VERIFY_ONLY.
class LIMPID_API SigningKey {
public:
    /// Size of the seed that everything else is made from (RFC 8032), in bytes.
    static constexpr std::size_t kSeedBytes = 32;

    /// A new key from 32 random bytes. @return memory.exhausted.
    [[nodiscard]] static Result<SigningKey> generate(RandomSource& random);

    /// The key that RFC 8032 derives from a seed. The id is made from its public half.
    /// @return key.malformed when the seed is not 32 bytes; memory.exhausted.
    [[nodiscard]] static Result<SigningKey> from_seed(Bytes seed);

    /// A key as key files store it: seed, then public half; with the id from the file.
    /// @return key.malformed when it is not 64 bytes, or the halves do not belong together (a
    /// signature made with such a key gives the seed away); memory.exhausted.
    [[nodiscard]] static Result<SigningKey> from_key_pair(Bytes key_pair, const KeyId& id);

    /// The public half.
    [[nodiscard]] const VerifyKey& verify_key() const noexcept { return verify_key_; }
    [[nodiscard]] const KeyId& id() const noexcept { return verify_key_.id(); }

    /// Seed and public half, 64 bytes, to be stored in a key file.
    [[nodiscard]] const Secret& key_pair() const noexcept { return key_pair_; }

    /// Ed25519 signature of `message`. The same message gives the same signature. Thread-safe.
    [[nodiscard]] Signature sign(Bytes message) const noexcept;

    /// Ed25519ph signature of the pieces, which are used up.
    /// @return argument.invalid when the message has ended before.
    [[nodiscard]] Result<Signature> sign(MessageInPieces& message) const;

private:
    SigningKey(Secret&& key_pair, const VerifyKey& verify_key) noexcept;

    Secret key_pair_;
    VerifyKey verify_key_;
};

}  // namespace limpid::security
