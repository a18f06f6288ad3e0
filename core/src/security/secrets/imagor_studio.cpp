#include "limpid/security/imagor_studio.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/security/encoding.hpp"
#include "security/crypto/aes256gcm.hpp"
#include "security/crypto/kdf.hpp"

namespace limpid::security {
namespace {

constexpr std::uint32_t kIterations = 4096;
constexpr std::string_view kPathSalt = "imagor-studio-registry-encryption-v1";
constexpr std::string_view kJwtSalt = "imagor-studio-jwt-encryption-v1";
constexpr std::string_view kJwtSecret = "jwt_secret";
constexpr std::string_view kSecretRows[] = {"imagor_secret",        kJwtSecret,
                                            "license_key",          "s3_access_key_id",
                                            "s3_secret_access_key", "s3_session_token"};
constexpr std::size_t kGcmNonceBytes = 12;
constexpr std::size_t kMaxRowBytes = 65'536;

std::string_view bare(std::string_view key) {
    if (key.starts_with("config.")) key.remove_prefix(7);
    return key;
}

Result<Secret> derive(Bytes from, std::string_view salt) {
    return Secret::make(32, [&](std::span<std::byte> out) {
        return pbkdf2_sha256(from, as_bytes(salt), kIterations, out);
    });
}

Result<Secret> row_key(const ImagorStudioKeys& keys, std::string_view row) {
    if (bare(row) == kJwtSecret) {
        if (keys.database_path.empty()) {
            return fail(ErrorCode::argument_invalid, "the path of the database is needed");
        }
        return derive(as_bytes(keys.database_path), kPathSalt);
    }
    if (keys.jwt_secret == nullptr || keys.jwt_secret->empty()) {
        return fail(ErrorCode::argument_invalid, "the JWT secret is needed");
    }
    return derive(keys.jwt_secret->expose(), kJwtSalt);
}

Result<Secret> open(const Secret& key, std::string_view ciphertext) {
    if (ciphertext.empty()) return Secret();
    if (ciphertext.size() > kMaxRowBytes) {
        return fail(ErrorCode::sealed_malformed, "the row is too long");
    }
    const Result<ByteBuffer> box = decode_base64(ciphertext, Base64::standard);
    if (!box || box->size() < kGcmNonceBytes + kAesGcmTagBytes) {
        return fail(ErrorCode::sealed_malformed, "not base64 of nonce, ciphertext and tag");
    }
    const Bytes sealed = box->span().subspan(kGcmNonceBytes);
    return Secret::make(sealed.size() - kAesGcmTagBytes, [&](std::span<std::byte> out) -> Status {
        const bool genuine = aes256gcm_open(key.expose().first<32>(),
                                            box->span().first<kGcmNonceBytes>(), {}, sealed, out);
        if (!genuine) return fail(ErrorCode::sealed_not_genuine);
        return {};
    });
}

/// `keys` with the JWT secret that `rows` hold, kept in `storage`, unless it was given.
Result<ImagorStudioKeys> with_jwt_secret(ImagorStudioKeys keys,
                                         std::span<const ImagorStudioRow> rows, Secret& storage) {
    if (keys.jwt_secret != nullptr) return keys;
    const auto row = std::ranges::find_if(
        rows, [](const ImagorStudioRow& r) { return bare(r.key) == kJwtSecret; });
    if (row == rows.end()) return keys;
    Result<Secret> secret = open_imagor_studio_row(keys, *row);
    if (!secret) return fail(secret.error().id(), "row '" + excerpt(row->key) + "'");
    storage = std::move(*secret);
    keys.jwt_secret = &storage;
    return keys;
}

}  // namespace

bool is_imagor_studio_secret(std::string_view key) noexcept {
    return std::ranges::find(kSecretRows, bare(key)) != std::end(kSecretRows);
}

Result<Secret> open_imagor_studio_row(const ImagorStudioKeys& keys, const ImagorStudioRow& row) {
    if (!is_imagor_studio_secret(row.key)) {
        return fail(ErrorCode::argument_invalid,
                    "'" + excerpt(row.key) + "' is not an encrypted row");
    }
    const Result<Secret> key = row_key(keys, row.key);
    if (!key) return std::unexpected(key.error());
    return open(*key, row.ciphertext);
}

Result<std::vector<SealedRecord>> import_imagor_studio(const ImagorStudioKeys& keys,
                                                       std::span<const ImagorStudioRow> rows,
                                                       const Keyring& ring,
                                                       std::string_view purpose,
                                                       RandomSource& random) {
    Secret jwt_secret;
    const Result<ImagorStudioKeys> complete = with_jwt_secret(keys, rows, jwt_secret);
    if (!complete) return std::unexpected(complete.error());
    std::vector<SealedRecord> records;
    records.reserve(rows.size());
    for (const ImagorStudioRow& row : rows) {
        const Result<Secret> plaintext = open_imagor_studio_row(*complete, row);
        Result<std::string> sealed =
            plaintext ? seal(ring, {purpose, row.key}, plaintext->expose(), random)
                      : Result<std::string>(std::unexpected(plaintext.error()));
        if (!sealed) {
            return fail(sealed.error().id(),
                        "row '" + excerpt(row.key) + "': " + sealed.error().found());
        }
        records.push_back({row.key, std::move(*sealed)});
    }
    return records;
}

}  // namespace limpid::security
