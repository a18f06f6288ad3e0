#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid {

/// Sample layout of an image: interleaved channels, 8 or 16 bits each, full range, host byte order.
/// Alpha is straight (not premultiplied). 16-bit samples use 0..65535 whatever the file's depth.
enum class PixelFormat : std::uint8_t { gray8, rgb8, rgba8, gray16, rgb16, rgba16 };

/// 1, 3 or 4.
[[nodiscard]] constexpr int channels(PixelFormat format) noexcept {
    constexpr int kChannels[] = {1, 3, 4, 1, 3, 4};
    return kChannels[static_cast<int>(format)];
}
/// 1 or 2.
[[nodiscard]] constexpr int bytes_per_sample(PixelFormat format) noexcept {
    return format >= PixelFormat::gray16 ? 2 : 1;
}
/// 1 to 8.
[[nodiscard]] constexpr int bytes_per_pixel(PixelFormat format) noexcept {
    return channels(format) * bytes_per_sample(format);
}
/// True for RGBA.
[[nodiscard]] constexpr bool has_alpha(PixelFormat format) noexcept {
    return channels(format) == 4;
}
/// "gray8", "rgb16", ….
[[nodiscard]] LIMPID_API std::string_view to_string(PixelFormat format) noexcept;

/// Pixels that somebody else owns, read-only. Rows run top to bottom.
/// Precondition for every use: `data` points at `height_px` rows, `row_stride_bytes` apart, each of
/// at least `width_px * bytes_per_pixel(format)` bytes; 16-bit rows are 2-byte aligned.
struct ImageView {
    const std::byte* data = nullptr;
    PixelFormat format = PixelFormat::rgb8;
    int width_px = 0;
    int height_px = 0;
    std::ptrdiff_t row_stride_bytes = 0;

    /// First byte of row `y`, and the bytes of its pixels. Precondition: 0 <= y < height_px.
    [[nodiscard]] const std::byte* row(int y) const noexcept { return data + y * row_stride_bytes; }
    [[nodiscard]] std::size_t row_bytes() const noexcept {
        return static_cast<std::size_t>(width_px) *
               static_cast<std::size_t>(bytes_per_pixel(format));
    }
};

/// Pixels that somebody else owns, writable. Same preconditions as ImageView.
struct MutableImageView {
    std::byte* data = nullptr;
    PixelFormat format = PixelFormat::rgb8;
    int width_px = 0;
    int height_px = 0;
    std::ptrdiff_t row_stride_bytes = 0;

    /// First byte of row `y`, and the bytes of its pixels. Precondition: 0 <= y < height_px.
    [[nodiscard]] std::byte* row(int y) const noexcept { return data + y * row_stride_bytes; }
    [[nodiscard]] std::size_t row_bytes() const noexcept {
        return static_cast<std::size_t>(width_px) *
               static_cast<std::size_t>(bytes_per_pixel(format));
    }
    /// The same pixels, read-only.
    operator ImageView() const noexcept {  // NOLINT(google-explicit-constructor): it only narrows
        return {data, format, width_px, height_px, row_stride_bytes};
    }
};

/// A view of caller memory whose size is checked against the buffer that holds it.
/// @param row_stride_bytes  0 means rows without padding.
/// @return argument.invalid when a side is not positive, the stride is too small or odd for 16-bit
///         samples, or `bytes` is too short. Thread-safe.
[[nodiscard]] LIMPID_API Result<ImageView> make_view(std::span<const std::byte> bytes,
                                                     PixelFormat format, int width_px,
                                                     int height_px,
                                                     std::ptrdiff_t row_stride_bytes = 0);

/// Pixels it owns; rows without padding. Move-only: a copy of 72 MB should be visible in the code.
class LIMPID_API Image {
public:
    Image() noexcept = default;

    /// Zeroed pixels. Sides must be 1..65535 (larger cannot be encoded by any supported format).
    /// @return argument.invalid | memory.exhausted.
    [[nodiscard]] static Result<Image> create(PixelFormat format, int width_px, int height_px);
    /// The same, but pixels have any value, for who writes them all: in WebAssembly zeroing an
    /// image takes as long as half a copy of it.
    [[nodiscard]] static Result<Image> create_for_overwrite(PixelFormat format, int width_px,
                                                            int height_px);

    /// As given to create(); an empty image is 0 x 0.
    [[nodiscard]] PixelFormat format() const noexcept { return format_; }
    [[nodiscard]] int width_px() const noexcept { return width_px_; }
    [[nodiscard]] int height_px() const noexcept { return height_px_; }
    [[nodiscard]] std::ptrdiff_t row_stride_bytes() const noexcept {
        return std::ptrdiff_t{width_px_} * bytes_per_pixel(format_);
    }
    [[nodiscard]] bool empty() const noexcept { return pixels_.empty(); }
    /// All pixels, borrowed until the image is moved or destroyed.
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return pixels_.span(); }
    [[nodiscard]] ImageView view() const noexcept {
        return {pixels_.data(), format_, width_px_, height_px_, row_stride_bytes()};
    }
    [[nodiscard]] MutableImageView view() noexcept {
        return {pixels_.data(), format_, width_px_, height_px_, row_stride_bytes()};
    }

private:
    using Resize = bool (ByteBuffer::*)(std::size_t) noexcept;
    [[nodiscard]] static Result<Image> create(PixelFormat format, int width_px, int height_px,
                                              Resize resize);

    ByteBuffer pixels_;
    PixelFormat format_ = PixelFormat::rgb8;
    int width_px_ = 0;
    int height_px_ = 0;
};

}  // namespace limpid
