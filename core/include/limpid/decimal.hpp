#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "limpid/export.hpp"

namespace limpid {

/// A number with exactly four digits after the point, -200000 .. 200000.
///
/// Recipes and reports hold these instead of floating point: the same number prints, parses and
/// computes alike on every target, and its shortest form is also its RFC 8785 form.
struct Decimal {
    std::int32_t ten_thousandths = 0;

    /// Digits of precision: 1 is `kOne` ten-thousandths.
    static constexpr std::int32_t kOne = 10'000;

    /// Exactly `n` / 10,000. Precondition: -200000 * kOne <= n <= 200000 * kOne.
    [[nodiscard]] static constexpr Decimal from_ten_thousandths(std::int32_t n) noexcept {
        return Decimal{n};
    }
    /// The nearest Decimal, halves away from zero; saturates at the ends. NaN gives 0: check first
    /// where the value comes from outside.
    [[nodiscard]] static constexpr Decimal from_double(double value) noexcept {
        if (!(value > -200'000.0)) return Decimal{value != value ? 0 : -2'000'000'000};
        if (!(value < 200'000.0)) return Decimal{2'000'000'000};
        const double scaled = value * kOne;
        return Decimal{static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5)};
    }
    /// The nearest double: its shortest text with four digits is this Decimal again.
    [[nodiscard]] constexpr double to_double() const noexcept {
        return static_cast<double>(ten_thousandths) / kOne;
    }
    friend constexpr auto operator<=>(Decimal, Decimal) noexcept = default;
};

/// Shortest decimal text: "0", "-0.35", "1.0001". Locale-independent.
[[nodiscard]] LIMPID_API std::string to_string(Decimal value);

}  // namespace limpid
