#pragma once

#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/signature_files.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/types.hpp"

// Secret key files and signing for the formats of signature_files.hpp. Absent from a library built
// with LIMPID_VERIFY_ONLY.
namespace limpid::security {

/// Sign a file as `minisign -S` does (prehashed).
/// @param trusted_comment  one line that is signed with the file; at most kMaxCommentBytes.
/// @return argument.invalid when the comment is too long or holds control characters. Thread-safe.
[[nodiscard]] LIMPID_API Result<MinisignSignature> sign_minisign(Bytes file, const SigningKey& key,
                                                                 std::string_view trusted_comment);

/// As above, for a file that came in pieces. @return argument.invalid also for a used-up digest.
[[nodiscard]] LIMPID_API Result<MinisignSignature> sign_minisign(MinisignDigest&& file,
                                                                 const SigningKey& key,
                                                                 std::string_view trusted_comment);

/// Sign a file as `signify -S` does. Thread-safe.
[[nodiscard]] LIMPID_API SignifySignature sign_signify(Bytes file, const SigningKey& key,
                                                       std::string_view untrusted_comment);

/// Read a minisign secret key file.
///
/// @param password  empty for a file without one (`minisign -G -W`). For the others scrypt takes
///     the time and memory that the file names: about 1 GiB and seconds for minisign's own files.
/// @return key.malformed; key.wrong_password; argument.invalid when the file asks for more than
/// 1 GiB, or needs a password and none is given; memory.exhausted. Thread-safe.
[[nodiscard]] LIMPID_API Result<SigningKey> parse_minisign_secret_key(std::string_view text,
                                                                      Bytes password);

/// The text of a minisign secret key file without a password. Seal it or keep it where only its
/// owner can read.
/// @return argument.invalid when the comment is too long or holds control characters.
[[nodiscard]] LIMPID_API Result<Secret> minisign_secret_key_file(
    const SigningKey& key, std::string_view untrusted_comment);

/// Read a signify secret key file without a passphrase (`signify -G -n`).
/// @return key.malformed; signature.unsupported when it has one (bcrypt_pbkdf). Thread-safe.
[[nodiscard]] LIMPID_API Result<SigningKey> parse_signify_secret_key(std::string_view text);

/// The text of a signify secret key file without a passphrase. @return as
/// minisign_secret_key_file().
[[nodiscard]] LIMPID_API Result<Secret> signify_secret_key_file(const SigningKey& key,
                                                                std::string_view untrusted_comment);

}  // namespace limpid::security
