#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "limpid/recipe.hpp"

namespace limpid::cli {

/// One number of a correction.
struct AmountWords {
    std::string_view name;
    std::string_view unit;
    Decimal value;
    /// It is not what it would be in a recipe that changes nothing.
    bool differs;
};

/// One correction of a recipe, as it is spoken of. `correction` borrows from the recipe.
struct CorrectionWords {
    std::string_view name;
    const Correction* correction;
    /// It changes pixels.
    bool active;
    std::vector<AmountWords> amounts;
};

/// Every correction in the order of application.
[[nodiscard]] std::vector<CorrectionWords> corrections_in_words(const Recipe& recipe);

/// The corrections that change something, "exposure, sharpen"; "nothing" when none does.
[[nodiscard]] std::string active_corrections(const Recipe& recipe);

}  // namespace limpid::cli
