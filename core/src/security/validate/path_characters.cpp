#include "security/validate/path_characters.hpp"

#include <algorithm>
#include <array>

namespace limpid::security {
namespace {

struct Points {
    char32_t first;
    char32_t last;
    PathCharacter part;
};

using enum PathCharacter;

// Sorted. Unicode 16: UnicodeData.txt (compatibility mappings), PropList.txt (Bidi_Control,
// Default_Ignorable_Code_Point); Microsoft's bestfit1252, bestfit932 and bestfit949 tables.
constexpr std::array kPathParts = {
    Points{0x00, 0x1F, forbidden},  // controls, NUL among them
    Points{0x20, 0x20, blank},
    Points{0x22, 0x22, forbidden},  // "
    Points{0x2A, 0x2A, forbidden},  // *
    Points{0x2E, 0x2E, dot},
    Points{0x2F, 0x2F, separator},
    Points{0x3A, 0x3A, forbidden},  // : is a drive, a stream or a resource fork
    Points{0x3C, 0x3C, forbidden},  // <
    Points{0x3E, 0x3F, forbidden},  // > ?
    Points{0x5C, 0x5C, separator},
    Points{0x7C, 0x7C, forbidden},  // |
    Points{0x7F, 0x9F, forbidden},  // DEL and C1 controls
    Points{0xA0, 0xA0, blank},
    Points{0xA5, 0xA5, separator},      // ¥ is byte 5C in code page 932
    Points{0xAD, 0xAD, forbidden},      // soft hyphen, invisible
    Points{0x61C, 0x61C, forbidden},    // bidi
    Points{0x180E, 0x180E, forbidden},  // invisible
    Points{0x2000, 0x200A, blank},
    Points{0x200B, 0x200B,
           forbidden},  // zero width; joiners U+200C and U+200D belong to words and emoji
    Points{0x200E, 0x200F, forbidden},  // bidi
    Points{0x2024, 0x2026, dot},        // one to three dot leaders
    Points{0x2028, 0x202E, forbidden},  // line ends, bidi
    Points{0x202F, 0x202F, blank},
    Points{0x2044, 0x2044, separator},  // fraction slash
    Points{0x205F, 0x205F, blank},
    Points{0x2060, 0x206F, forbidden},  // invisible, bidi
    Points{0x20A9, 0x20A9, separator},  // ₩ is byte 5C in code page 949
    Points{0x2100, 0x2101, separator},  // ℀ ℁ are a/c and a/s in NFKC
    Points{0x2105, 0x2106, separator},  // ℅ ℆ are c/o and c/u
    Points{0x2215, 0x2216, separator},  // division slash, set minus
    Points{0x29F5, 0x29F5, separator},  // reverse solidus operator
    Points{0x29F8, 0x29F9, separator},  // big solidus, big reverse solidus
    Points{0x3000, 0x3000, blank},
    Points{0x3002, 0x3002, dot},        // ideographic full stop, a dot in IDNA
    Points{0xD800, 0xF8FF, forbidden},  // surrogates, private use
    Points{0xFE19, 0xFE19, dot},        // vertical ellipsis
    Points{0xFE30, 0xFE30, dot},        // two dots
    Points{0xFE52, 0xFE52, dot},        // small full stop
    Points{0xFE55, 0xFE55, forbidden},  // small colon
    Points{0xFE68, 0xFE68, separator},  // small reverse solidus
    Points{0xFEFF, 0xFEFF, forbidden},  // invisible
    Points{0xFF02, 0xFF02, forbidden},  // fullwidth " * : < > ? |
    Points{0xFF0A, 0xFF0A, forbidden},
    Points{0xFF0E, 0xFF0E, dot},
    Points{0xFF0F, 0xFF0F, separator},
    Points{0xFF1A, 0xFF1A, forbidden},
    Points{0xFF1C, 0xFF1C, forbidden},
    Points{0xFF1E, 0xFF1F, forbidden},
    Points{0xFF3C, 0xFF3C, separator},
    Points{0xFF5C, 0xFF5C, forbidden},
    Points{0xFF61, 0xFF61, dot},        // halfwidth ideographic full stop
    Points{0xFFE5, 0xFFE6, separator},  // fullwidth ¥ and ₩
    Points{0xFFF0, 0xFFFB, forbidden},
    Points{0xFFFE, 0xFFFF, forbidden},
    Points{0xE0000, 0xE0FFF, forbidden},   // tags, variation selectors of the supplement
    Points{0xF0000, 0x10FFFF, forbidden},  // private use
};

static_assert(std::ranges::is_sorted(kPathParts, {}, &Points::first));

}  // namespace

PathCharacter path_character(char32_t c) noexcept {
    const auto* const after = std::ranges::upper_bound(kPathParts, c, {}, &Points::first);
    if (after == kPathParts.begin()) return plain;
    const Points& range = *(after - 1);
    return c <= range.last ? range.part : plain;
}

}  // namespace limpid::security
