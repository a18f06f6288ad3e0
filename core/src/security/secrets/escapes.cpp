#include "security/secrets/escapes.hpp"

namespace limpid::security {
namespace {

/// A byte from the two digits at `at`, or -1.
int hex_byte(std::string_view text, std::size_t at) noexcept {
    if (at + 2 > text.size()) return -1;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// RFC 8259 section 7.
int json_escape(char letter) noexcept {
    switch (letter) {
        case '"':
        case '\\':
        case '/':
            return letter;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return -1;
    }
}

Unit unit(int byte, std::size_t size) noexcept { return {static_cast<unsigned char>(byte), size}; }

}  // namespace

int hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

Unit unescape_front(std::string_view text) noexcept {
    if (text[0] == '%') {
        const int byte = hex_byte(text, 1);
        if (byte >= 0) return unit(byte, 3);
    }
    if (text[0] == '\\' && text.size() >= 2) {
        if (text[1] == 'u' && text.substr(2, 2) == "00") {
            const int byte = hex_byte(text, 4);
            if (byte >= 0 && byte < 0x80) return unit(byte, 6);
        }
        const int escaped = json_escape(text[1]);
        if (escaped >= 0) return unit(escaped, 2);
    }
    return unit(static_cast<unsigned char>(text[0]), 1);
}

std::string unescape(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Unit front = unescape_front(text);
        out += static_cast<char>(front.byte);
        text.remove_prefix(front.size);
    }
    return out;
}

std::string fold_name(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    }
    return out;
}

}  // namespace limpid::security
