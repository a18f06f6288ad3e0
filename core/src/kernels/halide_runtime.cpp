#include "kernels/halide_runtime.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace limpid::kernels {

// --- Buffers ---------------------------------------------------------------------------------

KernelBuffer::KernelBuffer(const ImageView& rows, int first_row) {
    const int count = channels(rows.format);
    const int bytes = bytes_per_sample(rows.format);
    dimensions_[0] = halide_dimension_t(0, count, 1);
    dimensions_[1] = halide_dimension_t(0, rows.width_px, count);
    dimensions_[2] = halide_dimension_t(first_row, rows.height_px,
                                        static_cast<std::int32_t>(rows.row_stride_bytes / bytes));
    describe(rows.data, 8 * bytes, 3);
}

KernelBuffer::KernelBuffer(Flat /*tag*/, const ImageView& rows, int first_row) {
    const int bytes = bytes_per_sample(rows.format);
    dimensions_[0] = halide_dimension_t(0, rows.width_px * channels(rows.format), 1);
    dimensions_[1] = halide_dimension_t(first_row, rows.height_px,
                                        static_cast<std::int32_t>(rows.row_stride_bytes / bytes));
    describe(rows.data, 8 * bytes, 2);
}

KernelBuffer KernelBuffer::flat(const InputStrip& strip) {
    return KernelBuffer(Flat{}, strip.rows, strip.first_row);
}
KernelBuffer KernelBuffer::flat(const OutputStrip& strip) {
    return KernelBuffer(Flat{}, strip.rows, strip.first_row);
}

KernelBuffer::KernelBuffer(std::span<const std::uint16_t> values, int row_length) {
    dimensions_[0] = halide_dimension_t(0, row_length, 1);
    dimensions_[1] =
        halide_dimension_t(0, static_cast<std::int32_t>(values.size()) / row_length, row_length);
    describe(values.data(), 16, 2);
}

KernelBuffer::KernelBuffer(std::span<std::uint32_t> values, int row_length) {
    dimensions_[0] = halide_dimension_t(0, row_length, 1);
    dimensions_[1] =
        halide_dimension_t(0, static_cast<std::int32_t>(values.size()) / row_length, row_length);
    describe(values.data(), 32, 2);
}

void KernelBuffer::describe(const void* host, int bits, int dimensions) noexcept {
    buffer_.host = static_cast<std::uint8_t*>(const_cast<void*>(host));
    buffer_.type = halide_type_t(halide_type_uint, static_cast<std::uint8_t>(bits));
    buffer_.dimensions = dimensions;
    buffer_.dim = dimensions_.data();
}

// --- Errors ----------------------------------------------------------------------------------

namespace {

std::array<char, 256>& last_message() {
    thread_local std::array<char, 256> message{};
    return message;
}

void on_error(void* /*user_context*/, const char* message) {
    std::strncpy(last_message().data(), message, last_message().size() - 1);
}

}  // namespace

Status kernel_failure(int code) {
    if (code == halide_error_code_out_of_memory) {
        return fail(ErrorCode::memory_exhausted, "a kernel's rows");
    }
    std::string message = "Halide error " + std::to_string(code);
    if (last_message()[0] != '\0') {
        message += ": ";
        message += last_message().data();
    }
    while (message.back() == '\n') message.pop_back();
    last_message()[0] = '\0';
    return fail(ErrorCode::internal_failure, std::move(message));
}

// --- Memory ----------------------------------------------------------------------------------

namespace {

// What the kernels' widest vectors need, and a cache line pair.
constexpr std::size_t kAlignment = 128;

// In front of what Halide gets; as long as the alignment so that it keeps it.
struct alignas(kAlignment) Block {
    std::size_t bytes = 0;  // without this header
};

Block* allocate_block(std::size_t bytes) noexcept {
    void* memory = std::aligned_alloc(kAlignment, sizeof(Block) + bytes);
    return memory == nullptr ? nullptr : new (memory) Block{bytes};
}

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kCachedBlocks = 0;  // reuse would hide errors from the sanitiser
#else
constexpr std::size_t kCachedBlocks = 16;
#endif
constexpr std::size_t kMaxCachedBytes = std::size_t{1} << 20;

/// Blocks this thread has freed, for its next kernel. The system's malloc gives big blocks back to
/// the kernel on every free, and the page faults of getting them anew cost more than the work.
class BlockCache {
public:
    BlockCache() noexcept = default;
    BlockCache(const BlockCache&) = delete;
    BlockCache& operator=(const BlockCache&) = delete;
    ~BlockCache() {
        for (std::size_t i = 0; i < count_; i++) std::free(blocks_[i]);
        count_ = 0;
        closed_ = true;
    }

    Block* take(std::size_t bytes) noexcept {
        for (std::size_t i = 0; i < count_; i++) {
            if (blocks_[i]->bytes == bytes) return std::exchange(blocks_[i], blocks_[--count_]);
        }
        return nullptr;
    }

    void give(Block* block) noexcept {
        if (closed_ || kCachedBlocks == 0 || block->bytes > kMaxCachedBytes)
            return std::free(block);
        if (count_ == kCachedBlocks) {  // the oldest belongs to an image size no longer in use
            std::free(blocks_[0]);
            blocks_[0] = blocks_[--count_];
        }
        blocks_[count_++] = block;
    }

private:
    std::array<Block*, kCachedBlocks + 1> blocks_{};
    std::size_t count_ = 0;
    bool closed_ = false;
};

BlockCache& block_cache() {
    thread_local BlockCache cache;
    return cache;
}

void* on_malloc(void* /*user_context*/, std::size_t bytes) {
    if (bytes > SIZE_MAX / 2) return nullptr;
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    Block* block = block_cache().take(bytes);
    if (block == nullptr) block = allocate_block(bytes);
    return block == nullptr ? nullptr : block + 1;
}

void on_free(void* /*user_context*/, void* memory) {
    if (memory != nullptr) block_cache().give(static_cast<Block*>(memory) - 1);
}

}  // namespace

void prepare_halide() noexcept {
    static const bool kPrepared = [] {
        halide_set_error_handler(on_error);
        halide_set_custom_malloc(on_malloc);
        halide_set_custom_free(on_free);
        return true;
    }();
    static_cast<void>(kPrepared);
}

}  // namespace limpid::kernels
