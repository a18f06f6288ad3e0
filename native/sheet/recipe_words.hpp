#pragma once

#include <string_view>
#include <vector>

#include "limpid/recipe.hpp"

namespace limpid::sheet {

/// One number of a correction.
struct AmountWords {
    std::string_view name;
    std::string_view unit;
    Decimal value;
    /// What it is in a recipe that changes nothing.
    Decimal identity;
    /// It says how much, and is scaled by the strength; otherwise it says how.
    bool is_amount;

    [[nodiscard]] bool differs() const { return value != identity; }
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

}  // namespace limpid::sheet
