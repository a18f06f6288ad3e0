#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "limpid/error.hpp"
#include "limpid/image.hpp"
#include "limpid/recipe.hpp"

namespace limpid::pipeline {

/// A recipe as the kernels take it: tables and integers for one pixel format. A stage that would
/// change nothing is absent, and costs nothing.
struct RenderPlan {
    bool has_colour = false;
    /// Tables of kernels::ColourParams, one after the other.
    std::vector<std::uint16_t> colour_tables;
    int vibrance_q15 = 0;

    bool has_unsharp = false;
    kernels::UnsharpParams unsharp;

    [[nodiscard]] bool is_identity() const noexcept { return !has_colour && !has_unsharp; }
};

/// @param recipe  valid (validate()).
[[nodiscard]] Result<RenderPlan> make_render_plan(const Recipe& recipe, PixelFormat format);

}  // namespace limpid::pipeline
