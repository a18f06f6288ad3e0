#include "image/pixel_rows.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include "limpid/convert.hpp"

namespace limpid {
namespace {

constexpr std::uint32_t kMax8 = 255;
constexpr std::uint32_t kMax16 = 65535;

std::uint16_t sample16(const std::byte* at) noexcept {
    std::uint16_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::byte narrow(std::uint16_t value) noexcept {
    return static_cast<std::byte>((value * kMax8 + kMax16 / 2) / kMax16);
}

template <std::size_t kSampleBytes>
bool is_row_opaque(const std::byte* row, int width_px) noexcept {
    // All samples are and-ed, so that the loop has no branch: photographs are opaque to the end.
    std::byte all = std::byte{0xFF};
    const std::byte* alpha = row + 3 * kSampleBytes;
    for (int x = 0; x < width_px; ++x, alpha += 4 * kSampleBytes) {
        all &= alpha[0];
        all &= alpha[kSampleBytes - 1];
    }
    return all == std::byte{0xFF};
}

void repeat_gray(const std::byte* gray, std::byte* rgb, int width_px) noexcept {
    for (int x = 0; x < width_px; ++x, rgb += 3) rgb[0] = rgb[1] = rgb[2] = gray[x];
}

void narrow_gray(const std::byte* gray16, std::byte* rgb, int width_px) noexcept {
    for (int x = 0; x < width_px; ++x, gray16 += 2, rgb += 3) {
        rgb[0] = rgb[1] = rgb[2] = narrow(sample16(gray16));
    }
}

void append_alpha(const std::byte* rgb, std::byte* rgba, int width_px) noexcept {
    for (int x = 0; x < width_px; ++x, rgb += 3, rgba += 4) {
        rgba[0] = rgb[0];
        rgba[1] = rgb[1];
        rgba[2] = rgb[2];
        rgba[3] = std::byte{0xFF};
    }
}

}  // namespace

void narrow_samples(const std::byte* from16, std::byte* to8, std::size_t samples) noexcept {
    for (std::size_t i = 0; i < samples; ++i) to8[i] = narrow(sample16(from16 + 2 * i));
}

bool is_opaque(const ImageView& pixels) noexcept {
    if (!has_alpha(pixels.format)) return true;
    const bool deep = bytes_per_sample(pixels.format) == 2;
    for (int y = 0; y < pixels.height_px; ++y) {
        const bool opaque = deep ? is_row_opaque<2>(pixels.row(y), pixels.width_px)
                                 : is_row_opaque<1>(pixels.row(y), pixels.width_px);
        if (!opaque) return false;
    }
    return true;
}

Result<Image> to_color8(const ImageView& pixels) {
    const bool deep = bytes_per_sample(pixels.format) == 2;
    auto copy = Image::create(has_alpha(pixels.format) ? PixelFormat::rgba8 : PixelFormat::rgb8,
                              pixels.width_px, pixels.height_px);
    if (!copy) return copy;
    const MutableImageView out = copy->view();
    for (int y = 0; y < pixels.height_px; ++y) {
        if (channels(pixels.format) == 1) {
            deep ? narrow_gray(pixels.row(y), out.row(y), pixels.width_px)
                 : repeat_gray(pixels.row(y), out.row(y), pixels.width_px);
        } else if (deep) {
            narrow_samples(pixels.row(y), out.row(y), out.row_bytes());
        } else {
            std::memcpy(out.row(y), pixels.row(y), out.row_bytes());
        }
    }
    return copy;
}

Result<Image> to_rgba8(const ImageView& pixels) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    if (has_alpha(pixels.format)) return to_color8(pixels);
    Image color;
    ImageView source = pixels;
    if (pixels.format != PixelFormat::rgb8) {
        auto copy = to_color8(pixels);
        if (!copy) return copy;
        color = std::move(*copy);
        source = std::as_const(color).view();
    }
    auto result = Image::create(PixelFormat::rgba8, pixels.width_px, pixels.height_px);
    if (!result) return result;
    const MutableImageView out = result->view();
    for (int y = 0; y < out.height_px; ++y) append_alpha(source.row(y), out.row(y), out.width_px);
    return result;
}

}  // namespace limpid
