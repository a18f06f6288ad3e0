#pragma once

#include <string>

#include "limpid/recipe.hpp"

namespace limpid::cli {

/// Every correction in words: amounts, strength, confidence, reason and evidence.
[[nodiscard]] std::string in_words(const Recipe& recipe);

/// The corrections that change something, "exposure, sharpen"; "nothing" when none does.
[[nodiscard]] std::string active_corrections(const Recipe& recipe);

}  // namespace limpid::cli
