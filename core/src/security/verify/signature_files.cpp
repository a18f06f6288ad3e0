#include "limpid/security/signature_files.hpp"

#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/verify/comment_lines.hpp"
#include "security/verify/key_blob.hpp"
#include "security/verify/minisign_digest.hpp"

namespace limpid::security {
namespace {

constexpr auto kMalformed = ErrorCode::signature_malformed;

template <class T>
std::unexpected<Error> error_of(Result<T>& result) {
    return std::unexpected(std::move(result).error());
}

std::unexpected<Error> unsupported() {
    return fail(ErrorCode::signature_unsupported, "a signature by another algorithm than Ed25519");
}

Status check_key(const KeyId& named, const VerifyKey& key) {
    if (named == key.id()) return {};
    return fail(ErrorCode::signature_unknown_key,
                "signed with key " + to_string(named) + ", verified with " + to_string(key.id()));
}

std::string commented(std::string_view comment, std::string_view base64) {
    std::string text(kUntrustedPrefix);
    text.append(comment).append("\n").append(base64).append("\n");
    return text;
}

/// The global signature is verified first: it covers the other one.
Result<std::string> verify_comment_and(Bytes message, const MinisignSignature& signature,
                                       const VerifyKey& key) {
    if (Status named = check_key(signature.key_id, key); !named) {
        return std::unexpected(std::move(named).error());
    }
    const std::string covered = globally_signed(signature.signature, signature.trusted_comment);
    Status verified = verify(as_bytes(covered), signature.global_signature, key);
    if (verified) verified = verify(message, signature.signature, key);
    if (!verified) return std::unexpected(std::move(verified).error());
    return signature.trusted_comment;
}

}  // namespace

Result<VerifyKey> parse_public_key_file(std::string_view text) {
    auto line = parse_commented_line(text, ErrorCode::key_malformed);
    if (!line) return error_of(line);
    return parse_verify_key(line->base64);
}

Result<std::string> public_key_file(const VerifyKey& key, std::string_view untrusted_comment) {
    Status fit = check_comment(untrusted_comment);
    if (!fit) return std::unexpected(std::move(fit).error());
    return commented(untrusted_comment, to_string(key));
}

Result<MinisignSignature> parse_minisign(std::string_view text) {
    LineReader lines(text);
    auto untrusted = parse_comment(lines.next(), kUntrustedPrefix, kMalformed);
    if (!untrusted) return error_of(untrusted);
    auto blob = parse_blob<64>(lines.next().value_or(""), kMalformed);
    if (!blob) return error_of(blob);
    if (blob->tag != kEd25519Tag && blob->tag != kPrehashedTag) return unsupported();
    auto trusted = parse_comment(lines.next(), kTrustedPrefix, kMalformed);
    if (!trusted) return error_of(trusted);
    const auto global = decode_base64(lines.next().value_or(""), Base64::standard);
    if (!global || global->size() != sizeof(Signature)) {
        return fail(kMalformed, "the global signature is not canonical base64 of 64 bytes");
    }
    if (!lines.at_end()) return fail(kMalformed, "there is more after the fourth line");
    MinisignSignature signature{.untrusted_comment = std::string(*untrusted),
                                .key_id = blob->id,
                                .prehashed = blob->tag == kPrehashedTag,
                                .signature = blob->body,
                                .trusted_comment = std::string(*trusted),
                                .global_signature = {}};
    std::ranges::copy(global->span(), signature.global_signature.begin());
    return signature;
}

std::string to_string(const MinisignSignature& signature) {
    const SignatureBlob blob(signature.prehashed ? kPrehashedTag : kEd25519Tag, signature.key_id,
                             signature.signature);
    std::string text =
        commented(signature.untrusted_comment, encode_base64(blob.bytes(), Base64::standard));
    text.append(kTrustedPrefix).append(signature.trusted_comment).append("\n");
    text.append(encode_base64(signature.global_signature, Base64::standard)).append("\n");
    return text;
}

MinisignDigest::MinisignDigest() : state_(std::make_unique<State>()) {}
MinisignDigest::MinisignDigest(MinisignDigest&& other) noexcept = default;
MinisignDigest& MinisignDigest::operator=(MinisignDigest&& other) noexcept = default;
MinisignDigest::~MinisignDigest() = default;

void MinisignDigest::update(Bytes piece) noexcept {
    if (state_) state_->hash.update(piece);
}

Result<std::string> verify_minisign(Bytes file, const MinisignSignature& signature,
                                    const VerifyKey& key) {
    if (!signature.prehashed) return verify_comment_and(file, signature, key);
    return verify_comment_and(blake2b_512(file), signature, key);
}

Result<std::string> verify_minisign(MinisignDigest&& file, const MinisignSignature& signature,
                                    const VerifyKey& key) {
    const auto state = std::exchange(file.state_, nullptr);
    if (!state) return fail(ErrorCode::argument_invalid, "the digest is used up");
    if (!signature.prehashed) {
        return fail(ErrorCode::signature_unsupported,
                    "a signature of the whole file, which came in pieces");
    }
    return verify_comment_and(state->hash.finish(), signature, key);
}

Result<SignifySignature> parse_signify(std::string_view text) {
    auto line = parse_commented_line(text, kMalformed);
    if (!line) return error_of(line);
    auto blob = parse_blob<64>(line->base64, kMalformed);
    if (!blob) return error_of(blob);
    if (blob->tag != kEd25519Tag) return unsupported();
    return SignifySignature{std::string(line->comment), blob->id, blob->body};
}

std::string to_string(const SignifySignature& signature) {
    const SignatureBlob blob(kEd25519Tag, signature.key_id, signature.signature);
    return commented(signature.untrusted_comment, encode_base64(blob.bytes(), Base64::standard));
}

Status verify_signify(Bytes file, const SignifySignature& signature, const VerifyKey& key) {
    if (Status named = check_key(signature.key_id, key); !named) return named;
    return verify(file, signature.signature, key);
}

}  // namespace limpid::security
