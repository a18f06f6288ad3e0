#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "limpid/export.hpp"

namespace limpid {

/// Bytes that limpid hands out: owning, growable, move-only. Running out of memory is a `false`,
/// not an exception or an abort, which std::vector cannot promise without exceptions.
class LIMPID_API ByteBuffer {
public:
    ByteBuffer() noexcept = default;
    ByteBuffer(ByteBuffer&& other) noexcept;
    ByteBuffer& operator=(ByteBuffer&& other) noexcept;
    ByteBuffer(const ByteBuffer&) = delete;
    ByteBuffer& operator=(const ByteBuffer&) = delete;
    ~ByteBuffer() = default;

    /// Append a copy of `bytes`. @return false, with the contents as before, when memory is out.
    [[nodiscard]] bool append(std::span<const std::byte> bytes) noexcept;
    /// Make room for `capacity` bytes in all. @return false when memory is out.
    [[nodiscard]] bool reserve(std::size_t capacity) noexcept;
    /// Change the size; new bytes are zero. @return false when memory is out.
    [[nodiscard]] bool resize(std::size_t size) noexcept;
    /// The same, but new bytes are whatever memory held before: for who writes them all before
    /// anybody reads one.
    [[nodiscard]] bool resize_for_overwrite(std::size_t size) noexcept;

    /// The contents; pointers stay valid until the next change.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] const std::byte* data() const noexcept { return data_.get(); }
    [[nodiscard]] std::byte* data() noexcept { return data_.get(); }
    /// The contents, borrowed until the next change.
    [[nodiscard]] std::span<const std::byte> span() const noexcept { return {data_.get(), size_}; }
    [[nodiscard]] std::span<std::byte> span() noexcept { return {data_.get(), size_}; }

private:
    struct Free {
        void operator()(std::byte* p) const noexcept { std::free(p); }
    };
    std::unique_ptr<std::byte[], Free> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace limpid
