#include "kernels/halide_runtime.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace limpid::kernels {

// --- Buffers ---------------------------------------------------------------------------------

namespace {

halide_type_t sample_type(PixelFormat format) {
    return {halide_type_uint, static_cast<std::uint8_t>(8 * bytes_per_sample(format))};
}

int row_stride_samples(const ImageView& rows) {
    return static_cast<int>(rows.row_stride_bytes / bytes_per_sample(rows.format));
}

}  // namespace

KernelBuffer::KernelBuffer(halide_type_t type, const void* host) noexcept {
    buffer_.host = static_cast<std::uint8_t*>(const_cast<void*>(host));
    buffer_.type = type;
    buffer_.dim = dimensions_.data();
}

void KernelBuffer::append_dimension(int first, int extent, int stride) noexcept {
    dimensions_[static_cast<std::size_t>(buffer_.dimensions++)] =
        halide_dimension_t(first, extent, stride);
}

void KernelBuffer::append_dimension(int extent) noexcept {
    int stride = 1;
    for (int i = 0; i < buffer_.dimensions; ++i) {
        stride *= dimensions_[static_cast<std::size_t>(i)].extent;
    }
    append_dimension(0, extent, stride);
}

KernelBuffer::KernelBuffer(const ImageView& rows, int first_row)
    : KernelBuffer(sample_type(rows.format), rows.data) {
    append_dimension(channels(rows.format));
    append_dimension(rows.width_px);
    append_dimension(first_row, rows.height_px, row_stride_samples(rows));
}

KernelBuffer::KernelBuffer(Flat /*tag*/, const ImageView& rows, int first_row)
    : KernelBuffer(sample_type(rows.format), rows.data) {
    append_dimension(rows.width_px * channels(rows.format));
    append_dimension(first_row, rows.height_px, row_stride_samples(rows));
}

KernelBuffer::KernelBuffer(const SignedPlanes& planes)
    : KernelBuffer(halide_type_of<std::int16_t>(), planes.data) {
    append_dimension(planes.first_column, planes.columns, 1);
    append_dimension(planes.first_row, planes.rows, planes.row_stride);
    if (planes.count > 1) append_dimension(0, planes.count, planes.plane_stride);
}

KernelBuffer KernelBuffer::flat(const InputStrip& strip) {
    return KernelBuffer(Flat{}, strip.rows, strip.first_row);
}
KernelBuffer KernelBuffer::flat(const OutputStrip& strip) {
    return KernelBuffer(Flat{}, strip.rows, strip.first_row);
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
