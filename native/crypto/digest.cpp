#include "crypto/digest.hpp"

#include <openssl/evp.h>

namespace limpid::crypto {

Sha256 sha256(std::span<const std::byte> bytes) noexcept {
    Sha256 digest{};
    unsigned size = 0;
    const int made =
        ::EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, ::EVP_sha256(), nullptr);
    // Without memory, say: the other way needs none.
    if (made != 1 || size != digest.size()) return limpid::sha256(bytes);
    return digest;
}

}  // namespace limpid::crypto
