#include "security/validate/path_characters.hpp"

#include <algorithm>
#include <array>

namespace limpid::security {
namespace {

struct Range {
    char32_t first;
    char32_t last;
    PathCharacter part;
};

using enum PathCharacter;

// Sorted. Unicode 16: UnicodeData.txt (compatibility mappings), PropList.txt (Bidi_Control,
// Default_Ignorable_Code_Point); Microsoft's bestfit1252, bestfit932 and bestfit949 tables.
constexpr std::array kParts = {
    Range{0x00, 0x1F, forbidden},  // controls, NUL among them
    Range{0x20, 0x20, blank},
    Range{0x22, 0x22, forbidden},  // "
    Range{0x2A, 0x2A, forbidden},  // *
    Range{0x2E, 0x2E, dot},
    Range{0x2F, 0x2F, separator},
    Range{0x3A, 0x3A, forbidden},  // : is a drive, a stream or a resource fork
    Range{0x3C, 0x3C, forbidden},  // <
    Range{0x3E, 0x3F, forbidden},  // > ?
    Range{0x5C, 0x5C, separator},
    Range{0x7C, 0x7C, forbidden},  // |
    Range{0x7F, 0x9F, forbidden},  // DEL and C1 controls
    Range{0xA0, 0xA0, blank},
    Range{0xA5, 0xA5, separator},      // ¥ is byte 5C in code page 932
    Range{0xAD, 0xAD, forbidden},      // soft hyphen, invisible
    Range{0x61C, 0x61C, forbidden},    // bidi
    Range{0x180E, 0x180E, forbidden},  // invisible
    Range{0x2000, 0x200A, blank},
    Range{0x200B, 0x200B,
          forbidden},  // zero width; joiners U+200C and U+200D belong to words and emoji
    Range{0x200E, 0x200F, forbidden},  // bidi
    Range{0x2024, 0x2026, dot},        // one to three dot leaders
    Range{0x2028, 0x202E, forbidden},  // line ends, bidi
    Range{0x202F, 0x202F, blank},
    Range{0x2044, 0x2044, separator},  // fraction slash
    Range{0x205F, 0x205F, blank},
    Range{0x2060, 0x206F, forbidden},  // invisible, bidi
    Range{0x20A9, 0x20A9, separator},  // ₩ is byte 5C in code page 949
    Range{0x2100, 0x2101, separator},  // ℀ ℁ are a/c and a/s in NFKC
    Range{0x2105, 0x2106, separator},  // ℅ ℆ are c/o and c/u
    Range{0x2215, 0x2216, separator},  // division slash, set minus
    Range{0x29F5, 0x29F5, separator},  // reverse solidus operator
    Range{0x29F8, 0x29F9, separator},  // big solidus, big reverse solidus
    Range{0x3000, 0x3000, blank},
    Range{0x3002, 0x3002, dot},        // ideographic full stop, a dot in IDNA
    Range{0xD800, 0xF8FF, forbidden},  // surrogates, private use
    Range{0xFE19, 0xFE19, dot},        // vertical ellipsis
    Range{0xFE30, 0xFE30, dot},        // two dots
    Range{0xFE52, 0xFE52, dot},        // small full stop
    Range{0xFE55, 0xFE55, forbidden},  // small colon
    Range{0xFE68, 0xFE68, separator},  // small reverse solidus
    Range{0xFEFF, 0xFEFF, forbidden},  // invisible
    Range{0xFF02, 0xFF02, forbidden},  // fullwidth " * : < > ? |
    Range{0xFF0A, 0xFF0A, forbidden},
    Range{0xFF0E, 0xFF0E, dot},
    Range{0xFF0F, 0xFF0F, separator},
    Range{0xFF1A, 0xFF1A, forbidden},
    Range{0xFF1C, 0xFF1C, forbidden},
    Range{0xFF1E, 0xFF1F, forbidden},
    Range{0xFF3C, 0xFF3C, separator},
    Range{0xFF5C, 0xFF5C, forbidden},
    Range{0xFF61, 0xFF61, dot},        // halfwidth ideographic full stop
    Range{0xFFE5, 0xFFE6, separator},  // fullwidth ¥ and ₩
    Range{0xFFF0, 0xFFFB, forbidden},
    Range{0xFFFE, 0xFFFF, forbidden},
    Range{0xE0000, 0xE0FFF, forbidden},   // tags, variation selectors of the supplement
    Range{0xF0000, 0x10FFFF, forbidden},  // private use
};

static_assert(std::ranges::is_sorted(kParts, {}, &Range::first));

}  // namespace

PathCharacter path_character(char32_t c) noexcept {
    const auto* const after = std::ranges::upper_bound(kParts, c, {}, &Range::first);
    if (after == kParts.begin()) return plain;
    const Range& range = *(after - 1);
    return c <= range.last ? range.part : plain;
}

}  // namespace limpid::security
