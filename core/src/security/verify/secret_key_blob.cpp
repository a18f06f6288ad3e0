#include "security/verify/secret_key_blob.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "limpid/security/encoding.hpp"
#include "security/crypto/hash.hpp"
#include "security/crypto/kdf.hpp"

namespace limpid::security {
namespace {

constexpr std::string_view kAlgorithm = "Ed";
constexpr std::string_view kScrypt = "Sc";
constexpr std::string_view kNoKdf{"\0\0", 2};
constexpr std::string_view kChecksum = "B2";
constexpr std::string_view kBcrypt = "BK";

constexpr std::size_t kSaltAt = 6;
constexpr std::size_t kOperationsAt = 38;
constexpr std::size_t kMemoryAt = 46;
constexpr std::size_t kEncryptedAt = 54;
constexpr std::size_t kKeyPairAt = kEncryptedAt + 8;
constexpr std::size_t kDigestAt = kKeyPairAt + 64;

bool has(Bytes blob, std::size_t at, std::string_view text) {
    return std::ranges::equal(blob.subspan(at, text.size()), as_bytes(text));
}

void put(std::span<std::byte> blob, std::size_t at, Bytes bytes) {
    std::ranges::copy(bytes, blob.begin() + static_cast<std::ptrdiff_t>(at));
}

std::uint64_t little_endian_64(Bytes bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
    return value;
}

KeyId id_at(Bytes blob, std::size_t at) {
    KeyId id;
    std::ranges::copy(blob.subspan(at, id.bytes.size()), id.bytes.begin());
    return id;
}

/// BLAKE2b-256 of "Ed", id and key pair, as minisign stores it behind them.
Digest256 minisign_digest(Bytes id_and_key_pair) {
    WipedArray<2 + 8 + 64> covered;
    put(covered.span(), 0, as_bytes(kAlgorithm));
    put(covered.span(), 2, id_and_key_pair);
    return blake2b_256(covered.span());
}

Status decrypt(WipedArray<kMinisignSecretBytes>& blob, Bytes password) {
    if (password.empty()) {
        return fail(ErrorCode::argument_invalid, "the key file has a password; none was given");
    }
    const Bytes all = blob.span();
    WipedArray<kMinisignSecretBytes - kEncryptedAt> stream;
    Status derived = scrypt(password, blob.span().subspan<kSaltAt, 32>(),
                            {.operations = little_endian_64(all.subspan(kOperationsAt)),
                             .memory_bytes = little_endian_64(all.subspan(kMemoryAt))},
                            stream.span());
    if (!derived) return derived;
    for (std::size_t i = 0; i < stream.span().size(); ++i) {
        blob.span()[kEncryptedAt + i] ^= stream.span()[i];
    }
    return {};
}

}  // namespace

WipedArray<kMinisignSecretBytes> minisign_blob(const SigningKey& key) {
    WipedArray<kMinisignSecretBytes> blob;
    put(blob.span(), 0, as_bytes(kAlgorithm));
    put(blob.span(), 2, as_bytes(kNoKdf));
    put(blob.span(), 4, as_bytes(kChecksum));
    put(blob.span(), kEncryptedAt, key.id().bytes);
    put(blob.span(), kKeyPairAt, key.key_pair().expose());
    put(blob.span(), kDigestAt, minisign_digest(blob.span().subspan(kEncryptedAt, 8 + 64)));
    return blob;
}

WipedArray<kSignifySecretBytes> signify_blob(const SigningKey& key) {
    WipedArray<kSignifySecretBytes> blob;
    const Digest512 digest = sha512(key.key_pair().expose());
    put(blob.span(), 0, as_bytes(kAlgorithm));
    put(blob.span(), 2, as_bytes(kBcrypt));
    put(blob.span(), 24, Bytes(digest).first(8));
    put(blob.span(), 32, key.id().bytes);
    put(blob.span(), 40, key.key_pair().expose());
    return blob;
}

Status decode_secret(std::string_view base64, std::span<std::byte> out) {
    Result<ByteBuffer> bytes = decode_base64(base64, Base64::standard);
    const bool fits = bytes && bytes->size() == out.size();
    if (fits) std::ranges::copy(bytes->span(), out.begin());
    if (bytes) wipe(bytes->span());
    if (fits) return {};
    return fail(ErrorCode::key_malformed, "the second line is not canonical base64 of " +
                                              std::to_string(out.size()) + " bytes");
}

Result<SigningKey> read_minisign_blob(WipedArray<kMinisignSecretBytes>& blob, Bytes password) {
    const Bytes all = blob.span();
    const bool encrypted = has(all, 2, kScrypt);
    if (!has(all, 0, kAlgorithm) || !has(all, 4, kChecksum) ||
        (!encrypted && !has(all, 2, kNoKdf))) {
        return fail(ErrorCode::key_malformed,
                    "it uses another algorithm than Ed25519, scrypt, BLAKE2b");
    }
    if (encrypted) {
        Status decrypted = decrypt(blob, password);
        if (!decrypted) return std::unexpected(std::move(decrypted).error());
    }
    const Digest256 digest = minisign_digest(all.subspan(kEncryptedAt, 8 + 64));
    // minisign itself leaves the checksum of a file without a password zero; the halves of the key
    // still have to belong together.
    constexpr Digest256 kNoChecksum{};
    const bool unchecked = !encrypted && equal_constant_time(kNoChecksum, all.subspan(kDigestAt));
    if (!unchecked && !equal_constant_time(digest, all.subspan(kDigestAt))) {
        if (encrypted) return fail(ErrorCode::key_wrong_password);
        return fail(ErrorCode::key_malformed, "its checksum does not fit");
    }
    return SigningKey::from_key_pair(all.subspan(kKeyPairAt, 64), id_at(all, kEncryptedAt));
}

Result<SigningKey> read_signify_blob(std::span<const std::byte, kSignifySecretBytes> blob) {
    if (!has(blob, 0, kAlgorithm) || !has(blob, 2, kBcrypt)) {
        return fail(ErrorCode::key_malformed, "it uses another algorithm than Ed25519");
    }
    if (!has(blob, 4, std::string_view("\0\0\0\0", 4))) {
        return fail(ErrorCode::signature_unsupported,
                    "the key file has a passphrase (bcrypt_pbkdf); remove it with signify first");
    }
    const Digest512 digest = sha512(blob.subspan<40>());
    if (!equal_constant_time(Bytes(digest).first(8), blob.subspan(24, 8))) {
        return fail(ErrorCode::key_malformed, "its checksum does not fit");
    }
    return SigningKey::from_key_pair(blob.subspan<40>(), id_at(blob, 32));
}

}  // namespace limpid::security
