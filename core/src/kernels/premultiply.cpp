#include "kernels/premultiply.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace limpid::kernels {
namespace {

constexpr int kAlpha = 3;

// The full scale of premultiplied samples is 255 * 255, or 65535. Products of two 16-bit numbers
// and half of one fit 32 bits.

/// Opaque rows, mostly all, need no division by what differs from pixel to pixel.
template <class Sample>
bool is_opaque(const Sample* row, int width_px, Sample full) {
    for (int x = 0; x < width_px; ++x) {
        if (row[4 * x + kAlpha] != full) return false;
    }
    return true;
}

void premultiply_row(const std::uint8_t* from, std::uint16_t* to, int width_px) {
    if (is_opaque<std::uint8_t>(from, width_px, 255)) {
        for (int i = 0; i < 4 * width_px; ++i) to[i] = static_cast<std::uint16_t>(from[i] * 255);
        return;
    }
    for (int x = 0; x < width_px; ++x, from += 4, to += 4) {
        const std::uint32_t alpha = from[kAlpha];
        for (int c = 0; c < kAlpha; ++c) to[c] = static_cast<std::uint16_t>(from[c] * alpha);
        to[kAlpha] = static_cast<std::uint16_t>(255 * alpha);
    }
}

void premultiply_row(const std::uint16_t* from, std::uint16_t* to, int width_px) {
    if (is_opaque<std::uint16_t>(from, width_px, 65535)) {
        std::copy_n(from, std::ptrdiff_t{4} * width_px, to);
        return;
    }
    for (int x = 0; x < width_px; ++x, from += 4, to += 4) {
        const std::uint32_t alpha = from[kAlpha];
        for (int c = 0; c < kAlpha; ++c) {
            to[c] = static_cast<std::uint16_t>((from[c] * alpha + 32767) / 65535);
        }
        to[kAlpha] = from[kAlpha];
    }
}

/// `full` times premultiplied over alpha, rounded.
template <std::uint32_t full>
std::uint32_t straight_colour(std::uint32_t premultiplied, std::uint32_t alpha) {
    return std::min((full * premultiplied + alpha / 2) / alpha, full);
}

void unpremultiply_row(const std::uint16_t* from, std::uint8_t* to, int width_px) {
    constexpr std::uint16_t kOpaque = 255 * 255;
    if (is_opaque(from, width_px, kOpaque)) {
        for (int i = 0; i < 4 * width_px; ++i) {
            to[i] = static_cast<std::uint8_t>(straight_colour<255>(from[i], kOpaque));
        }
        return;
    }
    for (int x = 0; x < width_px; ++x, from += 4, to += 4) {
        const std::uint32_t alpha = from[kAlpha];
        for (int c = 0; c < kAlpha; ++c) {
            to[c] = alpha == 0 ? std::uint8_t{0}
                               : static_cast<std::uint8_t>(straight_colour<255>(from[c], alpha));
        }
        to[kAlpha] = static_cast<std::uint8_t>(std::min((alpha + 127) / 255, std::uint32_t{255}));
    }
}

void unpremultiply_row(const std::uint16_t* from, std::uint16_t* to, int width_px) {
    if (is_opaque<std::uint16_t>(from, width_px, 65535)) {
        std::copy_n(from, std::ptrdiff_t{4} * width_px, to);
        return;
    }
    for (int x = 0; x < width_px; ++x, from += 4, to += 4) {
        const std::uint32_t alpha = from[kAlpha];
        for (int c = 0; c < kAlpha; ++c) {
            to[c] = alpha == 0 ? std::uint16_t{0}
                               : static_cast<std::uint16_t>(straight_colour<65535>(from[c], alpha));
        }
        to[kAlpha] = from[kAlpha];
    }
}

template <class Sample>
const Sample* samples(const std::byte* row) {
    return reinterpret_cast<const Sample*>(row);
}
template <class Sample>
Sample* samples(std::byte* row) {
    return reinterpret_cast<Sample*>(row);
}

}  // namespace

void premultiply(const ImageView& straight, const MutableImageView& premultiplied) noexcept {
    for (int y = 0; y < straight.height_px; ++y) {
        auto* to = samples<std::uint16_t>(premultiplied.row(y));
        if (straight.format == PixelFormat::rgba8) {
            premultiply_row(samples<std::uint8_t>(straight.row(y)), to, straight.width_px);
        } else {
            premultiply_row(samples<std::uint16_t>(straight.row(y)), to, straight.width_px);
        }
    }
}

void unpremultiply(const ImageView& premultiplied, const MutableImageView& straight) noexcept {
    for (int y = 0; y < straight.height_px; ++y) {
        const auto* from = samples<std::uint16_t>(premultiplied.row(y));
        if (straight.format == PixelFormat::rgba8) {
            unpremultiply_row(from, samples<std::uint8_t>(straight.row(y)), straight.width_px);
        } else {
            unpremultiply_row(from, samples<std::uint16_t>(straight.row(y)), straight.width_px);
        }
    }
}

}  // namespace limpid::kernels
