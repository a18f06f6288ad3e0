#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"

namespace limpid {

/// What a zlib stream holds, found without keeping it.
struct InflatedSize {
    std::uint64_t bytes = 0;
    /// The stream goes on beyond the limit; `bytes` is then the limit plus one.
    bool over_limit = false;
};

/// Size of the zlib stream `deflated` once decompressed. Stops as soon as it exceeds `max_bytes`,
/// so that a bomb costs no more than an honest block of the allowed size.
/// @return image.malformed for a damaged or incomplete stream | memory.exhausted.
[[nodiscard]] Result<InflatedSize> measure_inflated(std::span<const std::byte> deflated,
                                                    std::uint64_t max_bytes);

/// Decompress a stream that measure_inflated() found to be at most `max_bytes` long.
/// @return image.malformed | memory.exhausted.
[[nodiscard]] Result<ByteBuffer> inflate_bounded(std::span<const std::byte> deflated,
                                                 std::uint64_t max_bytes);

}  // namespace limpid
