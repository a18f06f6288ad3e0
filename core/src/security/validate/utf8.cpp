#include "security/validate/utf8.hpp"

#include <cstdint>

namespace limpid::security {

CodePoint decode_utf8(std::string_view text, std::size_t position) noexcept {
    const auto byte = [&](std::size_t offset) {
        return static_cast<std::uint8_t>(text[position + offset]);
    };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t length = 0;
    char32_t smallest = 0;
    char32_t value = 0;
    if ((lead & 0xE0U) == 0xC0U) {
        length = 2, smallest = 0x80, value = lead & 0x1FU;
    } else if ((lead & 0xF0U) == 0xE0U) {
        length = 3, smallest = 0x800, value = lead & 0x0FU;
    } else if ((lead & 0xF8U) == 0xF0U) {
        length = 4, smallest = 0x10000, value = lead & 0x07U;
    }
    if (length == 0 || text.size() - position < length) return {};
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {};
        value = value << 6U | (byte(i) & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < smallest || value > 0x10FFFF || surrogate) return {};
    return {value, length};
}

std::string repaired_utf8(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode_utf8(text, i);
        if (c.bytes == 0) {
            out += "\xEF\xBF\xBD";
            ++i;
        } else {
            out += text.substr(i, c.bytes);
            i += c.bytes;
        }
    }
    return out;
}

}  // namespace limpid::security
