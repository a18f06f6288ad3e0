#pragma once

#include "kernels/denoise.hpp"
#include "test_image.hpp"

namespace limpid::testing {

/// What the comments of halide-generators/noise say, on whole planes, in wide integers.
[[nodiscard]] TestImage denoise_twin(const TestImage& input, const kernels::DenoiseParams& params);

}  // namespace limpid::testing
