#pragma once

#include <string>

#include "limpid/pipeline.hpp"

namespace limpid::cli {

/// What `limpid explain` prints: the scene, what was seen, what is done with amounts and why, and
/// what is left alone and why. Aligned; for people, so its form may change.
[[nodiscard]] std::string explanation(const Analysed& analysed);

/// The corrections that change something, "exposure, sharpen"; "nothing" when none does.
[[nodiscard]] std::string active_corrections(const Recipe& recipe);

}  // namespace limpid::cli
