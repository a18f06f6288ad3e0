#include <cstdint>

#include "limpid/security/path.hpp"
#include "security/validate/path_characters.hpp"
#include "security/validate/utf8.hpp"

namespace limpid::security {
namespace {

/// A name fit for a dialog; "download" when nothing is left.
std::string presentable(std::string_view raw) {
    const std::string name = repaired_utf8(raw);
    std::string out;
    for (std::size_t i = 0; i < name.size();) {
        const CodePoint c = decode_utf8(name, i);
        const PathCharacter part = path_character(c.value);
        const bool harmful = part == PathCharacter::forbidden || part == PathCharacter::separator;
        const std::string_view shown = harmful ? "_" : std::string_view(name).substr(i, c.bytes);
        // One byte is kept for the '_' that may go before it.
        if (out.size() + shown.size() >= kMaxNameBytes) break;
        out += shown;
        i += c.bytes;
    }
    while (out.ends_with('.') || out.ends_with(' ')) out.pop_back();
    if (out.empty()) return "download";
    if (!check_file_name(out)) out.insert(0, 1, '_');
    return out;
}

/// RFC 8187 section 3.2.1, attr-char.
bool is_attr_char(char c) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_attr_char(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        out += '%';
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

/// For `filename`: ASCII, without '%', which some readers decode (RFC 6266 appendix D).
std::string ascii_only(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size();) {
        const CodePoint c = decode_utf8(name, i);
        const bool fit = c.value >= 0x20 && c.value < 0x7F && c.value != '%' && c.value != '"';
        out += fit ? name[i] : '_';
        i += c.bytes;
    }
    return out;
}

}  // namespace

std::string content_disposition(Disposition disposition, std::string_view name) {
    const std::string shown = presentable(name);
    const std::string ascii = ascii_only(shown);
    std::string out = disposition == Disposition::attachment ? "attachment" : "inline";
    out.append("; filename=\"").append(ascii).append("\"");
    if (ascii != shown) out.append("; filename*=UTF-8''").append(percent_encoded(shown));
    return out;
}

}  // namespace limpid::security
