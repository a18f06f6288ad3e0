#pragma once

#include <string>
#include <vector>

#include "limpid/recipe.hpp"

namespace limpid::sheet {

/// A correction as a sheet names it.
struct CorrectionLine {
    /// "White balance".
    std::string name;
    /// "red gain ×1.08, blue gain ×0.94"; empty for one that changes nothing.
    std::string amounts;
    std::string reason;
};

/// Every correction, in the order of application.
[[nodiscard]] std::vector<CorrectionLine> correction_lines(const Recipe& recipe);

/// The names of those that change something, "Exposure, sharpen"; "No correction" when none does.
[[nodiscard]] std::string active_names(const Recipe& recipe);

}  // namespace limpid::sheet
