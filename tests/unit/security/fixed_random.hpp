#pragma once

#include <cstdint>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// The same bytes in every run.
class FixedRandom final : public RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) {
            state_ = state_ * 1'664'525U + 1'013'904'223U;
            byte = static_cast<std::byte>(state_ >> 24U);
        }
    }

private:
    std::uint32_t state_ = 1;
};

}  // namespace limpid::security
