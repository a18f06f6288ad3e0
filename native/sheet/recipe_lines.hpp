#pragma once

#include <string>
#include <vector>

#include "limpid/recipe.hpp"
#include "sheet/recipe_words.hpp"

namespace limpid::sheet {

/// A correction as a sheet names it.
struct CorrectionLine {
    /// "White balance".
    std::string name;
    /// "red ×1.08, blue ×0.94"; empty for one that changes nothing.
    std::string amounts;
    std::string reason;
};

/// What a correction does with its strength, as a person says it: "+0.45 EV", "red ×1.08, blue
/// ×0.94", "skin 15 %".
[[nodiscard]] std::string spoken_amounts(const CorrectionWords& op);

/// How it does it, where that is not the default: "radius 0.77 px, threshold 0.98 %".
[[nodiscard]] std::string spoken_parameters(const CorrectionWords& op);

/// Every correction, in the order of application.
[[nodiscard]] std::vector<CorrectionLine> correction_lines(const Recipe& recipe);

/// The names of those that change something, "Exposure, sharpen"; "No correction" when none does.
[[nodiscard]] std::string active_names(const Recipe& recipe);

}  // namespace limpid::sheet
