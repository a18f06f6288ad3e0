#include "limpid/byte_buffer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace limpid {
namespace {

/// Have the system back new memory with pages of 2 MB where it can: an image of 24 MP takes 35
/// page faults then instead of 18,000. In a virtual machine on Zen 3 sharpening one took 43 ms
/// instead of 85, and enhancing its JPEG 348 instead of 414.
void prefer_large_pages([[maybe_unused]] std::byte* data,
                        [[maybe_unused]] std::size_t size) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::size_t kLargePage = std::size_t{2} << 20U;
    constexpr std::size_t kPage = 4096;  // of x86-64; where pages are larger the call fails
    if (size < 2 * kLargePage) return;
    const std::size_t before = (kPage - reinterpret_cast<std::uintptr_t>(data) % kPage) % kPage;
    // Advice: where it is not taken, nothing is lost.
    static_cast<void>(::madvise(data + before, (size - before) / kPage * kPage, MADV_HUGEPAGE));
#endif
}

}  // namespace

ByteBuffer::ByteBuffer(ByteBuffer&& other) noexcept
    : data_(std::move(other.data_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

ByteBuffer& ByteBuffer::operator=(ByteBuffer&& other) noexcept {
    if (this != &other) {
        data_ = std::move(other.data_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
    }
    return *this;
}

bool ByteBuffer::reserve(std::size_t capacity) noexcept {
    if (capacity <= capacity_) return true;
    void* grown = std::realloc(data_.get(), capacity);
    if (grown == nullptr) return false;
    (void)data_.release();  // realloc has taken it over
    data_.reset(static_cast<std::byte*>(grown));
    capacity_ = capacity;
    return true;
}

bool ByteBuffer::append(std::span<const std::byte> bytes) noexcept {
    if (bytes.empty()) return true;
    if (bytes.size() > std::numeric_limits<std::size_t>::max() - size_) return false;
    const std::size_t needed = size_ + bytes.size();
    if (needed > capacity_) {
        // Half as much again keeps appending linear; exact size when that does not fit in memory.
        const std::size_t roomy = capacity_ + capacity_ / 2;
        if (!(roomy > needed && reserve(roomy)) && !reserve(needed)) return false;
    }
    std::memcpy(data_.get() + size_, bytes.data(), bytes.size());
    size_ = needed;
    return true;
}

bool ByteBuffer::resize(std::size_t size) noexcept {
    if (size > size_) {
        // calloc gives zero pages that are not touched until they are used.
        if (data_ == nullptr) {
            auto* zeroed = static_cast<std::byte*>(std::calloc(size, 1));
            if (zeroed == nullptr) return false;
            prefer_large_pages(zeroed, size);
            data_.reset(zeroed);
            capacity_ = size;
        } else {
            if (!reserve(size)) return false;
            std::memset(data_.get() + size_, 0, size - size_);
        }
    }
    size_ = size;
    return true;
}

bool ByteBuffer::resize_for_overwrite(std::size_t size) noexcept {
    const bool is_new = data_ == nullptr;
    if (!reserve(size)) return false;
    if (is_new) prefer_large_pages(data_.get(), size);
    size_ = size;
    return true;
}

}  // namespace limpid
