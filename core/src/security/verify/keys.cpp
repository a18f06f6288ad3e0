#include "limpid/security/keys.hpp"

#include <algorithm>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/crypto/hash.hpp"
#include "security/verify/key_blob.hpp"
#include "security/verify/message_in_pieces.hpp"

namespace limpid::security {
namespace {

KeyId derived_id(Bytes key) noexcept {
    const Digest256 digest = blake2b_256(key);
    KeyId id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

std::unexpected<Error> wrong_length(std::size_t bytes) {
    return fail(ErrorCode::signature_malformed,
                std::to_string(bytes) + " bytes; an Ed25519 signature has 64");
}

}  // namespace

std::string to_string(const KeyId& id) {
    std::array<std::byte, 8> reversed{};
    std::ranges::reverse_copy(id.bytes, reversed.begin());
    std::string text = encode_hex(reversed);
    for (char& c : text) {
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

Result<KeyId> parse_key_id(std::string_view text) {
    KeyId id;
    const auto bytes = text.size() == 2 * id.bytes.size() ? decode_hex(text) : Result<ByteBuffer>();
    if (!bytes || bytes->empty()) return fail(ErrorCode::key_malformed, "an id has 16 hex digits");
    std::ranges::reverse_copy(bytes->span(), id.bytes.begin());
    return id;
}

VerifyKey::VerifyKey(std::span<const std::byte, kBytes> key, const KeyId& id) noexcept : id_(id) {
    std::ranges::copy(key, key_.begin());
}

Result<VerifyKey> VerifyKey::from_bytes(Bytes key) { return from_bytes(key, derived_id(key)); }

Result<VerifyKey> VerifyKey::from_bytes(Bytes key, const KeyId& id) {
    if (key.size() != kBytes) {
        return fail(ErrorCode::key_malformed,
                    std::to_string(key.size()) + " bytes; an Ed25519 public key has 32");
    }
    const auto fixed = key.first<kBytes>();
    if (!ed25519_is_usable_key(fixed)) {
        return fail(ErrorCode::key_malformed, "32 bytes that are no Ed25519 public key");
    }
    return VerifyKey(fixed, id);
}

std::string to_string(const VerifyKey& key) {
    return encode_base64(KeyBlob{kEd25519Tag, key.id(), key.bytes()}.bytes(), Base64::standard);
}

Result<VerifyKey> parse_verify_key(std::string_view text) {
    const auto blob = parse_blob<VerifyKey::kBytes>(text, ErrorCode::key_malformed);
    if (!blob) return std::unexpected(blob.error());
    if (blob->tag != kEd25519Tag) {
        return fail(ErrorCode::key_malformed, "a key of another algorithm than Ed25519");
    }
    return VerifyKey::from_bytes(blob->body, blob->id);
}

Status verify(Bytes message, Bytes signature, const VerifyKey& key) {
    if (signature.size() != sizeof(Signature)) return wrong_length(signature.size());
    if (!ed25519_verify(message, signature.first<sizeof(Signature)>(), key.bytes())) {
        return fail(ErrorCode::signature_mismatch, "key " + to_string(key.id()));
    }
    return {};
}

MessageInPieces::MessageInPieces() : state_(std::make_unique<State>()) {}
MessageInPieces::MessageInPieces(MessageInPieces&& other) noexcept = default;
MessageInPieces& MessageInPieces::operator=(MessageInPieces&& other) noexcept = default;
MessageInPieces::~MessageInPieces() = default;

void MessageInPieces::update(Bytes piece) noexcept {
    if (state_) state_->message.update(piece);
}

Status MessageInPieces::verify(Bytes signature, const VerifyKey& key) {
    const std::unique_ptr<State> state = std::exchange(state_, nullptr);
    if (!state) return fail(ErrorCode::argument_invalid, "the message has ended before");
    if (signature.size() != sizeof(Signature)) return wrong_length(signature.size());
    if (!state->message.verify(signature.first<sizeof(Signature)>(), key.bytes())) {
        return fail(ErrorCode::signature_mismatch, "key " + to_string(key.id()));
    }
    return {};
}

}  // namespace limpid::security
