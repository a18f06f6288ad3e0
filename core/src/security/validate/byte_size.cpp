#include "limpid/security/byte_size.hpp"

#include <array>
#include <optional>

#include "base/checked.hpp"
#include "base/text.hpp"
#include "security/ascii.hpp"

namespace limpid::security {
namespace {

/// What a double, and so JavaScript, holds exactly.
constexpr std::uint64_t kMaxExactSize = 9'007'199'254'740'991;

constexpr std::array<std::string_view, 5> kUnits = {"b", "kb", "mb", "gb", "tb"};

constexpr std::uint64_t factor_of(std::size_t unit) { return std::uint64_t{1} << (10 * unit); }

/// Bytes of one `unit`; "" is bytes.
std::optional<std::uint64_t> factor_of(std::string_view unit) {
    std::string name;
    for (const char c : unit) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (name.empty()) return 1;
    if (name.size() == 3 && name.ends_with("ib")) name.erase(1, 1);
    for (std::size_t i = 0; i < kUnits.size(); ++i) {
        if (kUnits[i] == name) return factor_of(i);
    }
    return std::nullopt;
}

std::optional<std::uint64_t> digits_of(std::string_view text, std::size_t max_digits) {
    if (text.empty() || text.size() > max_digits) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

/// `.625` of `factor`, when that is a whole number of bytes.
std::optional<std::uint64_t> fraction_of(std::string_view digits, std::uint64_t factor) {
    const auto numerator = digits_of(digits, 6);
    if (!numerator) return std::nullopt;
    std::uint64_t denominator = 1;
    for (std::size_t i = 0; i < digits.size(); ++i) denominator *= 10;
    // 10^6 * 2^40 fits 64 bits.
    const std::uint64_t product = *numerator * factor;
    if (product % denominator != 0) return std::nullopt;
    return product / denominator;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::size_t number_end = 0;
    while (number_end < text.size() && (is_digit(text[number_end]) || text[number_end] == '.')) {
        ++number_end;
    }
    const std::string_view number = text.substr(0, number_end);
    std::string_view unit = text.substr(number_end);
    if (unit.size() > 1 && unit.starts_with(' ')) unit.remove_prefix(1);
    const auto factor = factor_of(unit);
    const std::size_t dot = number.find('.');
    const auto whole = digits_of(number.substr(0, dot), 16);
    if (!factor || !whole) return std::nullopt;
    const auto product = checked_mul(*whole, *factor);
    if (!product) return std::nullopt;
    std::uint64_t fraction = 0;
    if (dot != std::string_view::npos) {
        const auto part = fraction_of(number.substr(dot + 1), *factor);
        if (!part) return std::nullopt;
        fraction = *part;
    }
    const auto bytes = checked_add(*product, fraction);
    if (!bytes || *bytes > kMaxExactSize) return std::nullopt;
    return bytes;
}

}  // namespace

Result<std::uint64_t> parse_byte_size(std::string_view text) {
    if (const auto bytes = parse_size(text)) return *bytes;
    return fail(ErrorCode::size_malformed, "'" + excerpt(text) + "'");
}

std::string format_byte_size(std::uint64_t bytes) {
    std::size_t unit = 0;
    while (bytes > 0 && unit + 1 < kUnits.size() && bytes % factor_of(unit + 1) == 0) ++unit;
    return std::to_string(bytes / factor_of(unit)) + std::string(kUnits[unit]);
}

}  // namespace limpid::security
