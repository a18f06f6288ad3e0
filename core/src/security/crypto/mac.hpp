#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// HMAC (RFC 2104, FIPS 198-1) with a key of any length. Compare results with
/// equal_constant_time() only.
[[nodiscard]] std::array<std::byte, 32> hmac_sha256(Bytes key, Bytes message) noexcept;
[[nodiscard]] std::array<std::byte, 64> hmac_sha512(Bytes key, Bytes message) noexcept;

/// HMAC-SHA256 of a message that comes in pieces: update() any number of times, then finish()
/// once. A copy made before finish() continues by itself, so that a key is absorbed only once.
/// Wiped when destroyed.
class HmacSha256 {
public:
    explicit HmacSha256(Bytes key) noexcept;
    HmacSha256(const HmacSha256&) = default;
    HmacSha256(HmacSha256&&) = default;
    HmacSha256& operator=(const HmacSha256&) = default;
    HmacSha256& operator=(HmacSha256&&) = default;
    ~HmacSha256();

    void update(Bytes piece) noexcept;
    [[nodiscard]] std::array<std::byte, 32> finish() noexcept;

private:
    crypto_auth_hmacsha256_state state_{};
};

}  // namespace limpid::security
