#include "security/crypto/short_hash.hpp"

#include <sodium.h>

#include "security/crypto/raw.hpp"

namespace limpid::security {

static_assert(crypto_shorthash_KEYBYTES == 16);

std::uint64_t short_hash(const std::array<std::byte, 16>& key, Bytes message) noexcept {
    std::array<unsigned char, crypto_shorthash_BYTES> digest{};
    crypto_shorthash(digest.data(), raw(message), message.size(), raw(key));
    std::uint64_t value = 0;
    for (const unsigned char byte : digest) value = value << 8U | byte;
    return value;
}

}  // namespace limpid::security
