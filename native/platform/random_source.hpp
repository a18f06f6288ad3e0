#pragma once

#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"

namespace limpid::platform {

/// The kernel's random numbers (getrandom(2)): fit for keys. Has no state.
class SystemRandom final : public security::RandomSource {
public:
    /// Waits, early after boot, until the kernel has gathered enough. Ends the process when the
    /// kernel gives none: there is no safe way to go on.
    void fill(std::span<std::byte> bytes) noexcept override;
};

}  // namespace limpid::platform
