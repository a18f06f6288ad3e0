#include "security/crypto/memory.hpp"

#include <sodium.h>

namespace limpid::security {

bool equal_constant_time(Bytes a, Bytes b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<std::byte> bytes) noexcept { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace limpid::security
