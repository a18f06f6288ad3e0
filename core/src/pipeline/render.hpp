#pragma once

#include "limpid/run.hpp"
#include "pipeline/canvas.hpp"
#include "pipeline/render_plan.hpp"

namespace limpid::pipeline {

/// Run the passes of `plan` over the pixels of `canvas`; a plan that changes nothing leaves them
/// where they are.
///
/// Denoising first; then colours, table and sharpening in one pass; with a new size, resizing comes
/// between them as a pass of its own.
/// @param plan  with its local grid, where it needs one.
/// @return memory.exhausted | run.cancelled | internal.failure; the canvas is unusable then.
[[nodiscard]] Status render_plan(const RenderPlan& plan, Canvas& canvas, const RunOptions& run);

}  // namespace limpid::pipeline
