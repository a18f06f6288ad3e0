#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "limpid/image.hpp"
#include "sheet/font.hpp"

namespace limpid::sheet {

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};

/// The palette: dark and neutral, so that nothing on the sheet colours the eye.
inline constexpr Colour kBackground = {24, 24, 26};
inline constexpr Colour kPanel = {34, 34, 37};
inline constexpr Colour kLine = {58, 58, 62};
inline constexpr Colour kFaint = {134, 134, 140};
inline constexpr Colour kText = {206, 206, 210};
inline constexpr Colour kBright = {244, 244, 246};

struct Rect {
    int x = 0, y = 0, width = 0, height = 0;
};

/// An RGB picture to draw on. Everything is clipped to it.
class Canvas {
public:
    /// Filled with kBackground. @return memory.exhausted | argument.invalid.
    [[nodiscard]] static Result<Canvas> create(int width_px, int height_px);

    void fill(const Rect& rect, Colour colour);
    /// A one-pixel frame inside `rect`.
    void frame(const Rect& rect, Colour colour);
    /// `coverage` 0..255 of `colour` over what is there.
    void blend(int x, int y, Colour colour, int coverage);
    /// Adds light, as overlapping lamps do: 0..255 of `colour`.
    void add(int x, int y, Colour colour, int amount);
    /// A line of text whose baseline is at `y`. @return the x where it ends.
    int text(int x, int y, Face face, Colour colour, std::string_view utf8);
    void text_right(int right, int y, Face face, Colour colour, std::string_view utf8);
    /// Pixels of any format, with their top left corner at (x, y), over kPanel where transparent.
    void picture(int x, int y, const ImageView& pixels);

    [[nodiscard]] ImageView view() const noexcept { return image_.view(); }
    /// The picture; the canvas is over.
    [[nodiscard]] Image take() && { return std::move(image_); }

private:
    explicit Canvas(Image image) : image_(std::move(image)) {}

    Image image_;
};

}  // namespace limpid::sheet
