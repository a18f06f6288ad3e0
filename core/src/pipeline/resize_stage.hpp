#pragma once

#include <cstdint>

#include "kernels/resample.hpp"
#include "limpid/image.hpp"
#include "limpid/limits.hpp"
#include "limpid/resize.hpp"
#include "limpid/run.hpp"

namespace limpid::pipeline {

/// A Resize worked out for an input of one size.
struct ResizePlan {
    ImageSize size;
    kernels::ResampleAxis x;
    kernels::ResampleAxis y;
    /// Every output sample equals its input sample; the stage may be left out.
    bool is_identity = false;
};

/// @return the errors of resized_size().
[[nodiscard]] Result<ResizePlan> make_resize_plan(ImageSize input, const Resize& resize,
                                                  const Limits& limits);

/// The most bytes that run_resize() holds beside input and output.
[[nodiscard]] std::uint64_t resize_scratch_bytes(const ResizePlan& plan, PixelFormat format,
                                                 const RunOptions& run);

/// Resample `input` strip by strip; strips that are done are given to run.on_rows.
/// @param output  format of `input`, size of the plan; fully written on success, unspecified on
///                failure.
[[nodiscard]] Status run_resize(const ResizePlan& plan, const ImageView& input,
                                const MutableImageView& output, const RunOptions& run);

}  // namespace limpid::pipeline
