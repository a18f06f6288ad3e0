#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Where a sealed value belongs. It opens nowhere else: two records that are swapped, or moved to
/// another purpose, are refused. Views are borrowed for the call.
struct RecordName {
    /// What kind of thing it is, e.g. "registry"; 1..255 bytes. Each purpose has its own key.
    std::string_view purpose;
    /// Which of them, e.g. "config.jwt_secret"; 1..1024 bytes.
    std::string_view name;
};

/// A sealed value beside the name it was sealed under.
struct SealedRecord {
    std::string name;
    std::string sealed;
};

/// Encrypt `plaintext` under the ring's primary key, as text:
///
///     limpid-sealed:v1:<key id>:<base64url of nonce (24), ciphertext, tag (16); no padding>
///
/// XChaCha20-Poly1305 under Keyring::subkey(primary, purpose) with a random nonce. Associated data:
/// the texts `limpid-sealed-v1`, key id, purpose, name, each preceded by its length as four
/// big-endian bytes. The same plaintext gives a different text each time.
///
/// @param plaintext  0..Secret::kMaxBytes bytes. Its length can be read off the result.
/// @return argument.invalid for an empty ring, name or purpose, or a size out of range;
///         memory.exhausted. Thread-safe for distinct `random`.
[[nodiscard]] LIMPID_API Result<std::string> seal(const Keyring& ring, const RecordName& record,
                                                  Bytes plaintext, RandomSource& random);

/// Open what seal() made.
/// @return sealed.malformed; sealed.unknown_key; sealed.key_expired; sealed.not_genuine when ring,
///         purpose, name or a single bit are not those it was sealed with; memory.exhausted.
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<Secret> unseal(const Keyring& ring, const RecordName& record,
                                               std::string_view sealed, UnixSeconds now);

/// Id of the key that opens `sealed`; empty for a value sealed with a passphrase.
/// @return sealed.malformed.
[[nodiscard]] LIMPID_API Result<std::string> sealing_key_id(std::string_view sealed);

/// Seal records anew under the primary key of `to`: all of them, or none and the reason. Keys of
/// `from` are used even after their time, since this is how one leaves them behind.
/// `from` and `to` may be the same ring. A record that a key of `to` opens and none of `from` is
/// given back as it is: what was interrupted can be run again.
/// @return as unseal() and seal(); the error names the record.
[[nodiscard]] LIMPID_API Result<std::vector<SealedRecord>> rekey(
    const Keyring& from, const Keyring& to, std::string_view purpose,
    std::span<const SealedRecord> records, RandomSource& random);

/// Cost of deriving a key from a passphrase by Argon2id with one lane. The default is the second
/// recommendation of RFC 9106 section 4.
struct PassphraseCost {
    /// Memory, in KiB; 8..1048576. All of it is allocated, in WebAssembly too.
    std::uint32_t memory_kib = 65536;
    /// Passes over the memory; 1..64.
    std::uint32_t passes = 3;
};

/// As seal(), with a key from a passphrase. The place of the key id is taken by the parameters,
/// which are authenticated with the rest:
///
///     limpid-sealed:v1:argon2id$m=65536$t=3$<salt, 16 bytes base64url>:<as above>
///
/// @param passphrase  8..1024 bytes.
/// @return argument.invalid; memory.exhausted.
[[nodiscard]] LIMPID_API Result<std::string> seal_with_passphrase(const Secret& passphrase,
                                                                  const RecordName& record,
                                                                  Bytes plaintext,
                                                                  const PassphraseCost& cost,
                                                                  RandomSource& random);

/// Open what seal_with_passphrase() made.
/// @param max_cost  a value that asks for more is refused before anything is computed, so that a
///                  hostile one cannot take the machine's memory.
/// @return sealed.malformed; sealed.too_costly; sealed.not_genuine also for a wrong passphrase;
///         memory.exhausted.
[[nodiscard]] LIMPID_API Result<Secret> unseal_with_passphrase(
    const Secret& passphrase, const RecordName& record, std::string_view sealed,
    const PassphraseCost& max_cost = {.memory_kib = 262144, .passes = 10});

}  // namespace limpid::security
