#pragma once

#include <algorithm>
#include <string_view>

namespace limpid::security {

/// RFC 9110 section 5.6.2: what a method or a header's name may consist of.
[[nodiscard]] inline bool is_http_token(std::string_view text) noexcept {
    const auto is_tchar = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::ranges::all_of(text, is_tchar);
}

}  // namespace limpid::security
