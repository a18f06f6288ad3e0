#include "security/crypto/aead.hpp"

#include <sodium.h>

#include <cstdint>
#include <string>

#include "security/crypto/memory.hpp"
#include "security/crypto/raw.hpp"
#include "security/crypto/sodium.hpp"

namespace limpid::security {
namespace {

static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == kAeadTagBytes);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == kAeadTagBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == 24);
static_assert(crypto_aead_chacha20poly1305_ietf_NPUBBYTES == 12);

/// RFC 8439: a 32-bit block counter, of which block 0 makes the tag's key. libsodium ends the
/// process above it.
constexpr std::uint64_t kMaxMessageBytes = 64ULL * 0xFFFF'FFFFULL;

Status check_sizes(std::uint64_t plaintext_bytes, std::uint64_t sealed_bytes) {
    if (plaintext_bytes > kMaxMessageBytes || sealed_bytes < kAeadTagBytes ||
        sealed_bytes - kAeadTagBytes != plaintext_bytes) {
        return fail(ErrorCode::argument_invalid, std::to_string(sealed_bytes) + " bytes for " +
                                                     std::to_string(plaintext_bytes) +
                                                     " and a tag of 16");
    }
    return ensure_sodium();
}

}  // namespace

Status xchacha20poly1305_seal(std::span<const std::byte, 32> key,
                              std::span<const std::byte, 24> nonce, Bytes associated,
                              Bytes plaintext, std::span<std::byte> sealed) {
    if (Status sizes = check_sizes(plaintext.size(), sealed.size()); !sizes) return sizes;
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw_mutable(sealed), nullptr, raw(plaintext),
                                               plaintext.size(), raw(associated), associated.size(),
                                               nullptr, raw(nonce), raw(key));
    return {};
}

bool xchacha20poly1305_open(std::span<const std::byte, 32> key,
                            std::span<const std::byte, 24> nonce, Bytes associated, Bytes sealed,
                            std::span<std::byte> plaintext) noexcept {
    const bool opened = check_sizes(plaintext.size(), sealed.size()) &&
                        crypto_aead_xchacha20poly1305_ietf_decrypt(
                            raw_mutable(plaintext), nullptr, nullptr, raw(sealed), sealed.size(),
                            raw(associated), associated.size(), raw(nonce), raw(key)) == 0;
    if (!opened) wipe(plaintext);
    return opened;
}

Status chacha20poly1305_ietf_seal(std::span<const std::byte, 32> key,
                                  std::span<const std::byte, 12> nonce, Bytes associated,
                                  Bytes plaintext, std::span<std::byte> sealed) {
    if (Status sizes = check_sizes(plaintext.size(), sealed.size()); !sizes) return sizes;
    crypto_aead_chacha20poly1305_ietf_encrypt(raw_mutable(sealed), nullptr, raw(plaintext),
                                              plaintext.size(), raw(associated), associated.size(),
                                              nullptr, raw(nonce), raw(key));
    return {};
}

bool chacha20poly1305_ietf_open(std::span<const std::byte, 32> key,
                                std::span<const std::byte, 12> nonce, Bytes associated,
                                Bytes sealed, std::span<std::byte> plaintext) noexcept {
    const bool opened = check_sizes(plaintext.size(), sealed.size()) &&
                        crypto_aead_chacha20poly1305_ietf_decrypt(
                            raw_mutable(plaintext), nullptr, nullptr, raw(sealed), sealed.size(),
                            raw(associated), associated.size(), raw(nonce), raw(key)) == 0;
    if (!opened) wipe(plaintext);
    return opened;
}

}  // namespace limpid::security
