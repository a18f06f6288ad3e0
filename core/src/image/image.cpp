#include "limpid/image.hpp"

#include <string>
#include <utility>

namespace limpid {
namespace {

constexpr int kMaxSidePx = 65535;

std::string size_text(int width_px, int height_px) {
    return std::to_string(width_px) + " x " + std::to_string(height_px) + " px";
}

}  // namespace

std::string_view to_string(PixelFormat format) noexcept {
    switch (format) {
        case PixelFormat::gray8:
            return "gray8";
        case PixelFormat::rgb8:
            return "rgb8";
        case PixelFormat::rgba8:
            return "rgba8";
        case PixelFormat::gray16:
            return "gray16";
        case PixelFormat::rgb16:
            return "rgb16";
        case PixelFormat::rgba16:
            return "rgba16";
    }
    return "";
}

Result<ImageView> make_view(std::span<const std::byte> bytes, PixelFormat format, int width_px,
                            int height_px, std::ptrdiff_t row_stride_bytes) {
    if (width_px < 1 || height_px < 1 || width_px > kMaxSidePx || height_px > kMaxSidePx) {
        return fail(ErrorCode::argument_invalid,
                    size_text(width_px, height_px) + "; a side is 1..65535");
    }
    const std::int64_t row_bytes = std::int64_t{width_px} * bytes_per_pixel(format);
    const std::int64_t stride = row_stride_bytes == 0 ? row_bytes : row_stride_bytes;
    if (stride < row_bytes || stride % bytes_per_sample(format) != 0) {
        return fail(ErrorCode::argument_invalid, "row_stride_bytes is " + std::to_string(stride) +
                                                     "; a row takes " + std::to_string(row_bytes) +
                                                     " bytes, and 16-bit rows are even");
    }
    // 65535 rows of a stride that a 64-bit size can hold: checked by division, so nothing
    // overflows.
    const auto available = static_cast<std::uint64_t>(bytes.size());
    const auto row_need = static_cast<std::uint64_t>(row_bytes);
    const auto gaps = static_cast<std::uint64_t>(height_px - 1);
    const bool fits =
        available >= row_need &&
        (gaps == 0 || (available - row_need) / gaps >= static_cast<std::uint64_t>(stride));
    if (!fits) {
        return fail(ErrorCode::argument_invalid, std::to_string(bytes.size()) +
                                                     " bytes are too few for " +
                                                     size_text(width_px, height_px));
    }
    if (bytes_per_sample(format) == 2 && reinterpret_cast<std::uintptr_t>(bytes.data()) % 2 != 0) {
        return fail(ErrorCode::argument_invalid, "16-bit samples must be 2-byte aligned");
    }
    return ImageView{bytes.data(), format, width_px, height_px,
                     static_cast<std::ptrdiff_t>(stride)};
}

Result<Image> Image::create(PixelFormat format, int width_px, int height_px) {
    return create(format, width_px, height_px, &ByteBuffer::resize);
}

Result<Image> Image::create_for_overwrite(PixelFormat format, int width_px, int height_px) {
    return create(format, width_px, height_px, &ByteBuffer::resize_for_overwrite);
}

Result<Image> Image::create(PixelFormat format, int width_px, int height_px, Resize resize) {
    if (width_px < 1 || height_px < 1 || width_px > kMaxSidePx || height_px > kMaxSidePx) {
        return fail(ErrorCode::argument_invalid,
                    size_text(width_px, height_px) + "; a side is 1..65535");
    }
    const std::uint64_t bytes = std::uint64_t{static_cast<std::uint32_t>(width_px)} *
                                static_cast<std::uint32_t>(height_px) *
                                static_cast<std::uint32_t>(bytes_per_pixel(format));
    Image image;
    if (bytes > SIZE_MAX || !(image.pixels_.*resize)(static_cast<std::size_t>(bytes))) {
        return fail(ErrorCode::memory_exhausted,
                    std::to_string(bytes) + " bytes for " + size_text(width_px, height_px));
    }
    image.format_ = format;
    image.width_px_ = width_px;
    image.height_px_ = height_px;
    return image;
}

}  // namespace limpid
