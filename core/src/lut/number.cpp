#include "lut/number.hpp"

#include <cstdint>

namespace limpid::lut {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the first character when it is `c`.
bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

bool take_sign(std::string_view& text) {
    if (take(text, '-')) return true;
    take(text, '+');
    return false;
}

/// Decimal digits with a point, as an integer times a power of ten.
struct Digits {
    std::uint64_t value = 0;
    int exponent = 0;
    int count = 0;

    void add(char digit, bool after_point) {
        ++count;
        constexpr std::uint64_t kSeventeenDigits = 10'000'000'000'000'000;
        if (value >= kSeventeenDigits) {
            exponent += after_point ? 0 : 1;
            return;
        }
        value = value * 10 + static_cast<std::uint64_t>(digit - '0');
        exponent -= after_point ? 1 : 0;
    }
};

std::optional<int> take_exponent(std::string_view& text) {
    if (!take(text, 'e') && !take(text, 'E')) return 0;
    const bool negative = take_sign(text);
    int value = 0, count = 0;
    for (; !text.empty() && is_digit(text.front()) && count < 3; ++count) {
        value = value * 10 + (text.front() - '0');
        text.remove_prefix(1);
    }
    if (count == 0) return std::nullopt;
    return negative ? -value : value;
}

}  // namespace

std::optional<double> parse_number(std::string_view word) noexcept {
    const bool negative = take_sign(word);
    Digits digits;
    bool after_point = false;
    while (!word.empty() && (is_digit(word.front()) || (word.front() == '.' && !after_point))) {
        if (word.front() == '.') {
            after_point = true;
        } else {
            digits.add(word.front(), after_point);
        }
        word.remove_prefix(1);
    }
    if (digits.count == 0) return std::nullopt;
    const std::optional<int> written = take_exponent(word);
    if (!written || !word.empty()) return std::nullopt;

    // Powers of ten up to 22 are exact doubles; smaller numbers are divided by several.
    constexpr int kExactPower = 22;
    int exponent = digits.exponent + *written;
    auto value = static_cast<double>(digits.value);
    if (digits.value == 0 || exponent < -400) return 0.0;
    if (exponent > kExactPower) return std::nullopt;
    double power = 1.0;
    for (; exponent > 0; --exponent) power *= 10.0;
    value *= power;
    while (exponent < 0) {
        power = 1.0;
        for (int i = 0; i < kExactPower && exponent < 0; ++i, ++exponent) power *= 10.0;
        value /= power;
    }
    constexpr double kMost = 1e22;
    if (!(value < kMost)) return std::nullopt;
    return negative ? -value : value;
}

}  // namespace limpid::lut
