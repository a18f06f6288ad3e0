#include "crypto/password_hash.hpp"

#include <array>

#include <sodium.h>

namespace limpid::crypto {
namespace {

// RFC 9106 section 4, where memory is constrained.
constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = std::size_t{64} << 20U;

}  // namespace

Result<std::string> hash_password(std::string_view password) {
    // 1: somebody else was first.
    if (sodium_init() < 0) return fail(ErrorCode::internal_failure, "libsodium");
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), kPasses, kMemoryBytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return fail(ErrorCode::memory_exhausted, "hashing a password");
    }
    return std::string(text.data());
}

bool verify_password(const std::string& hash, std::string_view password) noexcept {
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace limpid::crypto
