#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/decimal.hpp"
#include "limpid/error.hpp"

namespace limpid::cli {

/// The value of an option was not understood; ends parsing. An exception, because that is how a
/// callback of the parser stops it.
class ValueError : public std::runtime_error {
public:
    explicit ValueError(const std::string& found, ErrorCode code = ErrorCode::usage_invalid)
        : std::runtime_error(found), code_(code) {}

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }

private:
    ErrorCode code_;
};

/// Throws ValueError.
/// @param option  as the user spells it, "--quality"
/// @param expected  "a whole number from 1 to 100"
[[noreturn]] void refuse_value(std::string_view option, std::string_view text,
                               std::string_view expected);

/// A whole number in [min, max].
[[nodiscard]] int parse_integer(std::string_view option, std::string_view text, int min, int max);

/// A number from 0 to 1, rounded to four digits after the point.
[[nodiscard]] Decimal parse_fraction(std::string_view option, std::string_view text);

/// A count with an optional suffix: K, M, G (powers of 1000) or Ki, Mi, Gi (powers of 1024), and an
/// optional B after it.
[[nodiscard]] std::uint64_t parse_count(std::string_view option, std::string_view text);

/// The name nearest to `text` when it is near enough to be a slip of the finger, else empty.
[[nodiscard]] std::string nearest(std::string_view text, const std::vector<std::string>& names);

/// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

template <class T>
struct Choice {
    std::string_view name;
    T value;
};

/// The value that `text` names in a table.
template <class T, std::size_t N>
[[nodiscard]] T parse_choice(std::string_view option, std::string_view text,
                             const std::array<Choice<T>, N>& choices) {
    std::vector<std::string> names;
    for (const Choice<T>& choice : choices) {
        if (choice.name == text) return choice.value;
        names.emplace_back(choice.name);
    }
    refuse_value(option, text, "one of " + joined(names));
}

}  // namespace limpid::cli
