#include "crypto/hmac.hpp"

#include <limits>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace limpid::crypto {

Result<Sha256> hmac_sha256(security::Bytes key, security::Bytes message) {
    if (key.empty() || key.size() > std::size_t{std::numeric_limits<int>::max()}) {
        return fail(ErrorCode::argument_invalid, "the key is empty or too long");
    }
    Sha256 digest{};
    unsigned size = 0;
    const auto* const text = reinterpret_cast<const unsigned char*>(message.data());
    const unsigned char* const made =
        ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), text, message.size(),
               digest.data(), &size);
    if (made == nullptr || size != digest.size()) {
        return fail(ErrorCode::internal_failure, "libcrypto computes no HMAC");
    }
    return digest;
}

}  // namespace limpid::crypto
