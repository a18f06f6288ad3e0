#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace limpid::security {

/// Value of a hexadecimal digit, or -1.
[[nodiscard]] int hex_value(char digit) noexcept;

/// One character of a text that may be escaped.
struct Unit {
    unsigned char byte;
    std::size_t size;  // characters it takes up
};

/// The character at the front of `text`: `%41`, `A` and `\/` mean what they stand for in URLs and
/// JSON, anything else itself. Precondition: `text` is not empty.
[[nodiscard]] Unit unescape_front(std::string_view text) noexcept;

/// All of `text`, as above.
[[nodiscard]] std::string unescape(std::string_view text);

/// `text` in lower case with only its ASCII letters and digits: how names are compared.
[[nodiscard]] std::string fold_name(std::string_view text);

}  // namespace limpid::security
