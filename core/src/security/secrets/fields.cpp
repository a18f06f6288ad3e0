#include "security/secrets/fields.hpp"

#include <algorithm>
#include <cstddef>

namespace limpid::security {

std::string length_prefixed(std::initializer_list<std::string_view> texts) {
    std::string out;
    std::size_t size = 0;
    for (const std::string_view text : texts) size += 4 + text.size();
    out.reserve(size);
    for (const std::string_view text : texts) {
        for (const int shift : {24, 16, 8, 0}) {
            out += static_cast<char>(static_cast<unsigned char>(text.size() >> shift));
        }
        out += text;
    }
    return out;
}

bool is_identifier(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::optional<std::uint64_t> parse_canonical(std::string_view text, std::uint64_t max) noexcept {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
            __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value) ||
            value > max) {
            return std::nullopt;
        }
    }
    return value;
}

std::string_view take_until(std::string_view& text, char separator) noexcept {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

}  // namespace limpid::security
