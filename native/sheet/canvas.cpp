#include "sheet/canvas.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

namespace limpid::sheet {
namespace {

std::byte mixed(std::byte below, std::uint8_t above, int coverage) {
    const int from = std::to_integer<int>(below);
    return static_cast<std::byte>(from + ((above - from) * coverage + 127) / 255);
}

/// An 8-bit sample of a pixel of any format.
int sample(const ImageView& view, int x, int y, int c) {
    const std::ptrdiff_t at = std::ptrdiff_t{x} * channels(view.format) + c;
    if (bytes_per_sample(view.format) == 1) return std::to_integer<int>(view.row(y)[at]);
    std::uint16_t wide = 0;
    std::memcpy(&wide, view.row(y) + 2 * at, 2);
    return (wide + 128) / 257;
}

}  // namespace

Result<Canvas> Canvas::create(int width_px, int height_px) {
    auto image = Image::create(PixelFormat::rgb8, width_px, height_px);
    if (!image) return std::unexpected(std::move(image).error());
    Canvas canvas(std::move(*image));
    canvas.fill({0, 0, width_px, height_px}, kBackground);
    return canvas;
}

void Canvas::blend(int x, int y, Colour colour, int coverage) {
    if (x < 0 || y < 0 || x >= image_.width_px() || y >= image_.height_px()) return;
    std::byte* pixel = image_.view().row(y) + std::ptrdiff_t{3} * x;
    pixel[0] = mixed(pixel[0], colour.red, coverage);
    pixel[1] = mixed(pixel[1], colour.green, coverage);
    pixel[2] = mixed(pixel[2], colour.blue, coverage);
}

void Canvas::add(int x, int y, Colour colour, int amount) {
    if (x < 0 || y < 0 || x >= image_.width_px() || y >= image_.height_px()) return;
    std::byte* pixel = image_.view().row(y) + std::ptrdiff_t{3} * x;
    const std::array<int, 3> light = {colour.red, colour.green, colour.blue};
    for (std::size_t c = 0; c < 3; ++c) {
        const int below = std::to_integer<int>(pixel[c]);
        // Screen: light never overflows and order does not matter.
        const int above = light[c] * amount / 255;
        pixel[c] = static_cast<std::byte>(255 - (255 - below) * (255 - above) / 255);
    }
}

void Canvas::fill(const Rect& rect, Colour colour) {
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
        for (int x = rect.x; x < rect.x + rect.width; ++x) blend(x, y, colour, 255);
    }
}

void Canvas::frame(const Rect& rect, Colour colour) {
    fill({rect.x, rect.y, rect.width, 1}, colour);
    fill({rect.x, rect.y + rect.height - 1, rect.width, 1}, colour);
    fill({rect.x, rect.y + 1, 1, rect.height - 2}, colour);
    fill({rect.x + rect.width - 1, rect.y + 1, 1, rect.height - 2}, colour);
}

int Canvas::text(int x, int y, Face face, Colour colour, std::string_view utf8) {
    int pen_64 = x * 64;
    for (const char32_t character : characters(utf8)) {
        const Glyph& drawn = glyph(face, character);
        const unsigned char* coverage = kCoverage + drawn.coverage;
        const int left = (pen_64 + 32) / 64 + drawn.left_px;
        for (int row = 0; row < drawn.height_px; ++row) {
            for (int column = 0; column < drawn.width_px; ++column) {
                blend(left + column, y - drawn.top_px + row, colour, *coverage++);
            }
        }
        pen_64 += drawn.advance_64;
    }
    return (pen_64 + 32) / 64;
}

void Canvas::text_right(int right, int y, Face face, Colour colour, std::string_view utf8) {
    text(right - text_width_px(face, utf8), y, face, colour, utf8);
}

void Canvas::picture(int x, int y, const ImageView& pixels) {
    const int colours = channels(pixels.format) == 1 ? 1 : 3;
    for (int row = 0; row < pixels.height_px; ++row) {
        for (int column = 0; column < pixels.width_px; ++column) {
            const auto channel = [&](int c) {
                return static_cast<std::uint8_t>(
                    sample(pixels, column, row, std::min(c, colours - 1)));
            };
            const int alpha = has_alpha(pixels.format) ? sample(pixels, column, row, 3) : 255;
            if (alpha < 255) blend(x + column, y + row, kPanel, 255);
            blend(x + column, y + row, {channel(0), channel(1), channel(2)}, alpha);
        }
    }
}

}  // namespace limpid::sheet
