#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "limpid/error.hpp"

namespace limpid::pipeline {

/// Counts the pixel memory of one run: asked before every large allocation, so that a run that
/// would exceed its bound fails before it does. Not thread-safe; the thread that entered the
/// library allocates.
class MemoryBudget {
public:
    explicit MemoryBudget(std::uint64_t max_bytes) noexcept : max_bytes_(max_bytes) {}

    /// @return memory.exhausted, and nothing counted, when `bytes` more would be too much.
    [[nodiscard]] Status hold(std::uint64_t bytes) {
        if (bytes > max_bytes_ || held_bytes_ > max_bytes_ - bytes) {
            return fail(ErrorCode::memory_exhausted,
                        std::to_string(held_bytes_ + bytes) +
                            " bytes of pixels are needed; max_memory_bytes is " +
                            std::to_string(max_bytes_));
        }
        held_bytes_ += bytes;
        peak_bytes_ = std::max(peak_bytes_, held_bytes_);
        return {};
    }
    /// Precondition: `bytes` are held.
    void release(std::uint64_t bytes) noexcept { held_bytes_ -= bytes; }

    /// The most that was held at a time.
    [[nodiscard]] std::uint64_t peak_bytes() const noexcept { return peak_bytes_; }

private:
    std::uint64_t max_bytes_;
    std::uint64_t held_bytes_ = 0;
    std::uint64_t peak_bytes_ = 0;
};

}  // namespace limpid::pipeline
