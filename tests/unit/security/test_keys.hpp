#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "limpid/security/signing_key.hpp"
#include "limpid/security/trusted_keys.hpp"

namespace limpid::security {

/// A key from a seed of 32 equal bytes: always the same, and known to everybody.
[[nodiscard]] inline SigningKey test_key(int seed_byte) {
    std::array<std::byte, SigningKey::kSeedBytes> seed{};
    seed.fill(static_cast<std::byte>(seed_byte));
    return std::move(*SigningKey::from_seed(seed));
}

/// The one key, trusted for the one purpose.
[[nodiscard]] inline TrustedKeys trusting(const SigningKey& key, const std::string& purpose) {
    TrustedKeys keys;
    (void)keys.add(key.verify_key(), {purpose});
    return keys;
}

}  // namespace limpid::security
