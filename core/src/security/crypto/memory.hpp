#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// Are the bytes equal? Takes the same time wherever they differ. Lengths are no secret: when they
/// differ the answer is false at once.
[[nodiscard]] bool equal_constant_time(Bytes a, Bytes b) noexcept;

/// Overwrite with zeros in a way no optimiser removes.
void wipe(std::span<std::byte> bytes) noexcept;

/// A fixed number of secret bytes within an object: move-only, wiped when destroyed or moved from.
/// For keys on the stack and in members; a long-lived secret belongs in guarded memory.
template <std::size_t kBytes>
class WipedArray {
public:
    WipedArray() noexcept = default;
    explicit WipedArray(std::span<const std::byte, kBytes> bytes) noexcept {
        std::ranges::copy(bytes, bytes_.begin());
    }
    WipedArray(WipedArray&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
    WipedArray& operator=(WipedArray&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            wipe(other.bytes_);
        }
        return *this;
    }
    WipedArray(const WipedArray&) = delete;
    WipedArray& operator=(const WipedArray&) = delete;
    ~WipedArray() { wipe(bytes_); }

    [[nodiscard]] std::span<const std::byte, kBytes> span() const noexcept { return bytes_; }
    [[nodiscard]] std::span<std::byte, kBytes> span() noexcept { return bytes_; }

private:
    std::array<std::byte, kBytes> bytes_{};
};

}  // namespace limpid::security
