#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/seal.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::security {

/// One encrypted row of an Imagor Studio registry: base64 (standard, padded) of a 12-byte nonce,
/// ciphertext and 16-byte tag of AES-256-GCM without associated data.
struct ImagorStudioRow {
    /// E.g. "config.jwt_secret".
    std::string key;
    /// Empty stands for an empty value, as it does there.
    std::string ciphertext;
};

/// Where an Imagor Studio installation keeps its keys, both tiers.
struct ImagorStudioKeys {
    /// Absolute path of its database. PBKDF2-SHA256 of this path (4096 iterations, salt
    /// `imagor-studio-registry-encryption-v1`) encrypts `jwt_secret` and nothing else. The path is
    /// no secret: whoever has the database has the key. It is why these values are only imported.
    std::string_view database_path = {};
    /// The JWT secret, where it comes from the environment and not from the registry. It encrypts
    /// all other rows in the same way with the salt `imagor-studio-jwt-encryption-v1`.
    const Secret* jwt_secret = nullptr;
};

/// Is the row encrypted by an Imagor Studio registry? With or without `config.` before:
/// jwt_secret, imagor_secret, license_key, s3_access_key_id, s3_secret_access_key,
/// s3_session_token. All others are plain: database URL, port, paths, flags.
[[nodiscard]] LIMPID_API bool is_imagor_studio_secret(std::string_view key) noexcept;

/// The plaintext of one row. `keys.jwt_secret` is needed for every row but jwt_secret.
/// @return sealed.malformed; sealed.not_genuine for other keys or a changed bit; argument.invalid
/// for a row that is_imagor_studio_secret() does not know, or a key that is missing. Thread-safe.
[[nodiscard]] LIMPID_API Result<Secret> open_imagor_studio_row(const ImagorStudioKeys& keys,
                                                               const ImagorStudioRow& row);

/// Move a registry's secrets into our own format: each row opened and sealed under the primary key
/// of `ring` with the row's key as the record's name, purpose as given. All rows or none. Theirs
/// cannot tell two rows apart that were swapped; ours can, from then on.
/// @return as open_imagor_studio_row() and seal(); the error names the row.
[[nodiscard]] LIMPID_API Result<std::vector<SealedRecord>> import_imagor_studio(
    const ImagorStudioKeys& keys, std::span<const ImagorStudioRow> rows, const Keyring& ring,
    std::string_view purpose, RandomSource& random);

}  // namespace limpid::security
