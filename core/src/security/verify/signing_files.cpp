#include "limpid/security/signing_files.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/crypto/hash.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/comment_lines.hpp"
#include "security/verify/key_blob.hpp"
#include "security/verify/minisign_digest.hpp"
#include "security/verify/secret_key_blob.hpp"

namespace limpid::security {
namespace {

Result<MinisignSignature> sign_digest(const Digest512& digest, const SigningKey& key,
                                      std::string_view trusted_comment) {
    Status fit = check_comment(trusted_comment);
    if (!fit) return std::unexpected(std::move(fit).error());
    MinisignSignature signed_file;
    signed_file.untrusted_comment = "signature from limpid secret key";
    signed_file.key_id = key.id();
    signed_file.signature = key.sign(digest);
    signed_file.trusted_comment = trusted_comment;
    signed_file.global_signature =
        key.sign(as_bytes(globally_signed(signed_file.signature, trusted_comment)));
    return signed_file;
}

/// The text of a secret key file. The string is made in its final size: growing would leave copies.
Result<Secret> secret_key_file(Bytes blob, std::string_view untrusted_comment) {
    Status fit = check_comment(untrusted_comment);
    if (!fit) return std::unexpected(std::move(fit).error());
    std::string base64 = encode_base64(blob, Base64::standard);
    std::string text;
    text.reserve(kUntrustedPrefix.size() + untrusted_comment.size() + base64.size() + 2);
    text.append(kUntrustedPrefix).append(untrusted_comment).append("\n");
    text.append(base64).append("\n");
    wipe(std::as_writable_bytes(std::span(base64)));
    return Secret::take(text);
}

}  // namespace

Result<MinisignSignature> sign_minisign(Bytes file, const SigningKey& key,
                                        std::string_view trusted_comment) {
    return sign_digest(blake2b_512(file), key, trusted_comment);
}

Result<MinisignSignature> sign_minisign(MinisignDigest&& file, const SigningKey& key,
                                        std::string_view trusted_comment) {
    const auto state = std::exchange(file.state_, nullptr);
    if (!state) return fail(ErrorCode::argument_invalid, "the digest is used up");
    return sign_digest(state->hash.finish(), key, trusted_comment);
}

SignifySignature sign_signify(Bytes file, const SigningKey& key,
                              std::string_view untrusted_comment) {
    return {std::string(untrusted_comment), key.id(), key.sign(file)};
}

Result<Secret> minisign_secret_key_file(const SigningKey& key, std::string_view untrusted_comment) {
    return secret_key_file(minisign_blob(key).span(), untrusted_comment);
}

Result<Secret> signify_secret_key_file(const SigningKey& key, std::string_view untrusted_comment) {
    return secret_key_file(signify_blob(key).span(), untrusted_comment);
}

Result<SigningKey> parse_minisign_secret_key(std::string_view text, Bytes password) {
    auto line = parse_commented_line(text, ErrorCode::key_malformed);
    if (!line) return std::unexpected(std::move(line).error());
    WipedArray<kMinisignSecretBytes> blob;
    Status decoded = decode_secret(line->base64, blob.span());
    if (!decoded) return std::unexpected(std::move(decoded).error());
    return read_minisign_blob(blob, password);
}

Result<SigningKey> parse_signify_secret_key(std::string_view text) {
    auto line = parse_commented_line(text, ErrorCode::key_malformed);
    if (!line) return std::unexpected(std::move(line).error());
    WipedArray<kSignifySecretBytes> blob;
    Status decoded = decode_secret(line->base64, blob.span());
    if (!decoded) return std::unexpected(std::move(decoded).error());
    return read_signify_blob(blob.span());
}

}  // namespace limpid::security
