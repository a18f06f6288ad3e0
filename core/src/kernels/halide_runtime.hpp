#pragma once

#include <HalideRuntime.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <type_traits>

#include "kernels/kernels.hpp"

/// The only door to Halide: its buffers, its runtime, its errors.
namespace limpid::kernels {

/// Signed 16-bit samples of one plane (x, y), or of `count` planes (x, y, k). Borrowed.
struct SignedPlanes {
    /// The sample at (first_column, first_row) of the first plane.
    const std::int16_t* data = nullptr;
    int first_column = 0;
    int columns = 0;
    int first_row = 0;
    int rows = 0;
    int row_stride = 0;  ///< in samples; 0 makes all rows one
    int count = 1;
    int plane_stride = 0;  ///< in samples
};

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
    /// One row of values that lie side by side: a span, an array, a vector.
    template <std::ranges::contiguous_range Values>
    explicit KernelBuffer(const Values& values) : KernelBuffer(element_of(values), values.data()) {
        append_dimension(static_cast<int>(values.size()));
    }
    /// Rows of `row_length` values, without padding.
    template <std::ranges::contiguous_range Values>
    KernelBuffer(const Values& values, int row_length)
        : KernelBuffer(element_of(values), values.data()) {
        append_dimension(row_length);
        append_dimension(static_cast<int>(values.size()) / row_length);
    }
    /// Planes of `row_count` rows of `row_length` values, without padding.
    template <std::ranges::contiguous_range Values>
    KernelBuffer(const Values& values, int row_length, int row_count)
        : KernelBuffer(element_of(values), values.data()) {
        append_dimension(row_length);
        append_dimension(row_count);
        append_dimension(static_cast<int>(values.size()) / (row_length * row_count));
    }
    /// Two dimensions for one plane, three for more.
    explicit KernelBuffer(const SignedPlanes& planes);

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
    KernelBuffer(halide_type_t type, const void* host) noexcept;
    /// Without padding behind the dimensions there are.
    void append_dimension(int extent) noexcept;
    void append_dimension(int first, int extent, int stride) noexcept;

    template <class Values>
    static halide_type_t element_of(const Values& /*values*/) noexcept {
        return halide_type_of<std::remove_const_t<std::ranges::range_value_t<Values>>>();
    }

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
