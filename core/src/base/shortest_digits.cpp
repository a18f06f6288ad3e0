#include "base/shortest_digits.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace limpid {
namespace {

/// A natural number below 2^1216. The largest that occurs here is below 2^1140: twice a mantissa of
/// 53 bits, times 10^324, and ten times that.
class Natural {
public:
    explicit Natural(std::uint64_t value) {
        words_[0] = static_cast<std::uint32_t>(value);
        words_[1] = static_cast<std::uint32_t>(value >> 32U);
        trim();
    }

    void multiply(std::uint32_t factor) {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < used_; ++i) {
            carry += std::uint64_t{words_[i]} * factor;
            words_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32U;
        }
        if (carry != 0) words_[used_++] = static_cast<std::uint32_t>(carry);
    }

    void multiply_by_power_of_2(int exponent) {
        for (; exponent >= 31; exponent -= 31) multiply(1U << 31U);
        multiply(1U << static_cast<unsigned>(exponent));
    }

    void multiply_by_power_of_10(int exponent) {
        constexpr int kDigits = 9;
        constexpr std::uint32_t kFactor = 1'000'000'000;
        for (; exponent >= kDigits; exponent -= kDigits) multiply(kFactor);
        for (; exponent > 0; --exponent) multiply(10);
    }

    void add(const Natural& other) {
        std::uint64_t carry = 0;
        const std::size_t count = used_ > other.used_ ? used_ : other.used_;
        for (std::size_t i = 0; i < count; ++i) {
            carry += std::uint64_t{words_[i]} + other.words_[i];
            words_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32U;
        }
        used_ = count;
        if (carry != 0) words_[used_++] = static_cast<std::uint32_t>(carry);
    }

    /// @param other  not above this.
    void subtract(const Natural& other) {
        std::uint64_t borrow = 0;
        for (std::size_t i = 0; i < used_; ++i) {
            const std::uint64_t taken = std::uint64_t{other.words_[i]} + borrow;
            borrow = words_[i] < taken ? 1 : 0;
            words_[i] = static_cast<std::uint32_t>(words_[i] - taken);
        }
        trim();
    }

    /// Below 0, 0 or above 0 as this is below, equal to or above `other`.
    [[nodiscard]] int compare(const Natural& other) const {
        if (used_ != other.used_) return used_ < other.used_ ? -1 : 1;
        for (std::size_t i = used_; i-- > 0;) {
            if (words_[i] != other.words_[i]) return words_[i] < other.words_[i] ? -1 : 1;
        }
        return 0;
    }

private:
    static constexpr std::size_t kWords = 38;

    void trim() {
        while (used_ > 0 && words_[used_ - 1] == 0) --used_;
    }

    std::array<std::uint32_t, kWords> words_{};  // least significant first; 0 from used_ on
    std::size_t used_ = 2;
};

constexpr int kMantissaBits = 52;
constexpr std::uint64_t kHiddenBit = std::uint64_t{1} << kMantissaBits;
constexpr int kMinExponent = -1074;
constexpr double kTwoTo53 = 9007199254740992.0;

std::string digits_of(std::uint64_t integer) {
    std::string digits = std::to_string(integer);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits;
}

/// The number itself where it is an integer below 2^53, or has at most 15 digits, few of them
/// behind the point; that is nearly every number in a JSON text. Both operands of the division are
/// exact, so its result is the double that the digits mean (Clinger, "How to Read Floating Point
/// Numbers Accurately", 1990); and no two decimals of 15 digits mean one double.
std::optional<DecimalDigits> few_digits(double value) {
    constexpr int kMaxDecimals = 10;
    constexpr double kTenTo15 = 1e15;
    double power = 1;
    for (int decimals = 0; decimals <= kMaxDecimals; ++decimals) {
        if (decimals > 0) power *= 10;
        const double scaled = value * power;
        if (scaled >= (decimals == 0 ? kTwoTo53 : kTenTo15)) return std::nullopt;
        const double rounded = std::floor(scaled + 0.5);
        if (rounded < 1 || rounded / power != value) continue;
        const auto integer = static_cast<std::uint64_t>(rounded);
        const int count = static_cast<int>(std::to_string(integer).size());
        return DecimalDigits{digits_of(integer), count - decimals};
    }
    return std::nullopt;
}

/// value = rest / scale, and every number between (rest - below) / scale and (rest + above) / scale
/// reads as value; so do the two ends when the mantissa is even.
struct Interval {
    Natural rest, scale, above, below;
    bool closed;

    /// Does (rest + above) / scale reach 1?
    [[nodiscard]] bool reaches_one() const {
        Natural top = rest;
        top.add(above);
        return closed ? top.compare(scale) >= 0 : top.compare(scale) > 0;
    }
    [[nodiscard]] bool reaches_zero() const {
        return closed ? rest.compare(below) <= 0 : rest.compare(below) < 0;
    }
    void times_ten() {
        rest.multiply(10);
        above.multiply(10);
        below.multiply(10);
    }
    /// The whole part of the value, below 10, which is taken off.
    char take_digit() {
        char digit = '0';
        for (; rest.compare(scale) >= 0; ++digit) rest.subtract(scale);
        return digit;
    }
    /// Is what is left of the value nearer to the next digit?
    [[nodiscard]] bool rounds_up(char digit) const {
        Natural twice = rest;
        twice.multiply(2);
        const int half = twice.compare(scale);
        return half > 0 || (half == 0 && (digit - '0') % 2 == 1);
    }
};

/// Burger and Dybvig, "Printing Floating-Point Numbers Quickly and Accurately", PLDI 1996, table 1.
Interval interval_of(std::uint64_t mantissa, int exponent) {
    // Below a power of two doubles lie twice as close as above it.
    const bool narrow_below = mantissa == kHiddenBit && exponent > kMinExponent;
    const int extra = narrow_below ? 2 : 1;
    Interval interval{Natural(mantissa), Natural(1), Natural(1), Natural(1), mantissa % 2 == 0};
    interval.rest.multiply_by_power_of_2(extra);
    interval.scale.multiply_by_power_of_2(extra);
    if (narrow_below) interval.above.multiply(2);
    if (exponent >= 0) {
        interval.rest.multiply_by_power_of_2(exponent);
        interval.above.multiply_by_power_of_2(exponent);
        interval.below.multiply_by_power_of_2(exponent);
    } else {
        interval.scale.multiply_by_power_of_2(-exponent);
    }
    return interval;
}

/// floor(exponent × log10(2)), exact for every exponent of a double.
int floor_log10_of_power_of_2(int exponent) {
    constexpr std::int64_t kLog10Of2 = 1'292'913'986;  // × 2^32, rounded down
    return static_cast<int>((std::int64_t{exponent} * kLog10Of2) >> 32U);
}

}  // namespace

DecimalDigits shortest_digits(double value) {
    if (auto few = few_digits(value)) return *few;

    const auto bits = std::bit_cast<std::uint64_t>(value);
    const int biased = static_cast<int>(bits >> kMantissaBits);
    const std::uint64_t mantissa = (bits & (kHiddenBit - 1)) | (biased == 0 ? 0 : kHiddenBit);
    const int exponent = (biased == 0 ? 1 : biased) - 1 + kMinExponent;
    Interval interval = interval_of(mantissa, exponent);

    // The value is 10^(point - 1) or more; whether it is below 10^point is found out next.
    DecimalDigits out;
    const int top_bit = static_cast<int>(std::bit_width(mantissa)) - 1 + exponent;
    out.point = floor_log10_of_power_of_2(top_bit) + 1;
    if (out.point >= 0) {
        interval.scale.multiply_by_power_of_10(out.point);
    } else {
        interval.rest.multiply_by_power_of_10(-out.point);
        interval.above.multiply_by_power_of_10(-out.point);
        interval.below.multiply_by_power_of_10(-out.point);
    }
    if (interval.reaches_one()) {
        interval.scale.multiply(10);
        ++out.point;
    }
    for (;;) {
        interval.times_ten();
        const char digit = interval.take_digit();
        const bool low = interval.reaches_zero();
        const bool high = interval.reaches_one();
        if (!low && !high) {
            out.digits += digit;
            continue;
        }
        const bool up = high && (!low || interval.rounds_up(digit));
        out.digits += static_cast<char>(up ? digit + 1 : digit);
        return out;
    }
}

}  // namespace limpid
