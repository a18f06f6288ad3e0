#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/types.hpp"

// The file formats of minisign (0.12) and OpenBSD's signify, to read and to verify. Writing and
// secret keys are in signing_files.hpp. Public keys have the same form in both.
namespace limpid::security {

/// Longest comment line that is read or written, in bytes; minisign's own bound is as large.
inline constexpr std::size_t kMaxCommentBytes = 8192;

/// A public key file: a comment line, then the key's line. Lines end in LF or CR LF.
/// @return key.malformed. Thread-safe.
[[nodiscard]] LIMPID_API Result<VerifyKey> parse_public_key_file(std::string_view text);

/// The text of a public key file.
/// @param untrusted_comment  one line for people; nothing protects it.
/// @return argument.invalid when the comment is too long or holds control characters.
[[nodiscard]] LIMPID_API Result<std::string> public_key_file(const VerifyKey& key,
                                                             std::string_view untrusted_comment);

/// What a .minisig file holds. Reading one proves nothing yet.
struct MinisignSignature {
    /// Nothing protects this line; anyone can change it.
    std::string untrusted_comment;
    KeyId key_id;
    /// Of the file's BLAKE2b-512 digest (minisign's default since 0.10) instead of its bytes.
    bool prehashed = true;
    Signature signature{};
    /// Signed together with `signature`; to be believed only after verification.
    std::string trusted_comment;
    /// Of `signature` followed by `trusted_comment`.
    Signature global_signature{};
};

/// Read a .minisig file. Lines end in LF or CR LF.
/// @return signature.malformed | signature.unsupported (another algorithm). Thread-safe.
[[nodiscard]] LIMPID_API Result<MinisignSignature> parse_minisign(std::string_view text);

/// The text of a .minisig file.
[[nodiscard]] LIMPID_API std::string to_string(const MinisignSignature& signature);

/// The digest that a prehashed minisign signature is of: BLAKE2b-512 of a file that comes in
/// pieces, so that a file of any size can be verified.
class LIMPID_API MinisignDigest {
public:
    MinisignDigest();
    MinisignDigest(MinisignDigest&& other) noexcept;
    MinisignDigest& operator=(MinisignDigest&& other) noexcept;
    MinisignDigest(const MinisignDigest&) = delete;
    MinisignDigest& operator=(const MinisignDigest&) = delete;
    ~MinisignDigest();

    /// Add the next piece, of any size.
    void update(Bytes piece) noexcept;

private:
    friend LIMPID_API Result<std::string> verify_minisign(MinisignDigest&& file,
                                                          const MinisignSignature& signature,
                                                          const VerifyKey& key);
    friend LIMPID_API Result<MinisignSignature> sign_minisign(MinisignDigest&& file,
                                                              const class SigningKey& key,
                                                              std::string_view trusted_comment);
    struct State;
    std::unique_ptr<State> state_;
};

/// Was `file` signed by `key`, and the trusted comment with it?
/// @return the trusted comment; signature.unknown_key when the signature names another key,
/// signature.mismatch when file, comment or signature is not what was signed. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> verify_minisign(Bytes file,
                                                             const MinisignSignature& signature,
                                                             const VerifyKey& key);

/// As above, for a file that came in pieces.
/// @return as above; signature.unsupported when the signature is of the whole file (not
/// prehashed); argument.invalid when the digest is used up.
[[nodiscard]] LIMPID_API Result<std::string> verify_minisign(MinisignDigest&& file,
                                                             const MinisignSignature& signature,
                                                             const VerifyKey& key);

/// What a signify .sig file holds.
struct SignifySignature {
    /// Nothing protects this line; anyone can change it.
    std::string untrusted_comment;
    KeyId key_id;
    Signature signature{};
};

/// Read a detached signify signature (not one with the message embedded).
/// @return signature.malformed | signature.unsupported. Thread-safe.
[[nodiscard]] LIMPID_API Result<SignifySignature> parse_signify(std::string_view text);

/// The text of a .sig file.
[[nodiscard]] LIMPID_API std::string to_string(const SignifySignature& signature);

/// Was `file` signed by `key`?
/// @return signature.unknown_key | signature.mismatch. Thread-safe.
[[nodiscard]] LIMPID_API Status verify_signify(Bytes file, const SignifySignature& signature,
                                               const VerifyKey& key);

}  // namespace limpid::security
