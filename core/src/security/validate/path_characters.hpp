#pragma once

#include <cstdint>

namespace limpid::security {

/// What a character does within a file name.
enum class PathCharacter : std::uint8_t { plain, dot, blank, separator, forbidden };

/// The part a character plays on any system: as itself, after Unicode normalisation (NFKC), or
/// after the best-fit tables of Windows code pages, which turn look-alikes into separators and
/// dots.
[[nodiscard]] PathCharacter path_character(char32_t c) noexcept;

}  // namespace limpid::security
