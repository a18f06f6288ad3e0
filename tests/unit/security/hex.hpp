#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/security/encoding.hpp"

namespace limpid::security {

/// The bytes of a test vector, exactly as many as there are; white space in `text` is skipped.
/// Ends in a failing comparison later when it is not hex: an empty answer.
[[nodiscard]] inline std::vector<std::byte> hex(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != ' ' && c != '\n') digits += c;
    }
    const auto bytes = decode_hex(digits);
    if (!bytes) return {};
    return {bytes->span().begin(), bytes->span().end()};
}

/// The first bytes of a test vector, as an array.
template <std::size_t kBytes>
[[nodiscard]] std::span<const std::byte, kBytes> fixed(const std::vector<std::byte>& bytes) {
    return std::span(bytes).template first<kBytes>();
}

}  // namespace limpid::security
