#include "limpid/security/signing_key.hpp"

#include <utility>

#include "security/crypto/ed25519_sign.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/message_in_pieces.hpp"

namespace limpid::security {

SigningKey::SigningKey(Secret&& key_pair, const VerifyKey& verify_key) noexcept
    : key_pair_(std::move(key_pair)), verify_key_(verify_key) {}

Result<SigningKey> SigningKey::generate(RandomSource& random) {
    WipedArray<kSeedBytes> seed;
    random.fill(seed.span());
    return from_seed(seed.span());
}

Result<SigningKey> SigningKey::from_seed(Bytes seed) {
    if (seed.size() != kSeedBytes) {
        return fail(ErrorCode::key_malformed,
                    std::to_string(seed.size()) + " bytes; an Ed25519 seed has 32");
    }
    const Ed25519SecretKey derived = ed25519_from_seed(seed.first<kSeedBytes>());
    Result<VerifyKey> verify_key = VerifyKey::from_bytes(derived.span().last<VerifyKey::kBytes>());
    if (!verify_key) return std::unexpected(std::move(verify_key).error());
    Result<Secret> key_pair = Secret::copy_of(derived.span());
    if (!key_pair) return std::unexpected(std::move(key_pair).error());
    return SigningKey(std::move(*key_pair), *verify_key);
}

Result<SigningKey> SigningKey::from_key_pair(Bytes key_pair, const KeyId& id) {
    if (key_pair.size() != kSeedBytes + VerifyKey::kBytes) {
        return fail(ErrorCode::key_malformed,
                    std::to_string(key_pair.size()) + " bytes; an Ed25519 key pair has 64");
    }
    Result<SigningKey> key = from_seed(key_pair.first<kSeedBytes>());
    if (!key) return key;
    if (!equal_constant_time(key->verify_key().bytes(), key_pair.last<VerifyKey::kBytes>())) {
        return fail(ErrorCode::key_malformed, "public and secret half do not belong together");
    }
    Result<VerifyKey> named = VerifyKey::from_bytes(key->verify_key().bytes(), id);
    if (!named) return std::unexpected(std::move(named).error());
    key->verify_key_ = *named;
    return key;
}

Signature SigningKey::sign(Bytes message) const noexcept {
    return ed25519_sign(message, key_pair_.expose().first<64>());
}

Result<Signature> SigningKey::sign(MessageInPieces& message) const {
    const auto state = std::exchange(message.state_, nullptr);
    if (!state) return fail(ErrorCode::argument_invalid, "the message has ended before");
    return ed25519ph_sign(state->message, key_pair_.expose().first<64>());
}

}  // namespace limpid::security
