#include "sheet/font.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace limpid::sheet {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// Length of the UTF-8 sequence that `first` begins, 0 when it begins none.
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    if (first >= 0xF0 && first < 0xF5) return 4;
    return 0;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Where the characters of a line begin, and its end.
std::vector<std::size_t> boundaries(std::string_view utf8) {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (!is_continuation(utf8[i])) result.push_back(i);
    }
    result.push_back(utf8.size());
    return result;
}

}  // namespace

const Glyph& glyph(Face face, char32_t character) {
    const std::size_t count = static_cast<std::size_t>(kGlyphsPerFace);
    const std::span glyphs(kGlyphs + static_cast<std::size_t>(face) * count, count);
    const auto find = [&](char32_t code) {
        const auto at = std::ranges::lower_bound(glyphs, code, {}, &Glyph::code);
        return at != glyphs.end() && at->code == code ? &*at : nullptr;
    };
    const Glyph* found = find(character);
    return found != nullptr ? *found : *find(U'?');
}

std::u32string characters(std::string_view utf8) {
    std::u32string result;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = sequence_length(first);
        const bool whole = length > 0 && i + length <= utf8.size() &&
                           std::ranges::all_of(utf8.substr(i + 1, length - 1), is_continuation);
        if (!whole) {
            result.push_back(U'?');
            ++i;
            continue;
        }
        char32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            code = code << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3Fu);
        }
        result.push_back(code);
        i += length;
    }
    return result;
}

int text_width_px(Face face, std::string_view utf8) {
    int width_64 = 0;
    for (const char32_t character : characters(utf8)) {
        width_64 += glyph(face, character).advance_64;
    }
    return (width_64 + 63) / 64;
}

std::string fitted(Face face, std::string_view utf8, int width_px) {
    if (text_width_px(face, utf8) <= width_px) return std::string(utf8);
    const std::vector<std::size_t> ends = boundaries(utf8);
    for (std::size_t i = ends.size(); i-- > 0;) {
        std::string cut(utf8.substr(0, ends[i]));
        while (cut.ends_with(' ')) cut.pop_back();
        cut.append(kEllipsis);
        if (text_width_px(face, cut) <= width_px) return cut;
    }
    return {};
}

std::vector<std::string> wrapped(Face face, std::string_view utf8, int width_px, int max_lines) {
    std::vector<std::string> lines;
    std::string line;
    while (!utf8.empty()) {
        const std::size_t space = std::min(utf8.find(' '), utf8.size());
        const std::string_view word = utf8.substr(0, space);
        const std::string longer =
            line.empty() ? std::string(word) : line + " " + std::string(word);
        if (!line.empty() && text_width_px(face, longer) > width_px) {
            if (static_cast<int>(lines.size()) + 1 == max_lines) {
                lines.push_back(fitted(face, line + " " + std::string(utf8), width_px));
                return lines;
            }
            lines.push_back(std::move(line));
            line = word;
        } else {
            line = longer;
        }
        utf8.remove_prefix(std::min(space + 1, utf8.size()));
    }
    if (!line.empty()) lines.push_back(fitted(face, line, width_px));
    return lines;
}

}  // namespace limpid::sheet
