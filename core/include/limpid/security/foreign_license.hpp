#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

// Licences of other systems, read into a License for evaluate_license(). Nothing is written.
namespace limpid::security {

/// What opens an encrypted Keygen file; unused for a plain one.
struct KeygenUnlock {
    /// The licence key; may be null for a plain file.
    const Secret* license_key = nullptr;
    /// The machine's fingerprint as it was given to Keygen; for machine files.
    std::string_view fingerprint = {};
};

/// Read a licence or machine file that Keygen checked out (`-----BEGIN LICENSE FILE-----`,
/// `-----BEGIN MACHINE FILE-----`), algorithms `base64+ed25519` and `aes-256-gcm+ed25519`.
///
/// The member `enc` is what is signed, after `license/` or `machine/`; an encrypted one is opened
/// with SHA-256 of the licence key, for a machine file followed by the fingerprint.
///
/// How it becomes a License: id and product are Keygen's ids; licensee is the licence's name;
/// features are the codes of the included entitlements; max_instances is maxMachines; fingerprint
/// is the machine's, as it stands there; begins when the file was issued; ends with the licence or
/// the file's time to live, whichever comes first, without grace; suspended when the licence's
/// status is SUSPENDED or BANNED. What a file does not include (`include=entitlements,license`) is
/// absent: a feature that is not there is not licensed.
///
/// @param account  the account's Ed25519 public key.
/// @return license.malformed for an empty or too large text and for a payload that is not
///         understood; license.unsupported for other algorithms; license.not_genuine otherwise,
///         also for a wrong licence key or fingerprint. Thread-safe.
[[nodiscard]] LIMPID_API Result<License> read_keygen_file(std::string_view text,
                                                          const VerifyKey& account,
                                                          const KeygenUnlock& unlock);

/// Read a licence key of Imagor Studio: `IMGR-<base64url payload>.<base64url signature>`, Ed25519
/// over the payload alone, which is JSON with type, email, features, iat and exp (seconds).
///
/// Only unpadded canonical base64 is accepted: a key has one spelling. id is made of the payload's
/// SHA-256; product is `imagor-studio-` and the type; licensee is the e-mail address; without
/// grace.
/// @return as read_license(). Thread-safe.
[[nodiscard]] LIMPID_API Result<License> read_imagor_license(std::string_view text,
                                                             const VerifyKey& issuer);

/// A time of RFC 3339 as JSON:API writes it, `2026-11-24T15:04:05.678Z` or with an offset; the
/// fraction is dropped. @return nothing for any other text and before 1970.
[[nodiscard]] LIMPID_API std::optional<UnixSeconds> parse_rfc3339(std::string_view text) noexcept;

}  // namespace limpid::security
