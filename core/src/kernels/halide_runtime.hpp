#pragma once

#include <HalideRuntime.h>

#include <array>
#include <cstdint>
#include <span>

#include "kernels/kernels.hpp"

/// The only door to Halide: its buffers, its runtime, its errors.
namespace limpid::kernels {

/// A borrowed array as Halide sees it: dimension 0 innermost, strides in elements.
class KernelBuffer {
public:
    /// Rows of interleaved pixels, (c, x, y); y counts rows of the image.
    KernelBuffer(const ImageView& rows, int first_row);
    explicit KernelBuffer(const InputStrip& strip) : KernelBuffer(strip.rows, strip.first_row) {}
    explicit KernelBuffer(const OutputStrip& strip) : KernelBuffer(strip.rows, strip.first_row) {}
    /// The same without the channels: (x * channels + c, y).
    static KernelBuffer flat(const InputStrip& strip);
    static KernelBuffer flat(const OutputStrip& strip);
    /// Rows of `row_length` values, without padding.
    KernelBuffer(std::span<const std::uint16_t> values, int row_length);
    KernelBuffer(std::span<std::uint32_t> values, int row_length);

    // buffer_ points at dimensions_.
    KernelBuffer(const KernelBuffer&) = delete;
    KernelBuffer& operator=(const KernelBuffer&) = delete;
    KernelBuffer(KernelBuffer&&) = delete;
    KernelBuffer& operator=(KernelBuffer&&) = delete;
    ~KernelBuffer() = default;

    /// Halide takes inputs as non-const pointers too; it does not write through them.
    // NOLINTNEXTLINE(google-explicit-constructor): it stands where a kernel's argument does
    operator halide_buffer_t*() noexcept { return &buffer_; }

private:
    struct Flat {};
    KernelBuffer(Flat tag, const ImageView& rows, int first_row);
    void describe(const void* host, int bits, int dimensions) noexcept;

    std::array<halide_dimension_t, 3> dimensions_{};
    halide_buffer_t buffer_{};
};

/// Installs our error handler (Halide's own ends the process) and allocator. Idempotent,
/// thread-safe.
void prepare_halide() noexcept;
/// The failure of the kernel that just returned `code` on this thread, with Halide's message.
[[nodiscard]] Status kernel_failure(int code);

/// Calls `kernel`, which returns Halide's int.
template <class Kernel>
[[nodiscard]] Status run_kernel(Kernel&& kernel) {
    prepare_halide();
    const int code = kernel();
    return code == 0 ? Status{} : kernel_failure(code);
}

}  // namespace limpid::kernels
