#include "security/crypto/mac.hpp"

#include "security/crypto/raw.hpp"

namespace limpid::security {

HmacSha256::HmacSha256(Bytes key) noexcept {
    crypto_auth_hmacsha256_init(&state_, raw(key), key.size());
}

HmacSha256::~HmacSha256() { sodium_memzero(&state_, sizeof state_); }

void HmacSha256::update(Bytes piece) noexcept {
    crypto_auth_hmacsha256_update(&state_, raw(piece), piece.size());
}

std::array<std::byte, 32> HmacSha256::finish() noexcept {
    std::array<std::byte, 32> tag{};
    crypto_auth_hmacsha256_final(&state_, raw_mutable(tag));
    return tag;
}

std::array<std::byte, 32> hmac_sha256(Bytes key, Bytes message) noexcept {
    HmacSha256 mac(key);
    mac.update(message);
    return mac.finish();
}

std::array<std::byte, 64> hmac_sha512(Bytes key, Bytes message) noexcept {
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, raw(key), key.size());
    crypto_auth_hmacsha512_update(&state, raw(message), message.size());
    std::array<std::byte, 64> tag{};
    crypto_auth_hmacsha512_final(&state, raw_mutable(tag));
    sodium_memzero(&state, sizeof state);
    return tag;
}

}  // namespace limpid::security
