#pragma once

#include <string>

namespace limpid {

/// A decimal number: 0.DIGITS × 10^point.
struct DecimalDigits {
    /// '0'..'9', the first and the last not '0'.
    std::string digits;
    int point = 0;
};

/// The fewest digits that read back as the same double, and of those the nearest to it: what
/// ECMA-262 asks of Number::toString. The same on every target.
/// (std::to_chars gives the same, at the price of 120 kB of tables in a WebAssembly module.)
/// @param value  finite and above 0.
[[nodiscard]] DecimalDigits shortest_digits(double value);

}  // namespace limpid
