#pragma once

#include <optional>
#include <string_view>

namespace limpid::lut {

/// The decimal number that is all of `word`: sign, digits with an optional point, optional exponent
/// of up to three digits ("-.5", "1.", "2e-3"). No NaN, no infinity, no hexadecimal, no locale.
///
/// Digits past the 17th do not count. Within 2 units of the last place of the nearest double, and
/// the same double on every target (std::from_chars for doubles is not everywhere).
/// @return nothing when the word is anything else, or its magnitude is 1e22 or more.
[[nodiscard]] std::optional<double> parse_number(std::string_view word) noexcept;

}  // namespace limpid::lut
