#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace limpid::sheet {

/// The faces make_font.py draws, in its order.
enum class Face : std::uint8_t { small, text, strong, title };

/// One drawn character.
struct Glyph {
    std::uint16_t code;
    std::uint16_t advance_64;  ///< 1/64 px
    std::int8_t left_px;
    std::int8_t top_px;  ///< above the baseline
    std::uint8_t width_px;
    std::uint8_t height_px;
    std::uint32_t coverage;  ///< offset in kCoverage
};

// Made by make_font.py; faces one after the other, each with its characters in the order of their
// codes.
extern const int kGlyphsPerFace;
extern const Glyph kGlyphs[];
extern const unsigned char kCoverage[];

/// The glyph of a character; of a question mark for one that was not drawn.
[[nodiscard]] const Glyph& glyph(Face face, char32_t character);

/// Characters of UTF-8 text; what is no UTF-8 becomes a question mark.
[[nodiscard]] std::u32string characters(std::string_view utf8);

/// Width of a line.
[[nodiscard]] int text_width_px(Face face, std::string_view utf8);

/// `utf8`, cut at its end with "…" when it is wider than `width_px`.
[[nodiscard]] std::string fitted(Face face, std::string_view utf8, int width_px);

/// `utf8` broken at spaces into at most `max_lines` lines, the last one fitted().
[[nodiscard]] std::vector<std::string> wrapped(Face face, std::string_view utf8, int width_px,
                                               int max_lines);

}  // namespace limpid::sheet
