#pragma once

#include <cstdint>

#include "limpid/image.hpp"
#include "limpid/run.hpp"
#include "pipeline/render_plan.hpp"

namespace limpid::pipeline {

/// Bytes of strip buffers that render_plan() holds beside input and output.
[[nodiscard]] std::uint64_t scratch_bytes(const RenderPlan& plan, const ImageView& input,
                                          const RunOptions& run);

/// Run the kernels of `plan` over `input`, strip by strip.
/// @param output  format and size of `input`; fully written on success, unspecified on failure.
[[nodiscard]] Status render_plan(const RenderPlan& plan, const ImageView& input,
                                 const MutableImageView& output, const RunOptions& run);

}  // namespace limpid::pipeline
