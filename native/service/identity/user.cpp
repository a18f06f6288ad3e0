#include "service/identity/user.hpp"

#include "limpid/security/json.hpp"

namespace limpid::service::identity {
namespace {

/// The parser is the one reader of UTF-8 that we have; the writer replaces what is none.
bool is_utf8(std::string_view text) {
    const auto document = security::parse_json_strict(security::canonical_string(text));
    return document && document->root().as_string() == text;
}

/// The code point at `text`, which is UTF-8; takes it off.
char32_t take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
    char32_t point = size == 1 ? byte(0) : byte(0) & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) point = (point << 6U) | (byte(i) & 0x3fU);
    text.remove_prefix(size);
    return point;
}

/// Controls, separators of lines, and what Unicode's bidirectional algorithm takes as commands.
bool is_misleading(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x061c || point == 0x200e ||
           point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069) || point == 0xfeff;
}

}  // namespace

Status check_user_name(std::string_view name) {
    if (name.empty() || name.size() > kMaxNameBytes) {
        return fail(ErrorCode::argument_invalid,
                    "a name has 1 to " + std::to_string(kMaxNameBytes) + " bytes");
    }
    if (!is_utf8(name) || name.starts_with(' ') || name.ends_with(' ')) {
        return fail(ErrorCode::argument_invalid,
                    "a name is UTF-8, and neither begins nor ends with a blank");
    }
    while (!name.empty()) {
        if (is_misleading(take_code_point(name))) {
            return fail(ErrorCode::argument_invalid, "a name has no control characters");
        }
    }
    return {};
}

}  // namespace limpid::service::identity
