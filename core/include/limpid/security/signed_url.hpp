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

/// Whose form of `/<signature>/<path>` is spoken.
enum class SignedUrlForm : std::uint8_t {
    /// imgproxy: unpadded base64url of HMAC-SHA256 over salt and path, its first slash included.
    imgproxy,
    /// imagor: padded base64url of an HMAC over the path without its first slash. imagor's default
    /// hash is SHA-1, which is not offered: set its IMAGOR_SIGNER_TYPE to sha256 or sha512.
    imagor,
};

/// The hash within the HMAC.
enum class SignedUrlHash : std::uint8_t {
    sha256,
    /// Form imagor only.
    sha512,
};

/// A key to sign and verify URLs with. Copies share the bytes, which are wiped with the last of
/// them.
class LIMPID_API UrlKey {
public:
    /// imgproxy's pair: key and salt in hexadecimal.
    /// @param id  names the key in answers and logs: at most 64 bytes of printable ASCII.
    /// @return key.malformed, or key.too_short: a key has 16..1024 bytes, a salt 1..1024.
    [[nodiscard]] static Result<UrlKey> from_hex(std::string_view key, std::string_view salt,
                                                 std::string_view id = {});
    /// imagor's secret, used as it is: 16..1024 bytes. @return key.too_short, key.malformed.
    [[nodiscard]] static Result<UrlKey> from_secret(Bytes secret, std::string_view id = {});

    /// The name it was given.
    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    /// Was it given with a salt?
    [[nodiscard]] bool has_salt() const noexcept { return has_salt_; }

private:
    friend class KeyAccess;
    UrlKey(std::string_view id, std::size_t first_bytes, bool has_salt,
           std::shared_ptr<const KeyMaterial> material);

    std::string id_;
    // material_ is the key, then the salt.
    std::size_t first_bytes_;
    bool has_salt_;
    std::shared_ptr<const KeyMaterial> material_;
};

/// Form and limits of signed URLs.
struct SignedUrlPolicy {
    SignedUrlForm form = SignedUrlForm::imgproxy;
    SignedUrlHash hash = SignedUrlHash::sha256;
    /// Shorter signatures: bytes of the HMAC for imgproxy (10..32), characters of its base64 for
    /// imagor (14..88); 0 for whole ones. At least 80 bits remain (RFC 2104 section 5).
    std::size_t truncate_to = 0;
    /// Refuse URLs that never expire.
    bool require_expiry = false;
};

/// A URL path that was verified.
struct VerifiedUrl {
    /// What was signed, from its first slash on, query included. Borrowed from the text that was
    /// verified.
    std::string_view path;
    /// When it expires, if it does.
    std::optional<UnixSeconds> expires_at;
    /// UrlKey::id() of the key that matched.
    std::string key_id;
};

/// Signs paths of URLs, and tells signed ones from others. Immutable: share it between threads.
///
/// The signed part is everything after the signature, query included. Its query may hold `exp`, the
/// moment in seconds from which the URL is refused: `/<signature>/<path>?exp=1893456000`. In form
/// imgproxy the option `exp:` (or `expires:`) before the source is obeyed as well. Every other
/// option is the business of whoever reads the path, imagor's filter expire() included.
///
/// Without keys nothing can be made: there is no switch that turns signing off, and no word such as
/// `unsafe` that stands for a signature.
class LIMPID_API SignedUrls {
public:
    /// @param keys  1..16, for imgproxy with salt and for imagor without. All of them verify, the
    ///              first one signs.
    /// @return key.none, key.wrong_kind, argument.invalid.
    [[nodiscard]] static Result<SignedUrls> create(std::vector<UrlKey> keys,
                                                   SignedUrlPolicy policy = {});

    /// `/<signature><path>`.
    /// @param path     2..4096 bytes of printable ASCII from its first slash on, percent-encoded;
    ///                 without `#`, and without `exp` in its query.
    /// @param expires  added to the query as `exp`; 0..99,999,999,999.
    /// @return argument.invalid. Thread-safe.
    [[nodiscard]] Result<std::string> sign(std::string_view path,
                                           std::optional<UnixSeconds> expires = {}) const;

    /// Verify path and query of a request, exactly as they came: before any decoding.
    ///
    /// Every key is tried, in time that depends on their number only.
    /// @return url.malformed, url.mismatch, url.expired. Thread-safe.
    [[nodiscard]] Result<VerifiedUrl> verify(std::string_view path_and_query,
                                             UnixSeconds now) const;

private:
    SignedUrls(std::vector<UrlKey> keys, SignedUrlPolicy policy);

    std::vector<UrlKey> keys_;
    SignedUrlPolicy policy_;
};

}  // namespace limpid::security
