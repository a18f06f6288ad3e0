#pragma once

#include "analyse/proxy.hpp"
#include "limpid/recipe.hpp"
#include "limpid/run.hpp"
#include "pipeline/canvas.hpp"
#include "pipeline/render_plan.hpp"

namespace limpid::pipeline {

/// What local decisions are taken on: the proxy of a picture, and that picture's size.
struct KnownProxy {
    const analysis::Proxy* proxy = nullptr;
    ImageSize size;
};

/// Plan and render: apply `recipe` and the rest of `request` to the pixels of `canvas`.
/// @param recipe   valid.
/// @param request  with the size and format of the canvas.
/// @param known    a proxy that is there already, of the canvas's picture in this or another size;
///                 without one it is made when the recipe needs it.
/// @return whether anything was done; the errors of make_render_plan() and render_plan().
[[nodiscard]] Result<bool> apply_recipe(Canvas& canvas, const Recipe& recipe,
                                        const RenderRequest& request, const KnownProxy& known,
                                        const RunOptions& run);

}  // namespace limpid::pipeline
