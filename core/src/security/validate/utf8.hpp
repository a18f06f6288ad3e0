#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace limpid::security {

/// One character of UTF-8 text.
struct CodePoint {
    char32_t value = 0;
    /// 0 when the bytes are not UTF-8.
    std::size_t bytes = 0;
};

/// The character at `text[position]`. Strict (RFC 3629): overlong forms, surrogates and values
/// beyond U+10FFFF are not UTF-8. `position` is less than the text's size.
[[nodiscard]] CodePoint decode_utf8(std::string_view text, std::size_t position) noexcept;

/// `text` with every byte that is not UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

}  // namespace limpid::security
