#pragma once

#include <string>

#include "limpid/analysis.hpp"

namespace limpid::recipe {

/// How much of what the statistics ask for a kind of picture bears, 0 (leave alone) .. 1, by
/// correction. Data, not code: a decision multiplies its confidence by the share.
struct SceneRule {
    double white_balance, brighten, darken, tone, dehaze, shadows, local_contrast, colour, sharpen;
    /// Completes "Left alone: " and "Held back: ".
    const char* because;
};

/// @param scene  any. Thread-safe.
[[nodiscard]] const SceneRule& rule_of(SceneClass scene) noexcept;

/// "Left alone: this looks like a page.", the reason for a share of 0.
[[nodiscard]] std::string left_alone(SceneClass scene);

/// `sentence`, and why there is less of it when `share` is below 1.
[[nodiscard]] std::string held_back(std::string sentence, double share, SceneClass scene);

}  // namespace limpid::recipe
