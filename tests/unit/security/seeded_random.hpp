#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// SplitMix64 (Steele, Lea, Flood 2014): the same sequence on every target. For tests only.
class SeededRandom final : public RandomSource {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
        z = (z ^ z >> 27) * 0x94D049BB133111EBU;
        return z ^ z >> 31;
    }
    /// 0 .. bound - 1.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(next());
    }

private:
    std::uint64_t state_;
};

}  // namespace limpid::security
