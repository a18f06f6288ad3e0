#include "base/text.hpp"

namespace limpid {

std::string excerpt(std::string_view text, std::size_t max_bytes) {
    std::size_t length = text.size();
    if (length > max_bytes) {
        length = max_bytes;
        // 10xxxxxx continues a character: step back to its first byte.
        while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
    }
    std::string out(text.substr(0, length));
    for (char& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) c = '?';
    }
    return out;
}

}  // namespace limpid
