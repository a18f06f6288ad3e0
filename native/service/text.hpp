#pragma once

#include <string>
#include <string_view>
#include <vector>

// Handling of ASCII text. No locale changes what it does.
namespace limpid::service {

/// Are two names of headers, methods or media types the same, whatever the case of their letters?
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// `text` with small letters.
[[nodiscard]] std::string lower_case(std::string_view text);

/// `text` without blanks and tabs at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// The parts between separators, trimmed; empty ones are left out.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

}  // namespace limpid::service
