#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "test_image.hpp"

namespace limpid::testing {

inline std::size_t entries(PixelFormat format) {
    return bytes_per_sample(format) == 2 ? 65536 : 256;
}
inline std::size_t tables_size(PixelFormat format) {
    return entries(format) * (channels(format) == 1 ? 1 : 3);
}

inline std::vector<std::uint16_t> identity_tables(PixelFormat format) {
    std::vector<std::uint16_t> tables(tables_size(format));
    for (std::size_t i = 0; i < tables.size(); i++) {
        const std::size_t value = i % entries(format);
        tables[i] = static_cast<std::uint16_t>(bytes_per_sample(format) == 2 ? value : value * 64);
    }
    return tables;
}

inline std::vector<std::uint16_t> random_tables(PixelFormat format, std::uint32_t seed) {
    Random random(seed);
    std::vector<std::uint16_t> tables(tables_size(format));
    const int full = bytes_per_sample(format) == 2 ? 65535 : 16320;
    for (std::uint16_t& entry : tables) {
        // Often one of the ends, where clamps and the saturation terms change their case.
        const int kind = random.below(8);
        entry = static_cast<std::uint16_t>(kind == 0   ? 0
                                           : kind == 1 ? full
                                                       : random.below(full + 1));
    }
    return tables;
}

}  // namespace limpid::testing
