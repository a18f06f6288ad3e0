#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// ASCII by itself, without the C library's locale.
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// '!' to '~': no blank, no control character, nothing beyond ASCII.
[[nodiscard]] constexpr bool is_printable_ascii(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

/// The one decimal text of a moment from 0 to 99,999,999,999 (the year 5138): digits, no sign, no
/// leading zero. Anything else gives nothing.
[[nodiscard]] constexpr std::optional<UnixSeconds> parse_unix_seconds(
    std::string_view text) noexcept {
    constexpr std::size_t kMaxDigits = 11;
    if (text.empty() || text.size() > kMaxDigits || (text.size() > 1 && text[0] == '0')) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return UnixSeconds{value};
}

/// What parse_unix_seconds() accepts.
inline constexpr UnixSeconds kLatestWritableTime{99'999'999'999};

}  // namespace limpid::security
